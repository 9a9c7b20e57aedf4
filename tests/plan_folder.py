"""A small plan of a made-up town, written as a folder that the library reads."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from planeval.words.contracts import CONTRACTS

PLAN = {
    "id": "machi",
    "name": "まちの計画",
    "municipality": "まち市",
    "years": [2021, 2026],
    "periods": [
        {"id": "first", "label": "前半", "kind": "evaluation", "years": [2021, 2023]},
        {"id": "second", "label": "後半", "kind": "evaluation", "years": [2024, 2026]},
    ],
}
# What a row says where a test does not care. The indicator is to rise from 40 in 2020 to 60 in 2026.
USUAL = {
    "indicators": {
        "indicator_id": "I-1",
        "indicator_name": "見守りの数",
        "unit": "件",
        "target_kind": "増加",
        "baseline_year": 2020,
        "baseline": 40,
        "target_year": 2026,
        "target": 60,
    },
    "observations": {"indicator_id": "I-1"},
}
GOOD_ROWS = {"indicators": [{}], "observations": [{"fiscal_year": 2023, "value": 50}]}


def write_plan(folder: Path, *, plan: Mapping | None = None, **tables: Iterable[Mapping] | None) -> Path:
    """Write the plan into `folder` and return it; the folder above it is the data folder, its name the plan's id.

    `plan` changes keys of plan.yaml. A table is given by its name, as rows of English column names with values as a
    department writes them; a row says only what differs from `USUAL`. A table that is None is left out. What an
    earlier call wrote there is gone.
    """
    if (folder / "plan.yaml").exists():
        shutil.rmtree(folder)
    (folder / "observations").mkdir(parents=True, exist_ok=True)
    declared = PLAN | {"id": folder.name} | (plan or {})
    text = yaml.safe_dump(declared, allow_unicode=True, sort_keys=False, default_flow_style=None)
    (folder / "plan.yaml").write_text(text, encoding="utf-8")
    for name, rows in (GOOD_ROWS | tables).items():
        if rows is not None:
            text = csv_text(name, [USUAL.get(name, {}) | row for row in rows])
            table_path(folder, name).write_text(text, encoding="utf-8-sig")
    return folder


def table_path(folder: Path, name: str) -> Path:
    """Where the small plan keeps a table; its one department is called `ka`."""
    return folder / (f"{name}/ka.csv" if CONTRACTS[name].folder else f"{name}.csv")


def csv_text(name: str, rows: Iterable[Mapping]) -> str:
    """Rows of one table as CSV, with the Japanese headers of its contract."""
    columns = CONTRACTS[name].columns
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.header for column in columns)
    writer.writerows([row.get(column.name, "") for column in columns] for row in rows)
    return text.getvalue()
