"""The rows of a table one after the other, without what pandas spends on each column of a table of few rows."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd


def each_row(frame: pd.DataFrame) -> Iterator[Any]:  # the names of the columns are known at run time only
    """What `DataFrame.itertuples` gives: each row with its `Index` first, values as Python has them."""
    make = _maker(tuple(frame.columns))
    return map(make, zip(frame.index, *(frame[name].tolist() for name in frame.columns), strict=True))


@cache
def _maker(names: tuple[str, ...]) -> Callable[..., Any]:
    return namedtuple("Row", ("Index", *names), rename=True)._make  # the names are known at run time only


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:  # a cell may hold anything
    """What `DataFrame.to_dict("records")` gives: each row as a mapping, values as Python has them, None for NA."""
    names = list(frame.columns)
    columns = [_values(frame[name]) for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _values(column: pd.Series) -> list[Any]:
    """The values of a column; those of mixed and of nullable columns one by one."""
    if isinstance(column.dtype, np.dtype) and column.dtype != object:
        return column.tolist()
    return [
        None if value is pd.NA else value.item() if isinstance(value, np.generic) else value
        for value in column.tolist()
    ]
