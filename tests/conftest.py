"""What tests share: the project's own plans, a small plan, and property tests that always try the same examples."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest
from plan_folder import write_plan

PROJECT = Path(__file__).resolve().parents[1]

# The files that take longest, longest first: begun early, they end with the others (`--no-loadscope-reorder`).
LONGEST = [
    "test_finished_run",
    "test_benchmarks",
    "test_hostile_text",
    "test_faults_kernels",
    "test_cluster",
    "test_telling",
    "test_shards",
    "test_faults_signals",
    "test_faults_disk",
    "test_plans_of_others",
    "test_committee_questions",
    "test_faults",
    "test_kernels",
    "test_publishing",
    "test_freshness",
    "test_evaluation",
    "test_command_line",
]

if (
    signal.getsignal(signal.SIGINT) == signal.SIG_IGN
):  # started in the background; the tests' own commands would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)

hypothesis.settings.register_profile("planeval", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("planeval")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; within a file nothing moves."""
    place = {name: n for n, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))


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
