"""Kernels that leave nothing behind and depend on nothing but the project: sockets in files, a quiet terminal."""

from __future__ import annotations

import os
import subprocess
import tempfile

from jupyter_client import AsyncKernelManager

LONGEST_SOCKET_FOLDER = 80  # bytes; a socket's path may have about 104


class QuietKernelManager(AsyncKernelManager):
    """Starts a kernel with sockets in the room (no ports that could clash) and without output to the terminal."""

    def __init__(self, **options: object) -> None:
        folder = tempfile.mkdtemp(prefix="k")
        if os.name == "posix" and len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
            options["transport"] = "ipc"
        super().__init__(connection_file=os.path.join(folder, "c.json"), **options)

    async def start_kernel(self, **options: object) -> None:  # type: ignore[override]  # declared as an attribute there
        """Start it; what libraries print to the terminal is dropped."""
        await self._async_start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
