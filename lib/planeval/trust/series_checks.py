"""What a series tells of itself, whoever sent it: units, scales and years that do not go together."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator


from ..words.problems import NOTE, Problem
from .tables import Table, header_key

SERIES = ["indicator_id", "group_kind", "group"]
CALENDAR = "calendar_year"
PERCENT = "%"
COUNTED = frozenset({"人", "件", "回", "世帯", "団体", "か所", "箇所", "名", "戸", "校", "台"})
# A share told as 0.478 among percentages: under 1 where all others are at least this many times larger.
SCALE = 10.0


def check(table: Table) -> list[Problem]:
    """Everything within the series of `observations` that contradicts itself."""
    return [*_units(table), *_scales(table), *_calendars(table), *_names(table), *_parts(table)]


def check_alone(table: Table) -> list[Problem]:
    """What only a plan can decide, told as remarks where there is none: shares beyond 100 %, counts below zero."""
    frame = table.frame
    unit = frame["unit"].map(_plain)
    found = []
    for index in frame.index[(unit.eq(PERCENT) & ((frame["value"] > 100) | (frame["value"] < 0)))]:
        told = f"割合が{frame.at[index, 'value']:g}%"
        found.append(table.problem(index, "value", told, "", "0%から100%の外でよい指標か確かめる", severity=NOTE))
    for index in frame.index[unit.isin(COUNTED) & (frame["value"] < 0)]:
        told = f"件数が{frame.at[index, 'value']:g}"
        found.append(table.problem(index, "value", told, "", "増減の数でなければ、数え直す", severity=NOTE))
    return found


def _plain(unit: str) -> str:
    return unicodedata.normalize("NFKC", unit).strip()


def _units(table: Table) -> Iterator[Problem]:
    """One unit in all years; another one is never converted."""
    frame = table.frame[table.frame["unit"].ne("") & table.frame["indicator_id"].ne("")]
    keys = frame["unit"].map(header_key)
    for _, own in frame.assign(key=keys).groupby("indicator_id", sort=False):
        usual = own["key"].mode().iat[0] if own["key"].nunique() > 1 else own["key"].iat[0]
        for index in own.index[own["key"].ne(usual)]:
            first = own.loc[own["key"].eq(usual)].index[0]
            found = f"単位が「{own.at[index, 'unit']}」で、{table.place(first, 'unit')} では「{own.at[first, 'unit']}」"
            remedy = "同じ単位に換算した値を書く"
            yield table.problem(index, "unit", found, "指標ごとに一つの単位", remedy)


def _scales(table: Table) -> Iterator[Problem]:
    """A value under 1 among values of which all others are tens: a share told as a fraction, perhaps."""
    frame = table.frame[table.frame["value"].notna()]
    for _, own in frame.groupby(SERIES, sort=False):
        values = own["value"]
        if len(values) < 3:
            continue
        for index in values.index[(values > 0) & (values < 1)]:
            others = values.drop(index)
            if (others >= SCALE * 0.5).all() and others.min() / values[index] >= SCALE:
                found = f"値が{values[index]:g}で、ほかの年は{others.min():g}以上。そのまま読んだ"
                remedy = f"百分率なら{100 * values[index]:g}と書く"
                yield table.problem(index, "value", found, "", remedy, severity=NOTE)


def _calendars(table: Table) -> Iterator[Problem]:
    """Calendar years and fiscal years never stand in one series."""
    frame = table.frame[table.frame["fiscal_year"].notna()]
    is_calendar = frame["flags"].str.contains(CALENDAR, regex=False)
    for _, own in frame.assign(is_calendar=is_calendar).groupby("indicator_id", sort=False):
        if own["is_calendar"].nunique() > 1:
            few = own["is_calendar"].mode().iat[0]
            index = own.index[own["is_calendar"].ne(few)][0]
            found = "一つの指標に、暦年（年）の値と年度の値がある"
            yield table.problem(
                index, "fiscal_year", found, "すべて年度か、すべて暦年", "年か年度かを確かめて、そろえる"
            )


def _names(table: Table) -> Iterator[Problem]:
    """One identifier under two names."""
    frame = table.frame[table.frame["indicator_name"].ne("") & table.frame["indicator_id"].ne("")]
    for _, own in frame.groupby("indicator_id", sort=False):
        first = own["indicator_name"].iat[0]
        for index in own.index[own["indicator_name"].ne(first) & ~own["indicator_name"].duplicated()]:
            found = f"指標名が「{own.at[index, 'indicator_name']}」で、{table.place(own.index[0], 'indicator_name')} では「{first}」"
            yield table.problem(index, "indicator_name", found, "", "同じ指標なら、そのままでよい", severity=NOTE)


def _parts(table: Table) -> Iterator[Problem]:
    """Numbers of groups that add up to the whole but for rounding."""
    frame = table.frame[table.frame["value"].notna() & ~table.frame["unit"].map(_plain).eq(PERCENT)]
    whole = frame[frame["group"].eq("")].drop_duplicates(["indicator_id", "fiscal_year"])
    totals = {(row.indicator_id, row.fiscal_year): (row.Index, row.value) for row in whole.itertuples()}
    for key, own in frame[frame["group"].ne("")].groupby(["indicator_id", "fiscal_year", "group_kind"], sort=False):
        index, total = totals.get(key[:2], (None, float("nan")))
        difference = abs(own["value"].sum() - total)
        if len(own) > 1 and 1e-9 < difference <= 0.5 * len(own) and difference < 0.01 * abs(total):
            found = f"{key[2]}の合計{own['value'].sum():g}が全体{total:g}と合わない（四捨五入のためと見られる）"
            yield table.problem(index, "value", found, "", "四捨五入でなければ確かめる", severity=NOTE)
