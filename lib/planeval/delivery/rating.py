"""`planeval rate`: a flat table of cases in, the same table with the letters of a scheme out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ..judging.flat import rate
from ..trust.flat_cases import FlatCases, read_flat_cases
from ..trust.schemes import read_scheme
from ..words.flat_cases import ANSWERS, COLUMNS
from ..words.guard import guarded, unguarded

TEXT_COLUMNS = frozenset(name for name, kind in COLUMNS.items() if kind == "text")


def rated_csv(path: Path, schemes: Sequence[Path], *, is_list: bool) -> bytes:
    """The rows of a file with the answers of one scheme or, as a list, with one column of letters for each scheme.

    Raises: WrongUse when there is no such file; DataProblems for cells or scheme files that cannot be read.
    """
    known = [read_scheme(scheme) for scheme in schemes]
    flat = read_flat_cases(path)
    if is_list:
        return _csv(flat, {f"rating_{scheme.name}": rate(flat, scheme)["rating"] for scheme in known})
    found = rate(flat, known[0])
    return _csv(flat, {name: found[name] for name in ANSWERS})


def _csv(flat: FlatCases, answers: dict[str, pd.Series]) -> bytes:
    """The input's columns as they were, then the answers; numbers as short as they are exact, nothing for none."""
    own = [_texts(column) for column in answers.values()]
    is_text = [head not in COLUMNS or head in TEXT_COLUMNS for head in flat.header]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*map(_guarded_once, flat.header), *answers])
    for row, found in zip(flat.cells, zip(*own, strict=True), strict=True):
        kept = (_kept(cell) if is_free else cell for cell, is_free in zip(row, is_text, strict=True))
        writer.writerow([*kept, *found])
    return text.getvalue().encode("utf-8-sig")


def _kept(cell: str) -> str:
    """A cell as it was sent, guarded (once, however often) where it would turn into a formula; a number is none."""
    try:
        is_number = np.isfinite(float(cell))
    except ValueError:
        is_number = False
    return cell if is_number else _guarded_once(cell)


def _guarded_once(text: str) -> str:
    return guarded(unguarded(text))


def _texts(column: pd.Series) -> Iterable[str]:
    if not pd.api.types.is_float_dtype(column):
        return column.astype(str).to_list()
    values = column.to_numpy(float)
    return [
        "" if not ok else repr(value).removesuffix(".0")
        for value, ok in zip(values.tolist(), np.isfinite(values), strict=True)
    ]
