"""Kernels that leave nothing behind and depend on nothing but the project: sockets in files, a quiet terminal."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from queue import Empty

from jupyter_client import AsyncKernelClient, AsyncKernelManager

LONGEST_SOCKET_FOLDER = 80  # bytes; a socket's path may have about 104
ANSWER_SECONDS = 1  # to wait for an answer
# To wait for what the kernel then tells everybody, at first and at most: it is lost where we do not yet listen.
IDLE_SECONDS = (0.01, 0.2)


class PromptClient(AsyncKernelClient):
    """Goes on as soon as the kernel is ready; its parent waits until a fifth of a second has passed in silence."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:  # type: ignore[override]  # an attribute there
        """Ask until the kernel has answered and is heard to be idle again. Raises: RuntimeError."""
        end = time.monotonic() + (math.inf if timeout is None else timeout)
        pause, longest = IDLE_SECONDS
        while True:
            question = self.kernel_info()
            with suppress(Empty):
                await self.shell_channel.get_msg(timeout=ANSWER_SECONDS)  # perhaps to a question before
                await self._idle_after(question, pause)
                return
            pause = min(pause * 2, longest)
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > end:
                raise RuntimeError(f"Kernel did not reply in {timeout} seconds")

    async def _idle_after(self, question: str, pause: float) -> None:
        """Hear the kernel's own messages up to the end of its answer. Raises: Empty after that many seconds of silence."""
        while True:
            heard = await self.iopub_channel.get_msg(timeout=pause)
            is_idle = heard["content"].get("execution_state") == "idle"
            if is_idle and heard["parent_header"].get("msg_id") == question:
                return


class QuietKernelManager(AsyncKernelManager):
    """Starts a kernel with sockets in the room (no ports that could clash) and without output to the terminal."""

    def __init__(self, **options: object) -> None:
        self._folder = tempfile.mkdtemp(prefix="k")
        if os.name == "posix" and len(os.fsencode(self._folder)) <= LONGEST_SOCKET_FOLDER:
            options["transport"] = "ipc"
        connection = os.path.join(self._folder, "c.json")
        super().__init__(connection_file=connection, client_factory=PromptClient, **options)

    async def start_kernel(self, **options: object) -> None:  # type: ignore[override]  # declared as an attribute there
        """Start it; what libraries print to the terminal is dropped."""
        try:
            await self._async_start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart=restart)
        if not restart:
            shutil.rmtree(self._folder, ignore_errors=True)

    cleanup_resources = _async_cleanup_resources
