"""What the processes of a batch see of the machine: a room of their own, and no setting of the user. Light."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

LIBRARY = Path(__file__).resolve().parents[2]
# One thread a kernel: as many kernels as cores run at once, and sums do not depend on the number of cores.
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


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
