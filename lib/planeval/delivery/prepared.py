"""An evaluation that was made once for all notebooks of a period, handed to their kernels in a file.

The batch writes the file into a folder that only its own processes can read, and names it in the environment; without
that, a notebook reads the plan and evaluates it itself.
"""

from __future__ import annotations

import os
import pickle
from contextlib import suppress
from pathlib import Path

from ..judging.evaluation import Evaluation

VARIABLE = "PLANEVAL_PREPARED"
Key = tuple[str, str, str | None, str]  # plan, period, scheme, data folder


def hand_over(evaluation: Evaluation, key: Key, path: Path) -> None:
    """Write an evaluation, with everything that was already worked out from it, for the kernels started from now on."""
    path.write_bytes(pickle.dumps((key, evaluation)))
    path.chmod(0o600)
    os.environ[VARIABLE] = os.fspath(path)


def take_back() -> None:
    """No further kernel gets the evaluation."""
    name = os.environ.pop(VARIABLE, "")
    if name:
        Path(name).unlink(missing_ok=True)


def handed_over(key: Key) -> Evaluation | None:
    """The evaluation that was made for this plan, period, scheme and data folder; None where there is none."""
    path = os.environ.get(VARIABLE)
    if not path:
        return None
    with suppress(FileNotFoundError):
        found, evaluation = pickle.loads(Path(path).read_bytes())
        return evaluation if found == key else None
    return None
