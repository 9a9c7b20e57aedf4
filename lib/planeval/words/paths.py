"""Where the plans' data lie. It imports nothing of planeval."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
PLAN_FILE = "plan.yaml"


def default_data_dir() -> Path:
    """The nearest `data/` with a plan in it, from the working directory upwards; else the project's own."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if any((folder / "data").glob(f"*/{PLAN_FILE}")):
            return folder / "data"
    return PROJECT / "data"


def plan_ids(data_dir: Path) -> list[str]:
    """The plans in a data folder: every folder with a plan file, in order of name."""
    return sorted(path.parent.name for path in data_dir.glob(f"*/{PLAN_FILE}"))
