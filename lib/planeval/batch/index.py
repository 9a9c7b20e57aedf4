"""The index pages: all plans, and for each plan its reports and how the letters moved from period to period."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import jinja2

from ..delivery.page_rules import TEMPLATES, period_anchor, stylesheet
from ..delivery.parameters import NOTEBOOKS
from ..telling.vocabulary import entry, name_of, say
from ..trust.schemes import Scheme, load_scheme, scheme_paths
from ..words.problems import DataProblems
from .publish import write_page
from .shelves import NONE, Run, Shelf, shelves

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
            {"text": shelf.change},
        ]
        for shelf in found
    ]
    tables = [{"caption": _word("plans"), "head": _words("plan", "municipality", "made", "change"), "rows": plans}]
    for shelf in found:
        rows = [
            [{"text": run.label}, _report(run, COMMITTEE, shelf.id), {"text": run.letters}, {"text": run.state}]
            for run in shelf.runs
        ]
        caption = say("index_page.periods", plan=shelf.name)
        tables.append({"caption": caption, "head": _words("period", "report", "letters", "state"), "rows": rows})
    banner = list(dict.fromkeys(sentence for shelf in found for sentence in shelf.banner))
    return _rendered(title=_word("title"), banner=banner, crumbs=[], intro=_word("intro_plans"), tables=tables)


def _word(key: str) -> str:
    return say(f"index_page.{key}")


def _words(*keys: str) -> list[str]:
    return [_word(key) for key in keys]


def _report(run: Run, name: str, folder: str = "") -> dict:
    """A cell that leads to a report, its text edition and, where there is one, its PDF."""
    if not run.record:
        return {"text": NONE}
    label, place = NOTEBOOKS[name], "/".join(part for part in (folder, run.period, name) if part)
    forms = [("txt", say("text_edition.short"))]
    if name in run.prints:
        forms.append(("pdf", _word("pdf")))
    also = [{"text": text, "href": f"{place}.{form}", "label": f"{run.label} {label} {text}"} for form, text in forms]
    return {"text": label, "href": f"{place}.html", "also": also}


def _plan_page(shelf: Shelf) -> str:
    rows = [
        [
            {"text": run.label, "id": period_anchor(run.period)},
            *(_report(run, name) for name in NOTEBOOKS),
            {"text": run.letters},
            {"text": run.state},
        ]
        for run in shelf.runs
    ]
    head = [_word("period"), *NOTEBOOKS.values(), *_words("letters", "state")]
    tables = [{"caption": _word("reports"), "head": head, "rows": rows}]
    for kind, caption in entry("index_page.moves").items():
        runs = [run for run in shelf.published if run.kind == kind]
        if runs:
            head = [_word("indicator"), *(run.label for run in runs)]
            tables.append({"caption": caption, "head": head, "rows": _moves(shelf, runs)})
    crumbs = [{"href": "../index.html", "label": _word("all_plans")}]
    return _rendered(title=shelf.name, banner=shelf.banner, crumbs=crumbs, intro=_word("intro_plan"), tables=tables)


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
    scheme = _scheme(folder, row["scheme"])
    letter = scheme.of_letter(row["letter"]) if scheme else None
    if letter is None:
        return {"text": row["letter"]}
    signs = {name_of("lean", sign): sign for sign in "+-0"}
    shown = letter.letter + (signs.get(row["lean"], "") if scheme.prints_lean else "")
    return {"text": "", "badge": {"letter": shown, "symbol": letter.symbol, "word": letter.word, "tone": letter.tone}}


def _scheme(folder: Path, name: str) -> Scheme | None:
    """A rating scheme; None where it is absent or was broken since, which a run of its plan tells."""
    try:
        return load_scheme(name, folder) if name in scheme_paths(folder) else None
    except DataProblems:
        return None


@cache
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("index_page.html.j2")


def _rendered(**values: object) -> str:
    words = entry("index_page") | entry("page")
    return _template().render(**values, **stylesheet(), kicker=_word("product"), words=words)
