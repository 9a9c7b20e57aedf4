"""The notebooks keep the house style: an essay with live evidence, thin code, no numbers typed into prose."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in NOTEBOOKS]
PARAMETERS = ["plan", "period", "scheme", "data_dir", "outputs_dir"]
# The committee's report follows the order of its chapters; the others ask at most ten questions.
MOST_SECTIONS = {"04_committee_report": 12}


def cells(path: Path, kind: str) -> list[dict]:
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell | {"source": "".join(cell["source"])} for cell in found if cell["cell_type"] == kind]


def evidence(path: Path) -> list[str]:
    """The code cells after the two opening ones."""
    return [cell["source"] for cell in cells(path, "code")[2:]]


def test_there_are_the_four_notebooks_of_the_design():
    assert NAMES == ["01_data_loading", "02_indicator_evaluation", "03_sdg_stakeholder_analysis", "04_committee_report"]


def test_no_stray_file_lies_beside_the_notebooks():
    assert sorted(p.name for p in NOTEBOOKS[0].parent.iterdir() if not p.name.startswith(".")) == [
        f"{n}.ipynb" for n in NAMES
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
class TestEveryNotebook:
    def test_opens_with_a_title_then_parameters_then_the_load_cell(self, path):
        kinds = [cell["cell_type"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"][:3]]
        assert kinds == ["markdown", "code", "code"]
        assert cells(path, "markdown")[0]["source"].startswith("# ")
        assert "load(" in cells(path, "code")[1]["source"]

    def test_has_one_cell_of_parameters_with_exactly_the_five_names_typed_and_commented(self, path):
        tagged = [cell for cell in cells(path, "code") if "parameters" in cell["metadata"].get("tags", [])]
        assert len(tagged) == 1 and tagged[0] == cells(path, "code")[0]
        statements = ast.parse(tagged[0]["source"]).body
        assert all(isinstance(statement, ast.AnnAssign) for statement in statements)
        assert [statement.target.id for statement in statements] == PARAMETERS
        assert all(re.search(r"  # \S", line) for line in tagged[0]["source"].splitlines())

    def test_imports_only_from_planeval_and_only_in_the_load_cell(self, path):
        load = ast.parse(cells(path, "code")[1]["source"])
        imported = [node.module for node in ast.walk(load) if isinstance(node, ast.ImportFrom)]
        assert imported == ["planeval"]
        assert not any("import" in source for source in evidence(path))

    def test_imports_nothing_that_it_does_not_use(self, path):
        load = ast.parse(cells(path, "code")[1]["source"])
        names = [alias.name for node in ast.walk(load) if isinstance(node, ast.ImportFrom) for alias in node.names]
        used = "\n".join(evidence(path)) + ast.unparse(load.body[-1])
        assert [name for name in names if f"{name}(" not in used and f"{name}." not in used] == []

    def test_shows_one_view_chart_or_sentence_a_cell_and_nothing_else(self, path):
        for source in evidence(path):
            statements = ast.parse(source).body
            assert len(source.splitlines()) <= 5 and len(statements) == 1, source
            call = statements[0].value
            assert isinstance(call, ast.Call) and call.func.value.id in {"views", "charts", "wording"}, source

    def test_defines_each_section_before_its_evidence(self, path):
        sections = [c["source"] for c in cells(path, "markdown") if c["source"].startswith("## ")]
        assert len(sections) <= MOST_SECTIONS.get(path.stem, 10)
        short = [source for source in sections if len(source.split("\n\n", 1)[-1]) < 20]
        assert short == [] or (path.stem == "04_committee_report" and short == ["## 総括"])

    def test_types_no_number_name_or_verdict_into_prose(self, path):
        for cell in cells(path, "markdown"):
            assert not re.search(r"[0-9０-９%％$]", cell["source"]), cell["source"]
            assert not re.search(r"所沢|健康日本|令和|平成", cell["source"]), cell["source"]

    def test_has_more_words_than_code(self, path):
        words = sum(len(re.findall(r"\w", cell["source"])) for cell in cells(path, "markdown"))
        lines = sum(len(source.splitlines()) for source in evidence(path))
        assert words > 20 * lines

    def test_ends_with_the_colophon(self, path):
        assert evidence(path)[-1] == "wording.colophon(evaluation)"
        assert [cell["metadata"].get("tags") for cell in cells(path, "code")].index(["end"]) == len(evidence(path)) + 1

    def test_is_committed_without_outputs_and_execution_counts(self, path):
        assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells(path, "code"))

    def test_names_an_ordinary_python_kernel(self, path):
        assert json.loads(path.read_text(encoding="utf-8"))["metadata"]["kernelspec"]["name"] == "python3"
