"""The index pages: all plans, and for each plan its reports and how the letters moved from period to period."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import jinja2

from ..delivery.page_rules import TEMPLATES, stylesheet
from ..delivery.parameters import NOTEBOOKS
from ..telling.vocabulary import name_of
from ..trust.schemes import load_scheme, scheme_paths
from .publish import write_page
from .shelves import NONE, Run, Shelf, shelves

TITLE, PRODUCT = "評価の報告書", "planeval"
KINDS = {"evaluation": "評価の動き（評価の期間）", "progress": "評価の動き（年度ごとの進捗確認）"}
COMMITTEE = "04_committee_report"


def write_indexes(outputs: Path, data_dir: Path) -> None:
    """Write `index.html` of the outputs folder and of each plan that has a published run."""
    found = shelves(outputs, data_dir)
    for shelf in found:
        if shelf.published:
            write_page(outputs / shelf.id / "index.html", _plan_page(shelf))
    write_page(outputs / "index.html", _root_page(found))


def _root_page(found: Sequence[Shelf]) -> str:
    plans = [
        [
            {"text": shelf.name} | ({"href": f"{shelf.id}/index.html"} if shelf.published else {}),
            {"text": shelf.plan.municipality if shelf.plan else NONE},
            {"text": f"{len(shelf.published)}／{len(shelf.runs)}"},
        ]
        for shelf in found
    ]
    tables = [{"caption": "計画", "head": ["計画", "自治体", "作成した期間／すべての期間"], "rows": plans}]
    for shelf in found:
        rows = [
            [{"text": run.label}, _report(shelf, run), {"text": run.letters}, {"text": run.state}] for run in shelf.runs
        ]
        head = ["期間", "報告書", "評価と指標の数", "状態"]
        tables.append({"caption": f"{shelf.name}の期間", "head": head, "rows": rows})
    banner = list(dict.fromkeys(sentence for shelf in found for sentence in shelf.banner))
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
            tables.append(
                {"caption": caption, "head": ["指標", *(run.label for run in runs)], "rows": _moves(shelf, runs)}
            )
    intro = "期間ごとの報告書と、指標ごとの評価の動きです。左が前、右が後の期間です。"
    crumbs = [{"href": "../index.html", "label": "すべての計画"}]
    return _rendered(title=shelf.name, kicker=PRODUCT, banner=shelf.banner, crumbs=crumbs, intro=intro, tables=tables)


def _moves(shelf: Shelf, runs: Sequence[Run]) -> list[list[dict]]:
    """One row an indicator: its letter in each period, then → now."""
    names = {row["indicator_id"]: row["indicator_name"] for run in runs for row in run.ratings}
    letters = [{row["indicator_id"]: row for row in run.ratings} for run in runs]
    return [
        [
            {"text": names[name]},
            *(_badge(shelf.folder, own[name]) if name in own else {"text": NONE} for own in letters),
        ]
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
