"""What a run publishes beside its CSV tables."""

from __future__ import annotations

from collections.abc import Mapping

from ..delivery.tables import RunTable
from ..judging.evaluation import Evaluation
from .package import data_package
from .workbook import evaluation_workbook


def run_files(evaluation: Evaluation, tables: Mapping[str, RunTable], files: Mapping[str, bytes]) -> dict[str, bytes]:
    """evaluation.xlsx and datapackage.json by name; `files` are the CSV files of the tables."""
    return {
        "evaluation.xlsx": evaluation_workbook(evaluation, tables),
        "datapackage.json": data_package(evaluation, tables, files),
    }
