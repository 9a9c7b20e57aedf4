"""What tests share: the project's own plans, a small plan, and property tests that always try the same examples."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest
from plan_folder import write_plan

PROJECT = Path(__file__).resolve().parents[1]

hypothesis.settings.register_profile("planeval", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("planeval")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The project's own plans."""
    return PROJECT / "data"


@pytest.fixture
def tiny_plan(tmp_path: Path) -> Callable[..., Path]:
    """Writes the plan `machi` (see `plan_folder`) and returns its folder; `folder.parent` is the data folder.

    Example: tiny_plan(indicators=[{"target_kind": "以上"}], observations=[{"fiscal_year": 2021, "value": 45}])
    """
    return lambda **changes: write_plan(tmp_path / "data" / "machi", **changes)
