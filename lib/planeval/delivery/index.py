"""The index pages: all plans, and for each plan its reports and how the letters moved from period to period."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2

from ..telling.vocabulary import column_label, name_of, say
from ..trust.plans import Period, Plan
from ..trust.schemes import load_scheme, scheme_paths
from ..words.fiscal_years import years_label
from ..words.paths import plan_ids
from . import publish
from .choice import read_plan
from .page_rules import TEMPLATES, stylesheet
from .parameters import NOTEBOOKS
from .tables import unguarded

TITLE, PRODUCT = "評価の報告書", "planeval"
KINDS = {"evaluation": "評価の動き（評価の期間）", "progress": "評価の動き（年度ごとの進捗確認）"}
COMMITTEE = "04_committee_report"
NONE = "－"


@dataclass(frozen=True)
class Run:
    """One period of a plan in the outputs folder: its record (None: never published), its state, its ratings."""

    period: str
    label: str
    kind: str
    record: dict | None
    state: str
    ratings: tuple[dict[str, str], ...]

    @property
    def letters(self) -> str:
        """The distribution of letters in words. Example: A 9、B 4."""
        counts = Counter(row["letter"] for row in self.ratings)
        return "、".join(f"{letter} {count}" for letter, count in sorted(counts.items())) or NONE


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
    def banner(self) -> list[str]:
        """That the figures are examples, where they are."""
        is_example = any(row["status"] == "例示" for run in self.runs for row in run.ratings)
        if self.plan is None or not (is_example or self.plan.status == "example"):
            return []
        return [say("banner.example", tables=self.plan.name, municipality=self.plan.municipality)]


def write_indexes(outputs: Path, data_dir: Path) -> None:
    """Write `index.html` of the outputs folder and of each plan that has a published run."""
    here = [folder.name for folder in outputs.iterdir() if folder.is_dir() and not folder.name.startswith(".")]
    shelves = [_shelf(outputs, data_dir, plan) for plan in sorted({*here, *plan_ids(data_dir)})]
    for shelf in shelves:
        if shelf.published:
            publish.write_page(outputs / shelf.id / "index.html", _plan_page(shelf))
    publish.write_page(outputs / "index.html", _root_page(shelves))


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
    home, failed = outputs / plan_id / period, (outputs / publish.FAILED / plan_id / period / publish.RUN_FILE).exists()
    record = publish.read_record(home)
    states = {
        (True, False): "公表",
        (True, True): "公表（その後の実行は失敗。公表しているのは前のもの）",
        (False, True): "失敗",
        (False, False): "未実行",
    }
    return Run(period, label, kind, record, states[(record is not None, failed)], _ratings(home) if record else ())


def _ratings(home: Path) -> tuple[dict[str, str], ...]:
    """The letters of whole indicators, from the published table."""
    path = home / "tables" / "evaluation.csv"
    if not path.is_file():
        return ()
    names = ("indicator_id", "indicator_name", "group", "letter", "lean", "scheme", "status")
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
    found = ({name: unguarded(row.get(column_label(name)) or "") for name in names} for row in rows)
    return tuple(row for row in found if not row["group"])


def _root_page(shelves: Sequence[Shelf]) -> str:
    plans = [
        [
            {"text": shelf.name} | ({"href": f"{shelf.id}/index.html"} if shelf.published else {}),
            {"text": shelf.plan.municipality if shelf.plan else NONE},
            {"text": f"{len(shelf.published)}／{len(shelf.runs)}"},
        ]
        for shelf in shelves
    ]
    tables = [{"caption": "計画", "head": ["計画", "自治体", "公表した期間／すべての期間"], "rows": plans}]
    for shelf in shelves:
        rows = [[{"text": run.label}, _report(shelf, run), {"text": run.letters}, {"text": run.state}] for run in shelf.runs]
        head = ["期間", "報告書", "評価と指標の数", "状態"]
        tables.append({"caption": f"{shelf.name}の期間", "head": head, "rows": rows})
    banner = list(dict.fromkeys(sentence for shelf in shelves for sentence in shelf.banner))
    intro = "計画と期間ごとの報告書の一覧です。計画の名前から、評価の動きを見られます。"
    return _rendered(title=TITLE, kicker=PRODUCT, banner=banner, crumbs=[], intro=intro, tables=tables)


def _report(shelf: Shelf, run: Run) -> dict:
    if not run.record:
        return {"text": NONE}
    return {"text": NOTEBOOKS[COMMITTEE], "href": f"{shelf.id}/{run.period}/{COMMITTEE}.html"}


def _plan_page(shelf: Shelf) -> str:
    rows = []
    for run in shelf.runs:
        reports = [
            {"text": label, "href": f"{run.period}/{name}.html"} if run.record else {"text": NONE}
            for name, label in NOTEBOOKS.items()
        ]
        rows.append([{"text": run.label}, *reports, {"text": run.letters}, {"text": run.state}])
    head = ["期間", *NOTEBOOKS.values(), "評価と指標の数", "状態"]
    tables = [{"caption": "期間と報告書", "head": head, "rows": rows}]
    for kind, caption in KINDS.items():
        runs = [run for run in shelf.published if run.kind == kind]
        if runs:
            tables.append({"caption": caption, "head": ["指標", *(run.label for run in runs)], "rows": _moves(shelf, runs)})
    intro = "期間ごとの報告書と、指標ごとの評価の動きです。左が前、右が後の期間です。"
    crumbs = [{"href": "../index.html", "label": "すべての計画"}]
    return _rendered(title=shelf.name, kicker=PRODUCT, banner=shelf.banner, crumbs=crumbs, intro=intro, tables=tables)


def _moves(shelf: Shelf, runs: Sequence[Run]) -> list[list[dict]]:
    """One row an indicator: its letter in each period, then → now."""
    names = {row["indicator_id"]: row["indicator_name"] for run in runs for row in run.ratings}
    letters = [{row["indicator_id"]: row for row in run.ratings} for run in runs]
    return [
        [{"text": names[name]}, *(_badge(shelf.folder, own[name]) if name in own else {"text": NONE} for own in letters)]
        for name in sorted(names)
    ]


def _badge(folder: Path, row: dict[str, str]) -> dict:
    """The rating mark of a letter in its own scheme, else the letter alone."""
    scheme = load_scheme(row["scheme"], folder) if row["scheme"] in scheme_paths(folder) else None
    letter = scheme.of_letter(row["letter"]) if scheme else None
    if letter is None:
        return {"text": row["letter"]}
    signs = {name_of("lean", sign): sign for sign in "+-0"}
    shown = letter.letter + (signs.get(row["lean"], "") if scheme.prints_lean else "")
    return {"text": "", "badge": {"letter": shown, "symbol": letter.symbol, "word": letter.word, "tone": letter.tone}}


@cache
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("index_page.html.j2")


def _rendered(**values: object) -> str:
    return _template().render(**values, **stylesheet())
