"""Checks of declarations: paths have their milestones, bridges their ratio, corrections their reported value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from ..words.problems import NOTE, Problem
from .rows import each_row
from .tables import Table

KEY = ["indicator_id", "fiscal_year", "group_kind", "group"]


def check(tables: Mapping[str, Table]) -> list[Problem]:
    """Everything declared about indicators and values that does not fit them."""
    return [*_paths(tables), *_revisions(tables), *_breaks(tables), *_corrections(tables)]


def _paths(tables: Mapping[str, Table]) -> Iterator[Problem]:
    table, milestones = tables["indicators"], tables["milestones"]
    dated = set(milestones.frame["indicator_id"])
    for row in each_row(table.frame):
        if row.path == "geometric" and not (row.baseline > 0 and row.target > 0):
            yield table.problem(
                row.Index,
                "path",
                "道筋「等比」で、基準値か目標値が正の数でない",
                "正の基準値と目標値",
                "道筋を「直線」にする",
            )
        if row.path == "milestones" and row.indicator_id not in dated:
            yield table.problem(
                row.Index,
                "path",
                "道筋「節目」なのに節目の値がない",
                "表「節目」に年度と値",
                "milestones.csv に行を足す",
            )
    own = table.frame.drop_duplicates("indicator_id")[["indicator_id", "baseline_year", "target_year"]]
    spans = milestones.frame.merge(own, on="indicator_id", how="left", validate="many_to_one")
    inside = (spans["fiscal_year"] > spans["baseline_year"]) & (spans["fiscal_year"] < spans["target_year"])
    for index in spans.index[~inside.fillna(True)]:
        yield milestones.problem(index, "fiscal_year", "節目が基準年度と目標年度の間にない", "間の年度", "年度を直す")


def _revisions(tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A revised target obeys the same rules as an original one."""
    table = tables["target_revisions"]
    own = tables["indicators"].frame.drop_duplicates("indicator_id")[
        ["indicator_id", "target_kind", "baseline", "baseline_year"]
    ]
    for row in each_row(table.frame.reset_index().merge(own, on="indicator_id", validate="many_to_one")):
        if row.target_kind == "range" and row.target >= row.target_upper:
            found = f"範囲の下限{row.target:g}が上限{row.target_upper:g}より小さくない"
            remedy = "目標値に下限、目標上限に上限を書く"
            yield table.problem(row.index, "target_upper", found, "目標値 < 目標上限", remedy)
        if row.target_kind in {"increase", "decrease"} and row.target == row.baseline:
            found = f"改定した目標値が基準値と同じ（{row.target:g}）"
            yield table.problem(row.index, "target", found, "基準値と違う目標値", "目標値を確かめて直す")
        if pd.notna(row.target_year) and pd.notna(row.baseline_year) and row.target_year <= row.baseline_year:
            found = f"改定した目標年度{row.target_year}が基準年度{row.baseline_year}より後でない"
            yield table.problem(row.index, "target_year", found, "基準年度 < 目標年度", "目標年度を直す")


def _breaks(tables: Mapping[str, Table]) -> Iterator[Problem]:
    table = tables["breaks"]
    for row in each_row(table.frame):
        if row.break_kind == "bridge" and not row.bridge_ratio > 0:
            found, remedy = (
                "種類が「接続」で接続比が空",
                "接続比を書く。つなげないなら「再出発」にする。空のままなら評価困難になる",
            )
            yield table.problem(row.Index, "bridge_ratio", found, "", remedy, severity=NOTE)


def _corrections(tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A correction repeats the value it replaces, so that it fails once the source is mended."""
    table, observations = tables["corrections"], tables["observations"].frame
    known = set(tables["indicators"].frame["indicator_id"])
    seen = table.frame.merge(observations.drop_duplicates(KEY)[[*KEY, "value"]], on=KEY, how="left", indicator=True)
    for index, row in seen.iterrows():
        if row["indicator_id"] not in known:
            continue
        if row["_merge"] == "left_only":
            yield table.problem(
                index,
                "indicator_id",
                "訂正する実績値がない",
                "実績値にある指標・年度・区分",
                "訂正の行を消すか、行の記号と年度を直す",
            )
        elif not np.isclose(row["value"], row["reported"], rtol=0, atol=1e-9, equal_nan=True):
            reported, value = (
                "空" if np.isnan(number) else f"{number:g}" for number in (row["reported"], row["value"])
            )
            found = f"報告値が{reported}、元のファイルの値は{value}"
            yield table.problem(
                index, "reported", found, "元のファイルと同じ値", "元が直っていれば、この訂正の行を消す"
            )
