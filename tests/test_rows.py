"""Rows one after the other are those that pandas gives."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from planeval.trust.rows import each_row, records

FRAMES = {
    "usual": pd.DataFrame({"name": ["a", "b"], "value": [1.5, np.nan], "count": [1, 2], "flag": [True, False]}),
    "nullable": pd.DataFrame(
        {"year": pd.array([2021, None], dtype="Int64"), "text": pd.array(["x", None], dtype="str")}
    ),
    "mixed": pd.DataFrame({"any": pd.Series([np.float64(1), "x"], dtype=object), "list": [[1], None]}),
    "own index": pd.DataFrame({"value": [1, 2]}, index=[7, 9]),
    "names that no attribute has": pd.DataFrame({"評価 A": [1], "_private": [2], "class": [3]}),
    "no rows": pd.DataFrame({"value": []}),
    "categories and times": pd.DataFrame(
        {"kind": pd.Categorical(["a", "b"]), "at": pd.to_datetime(["2024-04-01", None])}
    ),
}


def _as_python(value: object) -> object:
    """pandas leaves numbers of nullable columns as numpy has them; of mixed ones both leave what was put in."""
    return value.item() if isinstance(value, np.int64) else value


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_rows_are_those_of_pandas(frame):
    ours, theirs = list(each_row(frame)), list(frame.itertuples(name="Row"))
    assert [repr(tuple(row)) for row in ours] == [repr(tuple(map(_as_python, row))) for row in theirs]
    assert all(row._fields == other._fields for row, other in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_records_are_those_of_pandas(frame):
    assert repr(records(frame)) == repr(frame.to_dict("records"))
