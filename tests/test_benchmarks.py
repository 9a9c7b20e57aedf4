"""The benchmark of judging compares like with like."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest

from planeval.judging.ratings import judge
from planeval.trust.schemes import load_scheme

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
evaluation = pytest.importorskip("evaluation")


def test_row_by_row_and_all_at_once_give_the_same():
    case = evaluation.make_cases(60)
    together = judge(*case, load_scheme("gap"), {})
    pd.testing.assert_frame_equal(evaluation.row_by_row(*case), together)
    assert set(together["letter"]) == {"A", "B", "B*", "C", "D"}
    assert {"size", "interval", "exact"} <= set(together["route"])


def test_the_table_has_a_line_for_every_size(capsys):
    evaluation.main(100)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[2:]] == ["1", "100"]
