"""What should be known before reading a number: values by year, flags, corrections, changed targets, breaks."""

from __future__ import annotations

import pandas as pd

from ...judging.evaluation import Evaluation
from ...judging.series import total_series
from ...trust.rows import each_row
from ...words.contracts import label
from ..formats import NONE, number, short_year
from ..parts import Part
from ..tables import table
from ..vocabulary import names_of, say

# How many years fit beside the names: of marks, and of numbers.
MOST_MARKS, MOST_NUMBERS = 10, 9


def values_by_year(evaluation: Evaluation) -> Part:
    """Which indicator has a value for which year, and why a value is missing."""
    seen = evaluation.workbook["observations"]
    seen = seen[seen["group"].eq("") & (seen["fiscal_year"] <= evaluation.period.last_year)]
    marks = seen.assign(cell=[_presence(r) for r in each_row(seen)])
    return _by_year(evaluation, "values_by_year", marks, MOST_MARKS)


def _presence(observation: object) -> object:
    if observation.missing:
        return {"chip": label("missing", observation.missing)}
    return names_of("flag", observation.flags) or "●"


def series_values(evaluation: Evaluation) -> Part:
    """The numbers of the series: every value that a picture shows, by year."""
    series = total_series(evaluation)
    decimals = evaluation.indicators.set_index("indicator_id")["decimals"]
    cells = [{"text": number(r.value, decimals[r.indicator_id]), "muted": not r.is_rated} for r in each_row(series)]
    return _by_year(evaluation, "series_values", series.assign(cell=cells), MOST_NUMBERS)


def _by_year(evaluation: Evaluation, key: str, seen: pd.DataFrame, most: int) -> Part:
    """Indicators × the last years, with the `cell` of each row of `seen`."""
    years = sorted(seen["fiscal_year"].dropna().unique())[-most:]
    found = {(r.indicator_id, r.fiscal_year): r.cell for r in each_row(seen)}
    rows = [
        {"name": item.indicator_name, "unit": item.unit}
        | {year: found.get((item.indicator_id, year), NONE) for year in years}
        for item in each_row(evaluation.indicators)
    ]
    return table(evaluation, key, rows, more={year: short_year(year) for year in years})


def remarks_on_values(evaluation: Evaluation) -> Part:
    """Values that need a word: flags, missing classes and corrections of this period."""
    period, tables = evaluation.period, evaluation.workbook.tables
    seen, fixed = tables["observations"].frame, tables["corrections"].frame
    is_remarked = seen["flags"].ne("") | seen["missing"].ne("")
    seen = seen[seen["fiscal_year"].between(period.first_year, period.last_year) & is_remarked]
    fixed = fixed[fixed["fiscal_year"] <= period.last_year]
    told = [(r, names_of("flag", r.flags) or label("missing", r.missing), r.remark) for r in each_row(seen)]
    told += [(r, _correction(r), r.reason) for r in each_row(fixed)]
    places = [tables["observations"].place(row, "value") for row in seen.index]
    places += [tables["corrections"].place(row, "corrected") for row in fixed.index]
    names = _names(evaluation)
    lines = [
        {
            "name": names[r.indicator_id] + (f"（{r.group_kind} {r.group}）" if r.group else ""),
            "fiscal_year": r.fiscal_year,
            "what": what,
            "remark": remark,
            "place": str(place),
        }
        for (r, what, remark), place in zip(told, places, strict=True)
    ]
    return table(evaluation, "remarks", lines)


def _correction(row: object) -> str:
    """What was corrected; a correction of a withheld value tells no number."""
    return label("missing", "withheld") if pd.isna(row.corrected) else say("correction", **row._asdict())


def _names(evaluation: Evaluation) -> pd.Series:
    return evaluation.workbook["indicators"].set_index("indicator_id")["indicator_name"]


def target_changes(evaluation: Evaluation) -> Part:
    """Targets that were changed: the old one, the new one, and from when it counts."""
    own, last = evaluation.workbook["indicators"], evaluation.period.last_year
    rows = evaluation.workbook["target_revisions"].merge(own, on="indicator_id", how="left", suffixes=("", "_before"))
    rows["use"] = [
        say("target_changes.counts" if year <= last else "target_changes.later") for year in rows["applies_from"]
    ]
    rows["new"] = [
        say("wish.any" if pd.isna(r.target) else "target_changes.new", **r._asdict()) for r in each_row(rows)
    ]
    return table(evaluation, "target_changes", rows)


def declared_breaks(evaluation: Evaluation) -> Part:
    """Years across which values cannot simply be compared."""
    names, whole = _names(evaluation), say("whole_plan")
    lines = [
        (whole, shock["years"], "shock", None, say("breaks.shock", **{"reason": ""} | dict(shock)))
        for shock in evaluation.plan.shocks
    ]
    lines += [
        (names[r.indicator_id], [r.fiscal_year], r.break_kind, r.bridge_ratio, r.reason)
        for r in each_row(evaluation.workbook["breaks"])
    ]
    rows = pd.DataFrame(lines, columns=["name", "years", "break_kind", "bridge_ratio", "reason"])
    kinds = [label("break_kind", kind) or say("undeclared") for kind in rows["break_kind"]]
    return table(evaluation, "breaks", rows.assign(kind=kinds))
