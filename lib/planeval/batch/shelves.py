"""What stands in the outputs folder: for each plan its periods, their state and their ratings."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from ..delivery.choice import read_plan
from ..telling.vocabulary import column_label, say
from ..trust.plans import Period, Plan
from ..words.contracts import label
from ..words.fiscal_years import years_label
from ..words.guard import unguarded
from ..words.paths import plan_ids
from . import publish

NONE = "－"
# By whether a run is published and whether the last one failed.
STATES = {(True, False): "published", (True, True): "stale", (False, True): "failed", (False, False): "not_run"}


@dataclass(frozen=True)
class Run:
    """One period of a plan in the outputs folder: its record (None: never published), its state, its ratings.

    `prints` names the reports that there are as PDF too.
    """

    period: str
    label: str
    kind: str
    record: dict | None
    state: str
    ratings: tuple[dict[str, str], ...]
    prints: frozenset[str] = frozenset()

    @property
    def letters(self) -> str:
        """The distribution of letters in words. Example: A 9、B 4."""
        counts = Counter(row["letter"] for row in self.ratings)
        told = (say("index_page.letter", letter=letter, count=count) for letter, count in sorted(counts.items()))
        return "、".join(told) or NONE


@dataclass(frozen=True)
class Shelf:
    """Everything there is of one plan; `plan` is None where its data are not here any more."""

    id: str
    plan: Plan | None
    folder: Path
    runs: tuple[Run, ...]

    @property
    def name(self) -> str:
        """The plan's name, else its id."""
        return self.plan.name if self.plan else self.id

    @property
    def published(self) -> list[Run]:
        """The runs that can be opened."""
        return [run for run in self.runs if run.record]

    @property
    def change(self) -> str:
        """The letters of the last two evaluations that can be opened, then → now."""
        runs = [run for run in self.published if run.kind == "evaluation"][-2:]
        if not runs:
            return NONE
        then, now = runs[0], runs[-1]
        key = "then_now" if len(runs) > 1 else "only_now"
        return say(
            f"index_page.{key}", then=then.label, letters_then=then.letters, now=now.label, letters_now=now.letters
        )

    @property
    def banner(self) -> list[str]:
        """That the figures are examples, where they are."""
        is_example = any(row["status"] == label("status", "example") for run in self.runs for row in run.ratings)
        if self.plan is None or not (is_example or self.plan.status == "example"):
            return []
        return [say("banner.example", tables=self.plan.name, municipality=self.plan.municipality)]


def shelves(outputs: Path, data_dir: Path) -> list[Shelf]:
    """Every plan that has data or a published run, in order of its id."""
    here = [path.name for path in outputs.iterdir() if path.is_dir() and not path.name.startswith(".")]
    found = [_shelf(outputs, data_dir, plan) for plan in sorted({*here, *plan_ids(data_dir)})]
    return [shelf for shelf in found if shelf.plan or shelf.runs]


def _shelf(outputs: Path, data_dir: Path, plan_id: str) -> Shelf:
    plan, home = read_plan(data_dir, plan_id), outputs / plan_id
    if plan:
        periods = [(period.id, _label(period), period.kind) for period in plan.periods]
    else:
        found = sorted(path.parent.name for path in home.glob(f"*/{publish.RUN_FILE}"))
        periods = [(name, name, "evaluation") for name in found]
    runs = tuple(_run(outputs, plan_id, *period) for period in periods)
    return Shelf(plan_id, plan, data_dir / plan_id, runs)


def _label(period: Period) -> str:
    """The label of a period, with its years where there are several."""
    first, last = period.first_year, period.last_year
    return period.label if first == last else f"{period.label}（{years_label(first, last)}）"


def _run(outputs: Path, plan_id: str, period: str, label: str, kind: str) -> Run:
    home, left = outputs / plan_id / period, outputs / publish.FAILED / plan_id / period
    record, failed = publish.read_record(home), (left / publish.FAILURE_FILE).exists()
    state = say(f"index_page.states.{STATES[(record is not None, failed)]}")
    prints = frozenset(path.stem for path in home.glob("*.pdf"))
    return Run(period, label, kind, record, state, _ratings(home) if record else (), prints)


def _ratings(home: Path) -> tuple[dict[str, str], ...]:
    """The letters of whole indicators, from the published table."""
    path = home / "tables" / "evaluation.csv"
    if not path.is_file():
        return ()
    names = ("indicator_id", "indicator_name", "group", "letter", "lean", "scheme", "status")
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    except (OSError, UnicodeDecodeError, csv.Error):  # saved by another program since; `planeval verify` names the file
        return ()
    found = ({name: unguarded(row.get(column_label(name)) or "") for name in names} for row in rows)
    return tuple(row for row in found if not row["group"])
