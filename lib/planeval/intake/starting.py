"""`planeval new`: a plan folder that runs at once and explains itself, from a sample or from the city's own list."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import jinja2

from ..judging.evaluation import evaluate
from ..trust.workbook import load_workbook
from ..words.contracts import CONTRACTS
from ..words.fiscal_years import years_label
from ..words.paths import PLAN_FILE, is_plan_name
from ..words.problems import DataProblems, WrongUse
from .city_list import CityList, read_city_list

TEMPLATES = Path(__file__).with_name("new_plan")
ENDING = ".j2"
SAMPLE_YEARS = (2024, 2029)  # those of the sample's rows
PLAN_ID = re.compile(r"\w[\w-]{0,39}")
LONGEST_NAME = 60
NO_MUNICIPALITY, NO_NAME = "○○市", "○○計画（名前を書く）"


def start_plan(
    plan: str, data_dir: Path, *, source: Path | None = None, municipality: str | None = None
) -> tuple[Path, tuple[str, ...]]:
    """Make `data_dir/plan`, whole or not at all; gives the folder and what the reading of `source` remarks.

    Without `source` (xlsx or CSV, headings of the indicators contract, values by year in columns named by years) the
    folder holds a sample, every row 例示; with it, only what the source says.
    Raises: WrongUse for a name that cannot be one or is taken; DataProblems with all problems of the source.
    """
    plan = unicodedata.normalize("NFC", plan)
    _check_names(plan, data_dir, municipality)
    city = read_city_list(source, plan) if source else None
    files = _files(plan, municipality or NO_MUNICIPALITY, city)
    data_dir.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data_dir, prefix=".new-") as aside:
        staged = Path(aside) / plan
        for name, content in files.items():
            (staged / name).parent.mkdir(parents=True, exist_ok=True)
            (staged / name).write_bytes(content)
        if (data_dir / "schemes").is_dir():
            shutil.copytree(data_dir / "schemes", Path(aside) / "schemes")
        _prove(plan, Path(aside), city)
        staged.rename(data_dir / plan)
    return data_dir / plan, city.notes if city else ()


def _check_names(plan: str, data_dir: Path, municipality: str | None) -> None:
    if not PLAN_ID.fullmatch(plan) or not is_plan_name(plan) or len(plan.encode("utf-8")) > 120:
        raise WrongUse(
            f"「{plan[:LONGEST_NAME]}」は計画の名前に使えません。半角の英数字、かな漢字、- _ を使い、40文字以内で、"
            "英数字かかな漢字で始めてください（例 chiiki-fukushi）。con、nul、schemes などは使えません。"
        )
    if municipality is not None and not (
        municipality.strip() and len(municipality) <= LONGEST_NAME and municipality.isprintable()
    ):
        raise WrongUse(f"--municipality は、改行や制御文字のない{LONGEST_NAME}文字以内の名で指定してください。")
    if not data_dir.parent.is_dir() or (data_dir.exists() and not data_dir.is_dir()):
        raise WrongUse(f"データのフォルダ「{data_dir.name}」を使えません。場所（--data）を確かめてください。")
    taken = [path.name for path in data_dir.iterdir()] if data_dir.is_dir() else []
    same = [name for name in taken if unicodedata.normalize("NFC", name).casefold() == plan.casefold()]
    if same:
        raise WrongUse(f"「{same[0]}」はすでにあります。書き換えません。ほかの名前を指定してください。")


def _files(plan: str, municipality: str, city: CityList | None) -> dict[str, bytes]:
    """Every file of the folder by its name within it."""
    first, last = city.years if city else SAMPLE_YEARS
    facts = {
        "plan": plan, "id": _quoted(plan), "name": _quoted(NO_NAME), "municipality": _quoted(municipality),
        "is_sample": city is None, "source": city.name if city else "", "first_year": first, "last_year": last,
        "periods": _periods(first, last), "tables": _tables(),
    }  # fmt: skip
    kept = [PLAN_FILE, "README.md"] if city else [_name(path) for path in sorted(TEMPLATES.rglob(f"*{ENDING}"))]
    files = {name: _rendered(TEMPLATES / f"{name}{ENDING}", facts) for name in kept}
    return files | (city.files if city else {})


def _name(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix().removesuffix(ENDING)


def _rendered(path: Path, facts: Mapping[str, object]) -> bytes:
    template = jinja2.Template(
        path.read_text(encoding="utf-8"), undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    return template.render(**facts).encode("utf-8-sig" if ".csv" in path.suffixes else "utf-8")


def _quoted(text: str) -> str:
    """A text as YAML has it in double quotes."""
    return json.dumps(text, ensure_ascii=False)


def _periods(first: int, last: int) -> list[dict[str, object]]:
    """Spans of three years to evaluate, and a check for each year."""
    spans = [(year, min(year + 2, last)) for year in range(first, last + 1, 3)]
    found = [_period("evaluation", *span, f"{_era(span[0])}-{_era(span[1])}") for span in spans]
    return [*found, *(_period("progress", year, year, _era(year)) for year in range(first, last + 1))]


def _period(kind: str, first: int, last: int, own_id: str) -> dict[str, object]:
    return {"id": own_id, "label": years_label(first, last), "kind": kind, "first": first, "last": last}


def _era(year: int) -> str:
    """Example: 2024 → R6; before 令和 the year itself."""
    return f"R{year - 2018}" if year >= 2019 else str(year)


def _tables() -> list[dict[str, str]]:
    """The tables that a plan can do without, with their headings as a line of CSV."""
    optional = [contract for contract in CONTRACTS.values() if not contract.required]
    return [
        {
            "name": contract.name,
            "title": contract.title,
            "headers": ",".join(column.header for column in contract.columns),
        }
        for contract in optional
    ]


def _prove(plan: str, data_dir: Path, city: CityList | None) -> None:
    """Read and evaluate what was made, so that nothing appears that does not run."""
    try:
        workbook = load_workbook(plan, data_dir)
        for period in workbook.plan.periods:
            evaluate(workbook, period.id)
    except DataProblems as error:
        raise city.told_at_source(error) if city else error from None
