"""Kernels that leave nothing behind and depend on nothing but the project: sockets in files, a quiet terminal."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from jupyter_client import AsyncKernelManager

LIBRARY = Path(__file__).resolve().parents[2]
LONGEST_SOCKET_FOLDER = 80  # bytes; a socket's path may have about 104
# One thread a kernel: as many kernels as cores run at once, and sums do not depend on the number of cores.
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


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


def prepare_environment(room: Path) -> None:
    """Point this process and its kernels to an empty room, so that no setting of the user changes a report."""
    for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "TMPDIR"):
        os.environ[name] = str(room)
    tempfile.tempdir = str(room)
    os.environ.pop("JUPYTER_PATH", None)
    settings = room / "matplotlibrc"  # empty: the defaults count, not what the user likes
    settings.touch()
    library = os.pathsep.join(filter(None, [str(LIBRARY), os.environ.get("PYTHONPATH", "")]))
    os.environ |= dict.fromkeys(ONE_THREAD, "1") | {
        "PYTHONPATH": library,
        "MATPLOTLIBRC": str(settings),
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
