"""What a series tells of itself, whoever sent it: units, scales and years that do not go together."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pandas as pd

from ..words.problems import NOTE, Problem
from .rows import each_row
from .tables import Table, header_key

SERIES = ["indicator_id", "group_kind", "group"]
CALENDAR = "calendar_year"
PERCENT = "%"
COUNTED = frozenset({"人", "件", "回", "世帯", "団体", "か所", "箇所", "名", "戸", "校", "台"})
TOTALS = frozenset({"計", "合計", "総計", "総数", "小計", "全体", "市全体", "男女計", "全市"})
# A share told as 0.478 among percentages: under 1 where all others are at least this many times larger.
SCALE = 10.0


def check(table: Table) -> list[Problem]:
    """Everything within the series of `observations` that contradicts itself."""
    return [*_totals(table), *_units(table), *_scales(table), *_calendars(table), *_names(table), *_parts(table)]


def check_alone(table: Table) -> list[Problem]:
    """What only a plan can decide, told as remarks where there is none: shares beyond 100 %, counts below zero."""
    frame = table.frame
    unit = _plain_units(frame)
    found = []
    for index in frame.index[(unit.eq(PERCENT) & ((frame["value"] > 100) | (frame["value"] < 0)))]:
        told = f"割合が{frame.at[index, 'value']:g}%"
        found.append(table.problem(index, "value", told, "", "0%から100%の外でよい指標か確かめる", severity=NOTE))
    for index in frame.index[unit.isin(COUNTED) & (frame["value"] < 0)]:
        told = f"件数が{frame.at[index, 'value']:g}"
        found.append(table.problem(index, "value", told, "", "増減の数でなければ、数え直す", severity=NOTE))
    return found


def _plain_units(frame: pd.DataFrame) -> pd.Series:
    """The units in one width."""
    known = {unit: unicodedata.normalize("NFKC", unit).strip() for unit in frame["unit"].unique()}
    return frame["unit"].map(known)


def _totals(table: Table) -> Iterator[Problem]:
    """A sum among the groups: the whole has no 区分."""
    for index in table.frame.index[table.frame["group"].isin(TOTALS)]:
        found, remedy = f"区分値が「{table.frame.at[index, 'group']}」", "全体の値なら、区分と区分値を空にする"
        yield table.problem(index, "group", found, "区分の中の一つの名前", remedy)


def _mixed(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows of those indicators that have more than one thing in a column."""
    return frame[frame.groupby("indicator_id", sort=False)[column].transform("nunique") > 1]


def _units(table: Table) -> Iterator[Problem]:
    """One unit in all years; another one is never converted."""
    frame = table.frame[table.frame["unit"].ne("") & table.frame["indicator_id"].ne("")]
    keys = frame["unit"].map({unit: header_key(unit) for unit in frame["unit"].unique()})
    for _, own in _mixed(frame.assign(key=keys), "key").groupby("indicator_id", sort=False):
        usual = own["key"].mode().iat[0]
        first = own.index[own["key"].eq(usual)][0]
        for index in own.index[own["key"].ne(usual)]:
            found = f"単位が「{own.at[index, 'unit']}」で、{table.place(first, 'unit')} では「{own.at[first, 'unit']}」"
            yield table.problem(index, "unit", found, "指標ごとに一つの単位", "同じ単位に換算した値を書く")


def _scales(table: Table) -> Iterator[Problem]:
    """A value under 1 among values of which all others are tens: a share told as a fraction, perhaps."""
    frame = table.frame[table.frame["value"].notna()]
    groups = frame.groupby(SERIES, sort=False)["value"]
    is_broad = (groups.transform("min") < 1) & (groups.transform("max") >= SCALE) & (groups.transform("size") > 2)
    for _, own in frame[is_broad].groupby(SERIES, sort=False):
        values = own["value"]
        for index in values.index[(values > 0) & (values < 1)]:
            others = values.drop(index)
            if (others >= SCALE * 0.5).all() and others.min() / values[index] >= SCALE:
                found = f"値が{values[index]:g}で、ほかの年と桁が違う。そのまま読んだ"
                remedy = f"百分率なら{100 * values[index]:g}と書く"
                yield table.problem(index, "value", found, "", remedy, severity=NOTE)


def _calendars(table: Table) -> Iterator[Problem]:
    """Calendar years and fiscal years never stand in one series."""
    frame = table.frame[table.frame["fiscal_year"].notna()]
    is_calendar = frame["flags"].str.contains(CALENDAR, regex=False)
    for _, own in _mixed(frame.assign(is_calendar=is_calendar), "is_calendar").groupby("indicator_id", sort=False):
        index = own.index[own["is_calendar"].ne(own["is_calendar"].mode().iat[0])][0]
        found = "一つの指標に、暦年（年）の値と年度の値がある"
        yield table.problem(index, "fiscal_year", found, "すべて年度か、すべて暦年", "年か年度かを確かめて、そろえる")


def _names(table: Table) -> Iterator[Problem]:
    """One identifier under two names."""
    frame = table.frame[table.frame["indicator_name"].ne("") & table.frame["indicator_id"].ne("")]
    for _, own in _mixed(frame, "indicator_name").groupby("indicator_id", sort=False):
        first, *others = own.index[~own["indicator_name"].duplicated()]
        for index in others:
            name, before = own.at[index, "indicator_name"], own.at[first, "indicator_name"]
            found = f"指標名が「{name}」で、{table.place(first, 'indicator_name')} では「{before}」"
            yield table.problem(index, "indicator_name", found, "", "同じ指標なら、そのままでよい", severity=NOTE)


def _parts(table: Table) -> Iterator[Problem]:
    """Numbers of groups that add up to the whole but for rounding."""
    frame = table.frame[table.frame["value"].notna() & ~_plain_units(table.frame).eq(PERCENT)]
    key = ["indicator_id", "fiscal_year"]
    whole = frame[frame["group"].eq("")].drop_duplicates(key).reset_index()[[*key, "index", "value"]]
    parts = frame[frame["group"].ne("")].groupby([*key, "group_kind"], sort=False)["value"].agg(["sum", "size"])
    both = parts.reset_index().merge(whole, on=key)
    difference = (both["sum"] - both["value"]).abs()
    is_near = (difference > 1e-9) & (difference <= 0.5 * both["size"]) & (difference < 0.01 * both["value"].abs())
    for row in each_row(both[is_near & (both["size"] > 1)]):
        found = f"{row.group_kind}の合計{row.sum:g}が全体{row.value:g}と合わない（四捨五入のためと見られる）"
        yield table.problem(row.index, "value", found, "", "四捨五入でなければ確かめる", severity=NOTE)
