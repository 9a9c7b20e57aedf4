"""How the notebooks of a batch get their kernels: forked from the worker's kernel server, or plain ones."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from typing import Any

from jupyter_client import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

from ..delivery.kernels import QuietKernelManager
from .kernel_server import KernelServer

LAUNCHER = ["-m", "ipykernel_launcher"]
END_SECONDS = 5  # to wait for a kernel that was killed


class ForkProvisioner(LocalProvisioner):
    """Lets the kernel server fork a kernel where jupyter_client would start an interpreter."""

    server: KernelServer

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel that `cmd` describes; its output goes nowhere."""
        words = cmd[cmd.index(LAUNCHER[1]) + 1 :]
        folder = os.fspath(kwargs.get("cwd") or os.getcwd())
        self.process = self.server.start(words, folder, kwargs["env"])
        self.pid = self.pgid = self.process.pid
        self.cwd = folder
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """End it at once; go on when it has ended, or after a while."""
        await super().kill(restart=restart)
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._ended(), END_SECONDS)

    async def wait(self) -> int | None:
        """The exit code of a kernel that is about to end."""
        await self._ended()
        code, self.process = (self.process.wait() if self.process else 0), None
        return code

    async def _ended(self) -> None:
        """Look for its end, often at first."""
        pause = 0.001
        while self.process and self.process.poll() is None:
            await asyncio.sleep(pause)
            pause = min(pause * 2, 0.1)


def forked_by(server: KernelServer) -> type[QuietKernelManager]:
    """A kernel manager whose kernels `server` forks."""

    class ForkedKernelManager(QuietKernelManager):
        async def _async_pre_start_kernel(self, **options: Any) -> tuple[list[str], dict[str, Any]]:
            if self.provisioner is None:
                self.provisioner = ForkProvisioner(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)
                self.provisioner.server = server
            return await super()._async_pre_start_kernel(**options)

        pre_start_kernel = _async_pre_start_kernel

    return ForkedKernelManager
