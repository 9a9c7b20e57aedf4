"""Checks of meaning: targets that can be aimed at, values that can be true, declarations that agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from ..words.contracts import label
from ..words.fiscal_years import fiscal_year_label
from ..words.problems import NOTE, Problem
from .plans import Plan
from .rows import each_row
from .tables import Table, header_key

PERCENT = frozenset({"%", "％"})
# A share and its n and x may differ by rounding and weighting; beyond this many points it is told.
LARGEST_SHARE_GAP = 1.0
KEY = ["indicator_id", "fiscal_year", "group_kind", "group"]


def check(plan: Plan | None, tables: Mapping[str, Table], corrected: Table) -> list[Problem]:
    """Everything that contradicts itself within the indicators and their values (also `corrected`)."""
    problems = [
        *_targets(tables["indicators"]),
        *_values(tables["observations"]),
        *_against_indicators(tables),
        *_baselines(tables["indicators"], corrected),
    ]
    if plan is not None:
        problems += [*_years(plan, tables["observations"]), *_period_years(plan, tables)]
    return problems


def _targets(table: Table) -> Iterator[Problem]:
    for row in each_row(table.frame):
        kind, word = row.target_kind, label("target_kind", row.target_kind)
        if kind == "none":
            if row.direction == "":
                found, remedy = (
                    "目標の型が「なし」で、望ましい向きが空",
                    "「増加」か「減少」を書く。分からなければ、この指標は評価困難になる",
                )
                yield table.problem(row.Index, "direction", found, "", remedy, severity=NOTE)
            continue
        if kind == "range" and row.target >= row.target_upper:
            found = f"範囲の下限{row.target:g}が上限{row.target_upper:g}より小さくない"
            yield table.problem(
                row.Index, "target_upper", found, "目標値 < 目標上限", "目標値に下限、目標上限に上限を書く"
            )
        if pd.notna(row.baseline_year) and pd.notna(row.target_year) and row.baseline_year >= row.target_year:
            found = f"基準年度{row.baseline_year}が目標年度{row.target_year}より前でない"
            yield table.problem(row.Index, "baseline_year", found, "基準年度 < 目標年度", "どちらかの年度を直す")
        if kind in {"increase", "decrease"}:
            if row.baseline == row.target:
                found = f"目標の型が「{word}」なのに基準値と目標値が同じ（{row.target:g}）"
                yield table.problem(
                    row.Index, "target", found, "基準値と違う目標値", "保つ目標なら目標の型を「以上」か「以下」にする"
                )
            elif (
                (row.baseline > row.target) == (kind == "increase") and pd.notna(row.baseline) and pd.notna(row.target)
            ):
                found = f"目標の型が「{word}」で、基準値{row.baseline:g}がすでに目標値{row.target:g}より良い"
                yield table.problem(row.Index, "target", found, "", "目標値か目標の型を確かめる", severity=NOTE)


def _values(table: Table) -> Iterator[Problem]:
    frame = table.frame
    for column, at_fault, found, expected, remedy in (*_pair_rules(frame), *_sample_rules(frame)):
        for index in frame.index[at_fault]:
            yield table.problem(index, column, found, expected, remedy)


def _pair_rules(frame: pd.DataFrame) -> Iterator[tuple[str, pd.Series, str, str, str]]:
    """What belongs together: a value or the reason why there is none; a kind of group and its name."""
    value, missing = frame["value"].notna(), frame["missing"].ne("")
    kind, group, pair = frame["group_kind"].ne(""), frame["group"].ne(""), "区分と区分値の組"
    remedy = "値を書くか、「欠測」に理由（未調査など）を書く"
    yield "value", ~value & ~missing, "値も欠測の理由もない", "値、または欠測の理由", remedy
    yield "missing", value & missing, "値があるのに欠測の理由もある", "どちらか一方", "使わない方を消す"
    yield "group", kind & ~group, "区分だけがあり区分値がない", pair, "区分値（地区の名など）を書く"
    yield "group_kind", ~kind & group, "区分値だけがあり区分がない", pair, "区分（地区、年齢など）を書く"


def _sample_rules(frame: pd.DataFrame) -> Iterator[tuple[str, pd.Series, str, str, str]]:
    size, count = frame["sample_size"], frame["sample_count"]
    remedy = "調査の報告書で確かめる"
    yield "sample_count", count > size, "該当数が標本数より多い", "該当数 ≦ 標本数", "どちらかを直す"
    yield (
        "sample_count",
        count.notna() & size.isna(),
        "該当数だけがあり標本数がない",
        "標本数と該当数の組",
        "標本数を書く",
    )
    yield "design_effect", frame["design_effect"].eq(0), "設計効果が0", "正の数（ふつう1以上）", remedy


def _against_indicators(tables: Mapping[str, Table]) -> Iterator[Problem]:
    table = tables["observations"]
    known = tables["indicators"].frame.drop_duplicates("indicator_id")
    own = known[["indicator_id", "indicator_name", "unit", "is_count", "survey", "target_kind"]].add_suffix("_own")
    both = table.frame.merge(own, left_on="indicator_id", right_on="indicator_id_own", how="inner").set_axis(
        table.frame.index[table.frame["indicator_id"].isin(known["indicator_id"])]
    )
    for row in each_row(both):
        if row.unit and row.unit_own and header_key(row.unit) != header_key(row.unit_own):
            found, remedy = f"単位が「{row.unit}」", "指標の単位に換算した値を書く。定義が変わったなら、別の指標にする"
            yield table.problem(row.Index, "unit", found, f"指標の単位「{row.unit_own}」", remedy)
        if row.indicator_name and row.indicator_name != row.indicator_name_own:
            found, remedy = (
                f"指標名が「{row.indicator_name}」（指標の表では「{row.indicator_name_own}」）",
                "同じ指標なら、そのままでよい",
            )
            yield table.problem(row.Index, "indicator_name", found, "", remedy, severity=NOTE)
        yield from _figures(table, row)
    bare = both[
        both["survey_own"].eq("sample")
        & both["value"].notna()
        & both["sample_size"].isna()
        & both["standard_error"].isna()
    ]
    for indicator_id, rows in bare.groupby("indicator_id"):
        found, remedy = (
            f"標本調査の指標 {indicator_id} に、標本数も標準誤差もない値が{len(rows)}件ある",
            "分かれば書く。ないと検定に使えない",
        )
        yield table.problem(rows.index[0], "sample_size", found, "", remedy, severity=NOTE)


def _figures(table: Table, row: object) -> Iterator[Problem]:
    """Counts are whole, done is 0 or 1, shares fit their n and x and lie between 0 and 100."""
    column = "value" if pd.isna(row.sample_count) else "sample_count"
    count = getattr(row, column)
    if row.is_count_own and (count < 0 or count % 1 > 0):
        yield table.problem(row.Index, column, f"件数が{count:g}", "0以上の整数", "数え直す")
    if row.unit_own in PERCENT and not row.is_count_own and row.sample_size > 0:
        share = 100 * row.sample_count / row.sample_size
        if abs(row.value - share) > LARGEST_SHARE_GAP:
            found = f"値が{row.value:g}、該当数÷標本数が{share:.1f}%"
            remedy = "同じ集計の値かを確かめる。検定には該当数と標本数を使う"
            yield table.problem(row.Index, "value", found, "", remedy, severity=NOTE)
    if row.target_kind_own == "binary" and row.value not in (0, 1) and pd.notna(row.value):
        yield table.problem(
            row.Index, "value", f"有無の指標の値が{row.value:g}", "0（未了）か 1（済み）", "0 か 1 で書く"
        )
    if row.unit_own in PERCENT and (row.value > 100 or row.value < 0):
        yield table.problem(
            row.Index, "value", f"割合が{row.value:g}%", "", "0%から100%の外でよい指標か確かめる", severity=NOTE
        )


def _baselines(table: Table, corrected: Table) -> Iterator[Problem]:
    """An observation in the baseline year must equal the baseline at the indicator's decimals."""
    observations = corrected.frame
    totals = observations[observations["group"].eq("") & observations["value"].notna()]
    pairs = table.frame.reset_index().merge(
        totals.reset_index()[["index", "indicator_id", "fiscal_year", "value"]],
        left_on=["indicator_id", "baseline_year"],
        right_on=["indicator_id", "fiscal_year"],
        suffixes=("", "_seen"),
    )
    for row in each_row(pairs):
        if pd.notna(row.baseline):
            decimals = 6 if pd.isna(row.decimals) else int(row.decimals)
            if abs(row.value - row.baseline) > 0.5 * 10.0**-decimals + 1e-9:
                place = corrected.place(row.index_seen, "value")
                found = f"基準値が{row.baseline:g}、基準年度の実績値が{row.value:g}（{place}）"
                yield table.problem(row.index, "baseline", found, "同じ値", "どちらが正しいかを確かめて直す")


def _years(plan: Plan, table: Table) -> Iterator[Problem]:
    last = max([plan.last_year, *(period.last_year for period in plan.periods)])
    for index in table.frame.index[(table.frame["fiscal_year"] > last).fillna(False)]:
        year = int(table.frame.at[index, "fiscal_year"])
        found = f"年度が{fiscal_year_label(year)}"
        yield table.problem(index, "fiscal_year", found, f"計画の最後の{fiscal_year_label(last)}まで", "年度を直す")


def _period_years(plan: Plan, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """The year that a period rates lies after the baseline and not after the period's end."""
    table = tables["period_years"]
    ends = {period.id: period.last_year for period in plan.periods}
    starts = tables["indicators"].frame.drop_duplicates("indicator_id").set_index("indicator_id")["baseline_year"]
    for row in each_row(table.frame):
        end, start = ends.get(row.period), starts.get(row.indicator_id)
        if pd.isna(row.fiscal_year) or end is None:
            continue
        if row.fiscal_year > end:
            found = f"{fiscal_year_label(int(row.fiscal_year))}は期間「{row.period}」の後"
            yield table.problem(row.Index, "fiscal_year", found, f"{fiscal_year_label(end)}まで", "年度を直す")
        elif pd.notna(start) and row.fiscal_year <= start:
            found = f"{fiscal_year_label(int(row.fiscal_year))}は基準年度より後でない"
            yield table.problem(row.Index, "fiscal_year", found, "基準年度より後", "年度を直す")
