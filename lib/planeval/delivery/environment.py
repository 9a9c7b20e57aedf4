"""What the processes of a batch see of the machine: a room of their own, and no setting of the user. Light."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

LIBRARY = Path(__file__).resolve().parents[2]
OWN_ROOM = ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "TMPDIR")
# One thread a kernel: as many kernels as cores run at once, and sums do not depend on the number of cores.
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def prepare_environment(room: Path) -> None:
    """Point this process and its kernels to an empty room, so that no setting of the user changes a report."""
    os.environ.update(environment_in(room, os.environ))
    os.environ.pop("JUPYTER_PATH", None)
    tempfile.tempdir = str(room)


def environment_in(room: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of such a process, made from the one that there is."""
    settings = room / "matplotlibrc"  # empty: the defaults count, not what the user likes
    settings.touch()
    library = [str(LIBRARY), *environment.get("PYTHONPATH", "").split(os.pathsep)]
    own = dict.fromkeys(OWN_ROOM, str(room)) | dict.fromkeys(ONE_THREAD, "1")
    own |= {
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(filter(None, library))),
        "MATPLOTLIBRC": str(settings),
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    if not _keeps_fonts(environment):
        own["MPLCONFIGDIR"] = str(room)
    return {name: value for name, value in environment.items() if name != "JUPYTER_PATH"} | own


def _keeps_fonts(environment: Mapping[str, str]) -> bool:
    """Whether there is a folder where matplotlib may keep its list of fonts from one run to the next.

    A user of the system (a batch, a container) may have no home; matplotlib then complains to whoever started the run.
    """
    if os.name != "posix":
        return True
    home = environment.get("HOME") or os.path.expanduser("~")
    own, folders = environment.get("MPLCONFIGDIR"), {"XDG_CACHE_HOME": ".cache", "XDG_CONFIG_HOME": ".config"}
    places = [own] if own else [environment.get(name) or os.path.join(home, folder) for name, folder in folders.items()]
    return all(os.path.isabs(place) and _may_be_written(Path(place)) for place in places)


def _may_be_written(place: Path) -> bool:
    """Whether a folder, or the nearest one above it that there is, may be written to."""
    nearest = next(folder for folder in (place, *place.parents) if os.path.exists(folder))
    return os.access(nearest, os.W_OK | os.X_OK)
