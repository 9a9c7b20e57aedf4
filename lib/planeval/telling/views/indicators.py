"""One row an indicator: where it started, where it is, where it should be, and on what the letter rests."""

from __future__ import annotations

import pandas as pd

from ...judging.evaluation import Evaluation
from ...judging.series import total_series
from ..formats import NONE, change_unit, is_missing, number, percent, rounded, short_year, with_unit
from ..parts import Part, Parts, absent, badge, row, table, together
from ..vocabulary import entry, name_of, names_of, say
from ..words_of_rows import direction_words, previous_words, reason_words, target_words

RATING_WIDTHS = {0: 25, 1: 20, 2: 10, 3: 10, 4: 8}


def indicators_by_goal(evaluation: Evaluation) -> Parts:
    """Every indicator by 基本目標 and 施策: baseline, latest value, target, way, run of values, letter."""
    return together(
        *(
            goal_table(evaluation, goal, rows, str(n))
            for n, (goal, rows) in enumerate(evaluation.indicators.groupby("goal", sort=True), 1)
        )
    )


def goal_table(evaluation: Evaluation, goal: str, rows: pd.DataFrame, no: str) -> Parts:
    """The indicator table of one 基本目標 with its notes."""
    series = total_series(evaluation)
    first, last = series["fiscal_year"].min(), series["fiscal_year"].max()
    groups, notes = [], []
    for program, own in rows.groupby("program_name", sort=False):
        lines = [_row(evaluation, item, series, (first, last), no, notes) for item in own.itertuples()]
        groups.append({"title": program, "rows": lines})
    value = {
        "id": f"t-goal-{no}",
        "caption": say("indicator_table.caption", goal=goal or say("unnamed")),
        "note": say("indicator_table.note", first=short_year(first), last=short_year(last)),
        "heads": entry("indicator_table.heads"),
        "groups": groups,
    }
    return together(Part("indicators", "indicator_table", (value,), rows), Part("indicators", "notes", (notes,)))


def _row(
    evaluation: Evaluation, item: object, series: pd.DataFrame, years: tuple[int, int], no: str, notes: list[dict]
) -> dict:
    texts = [text for text in (reason_words(item), names_of("mark", item.marks), item.remark) if text]
    links = []
    if texts:
        label = say("note.label", count=len(notes) + 1)
        notes.append(
            {
                "id": f"n{no}-{len(notes) + 1}",
                "label": label,
                "text": "。".join(text.rstrip("。") for text in texts) + "。",
            }
        )
        links = [
            {
                "label": label,
                "href": f"#{notes[-1]['id']}",
                "name": say("note.name", name=item.indicator_name, label=label),
            }
        ]
    has_way = not is_missing(item.closed_share) and not is_missing(item.planned_share)
    trend = _trend(item, series[series["indicator_id"].eq(item.indicator_id)], years)
    return {
        "id": f"i-{item.indicator_id}",
        "name": item.indicator_name,
        "meta": [text for text in (item.unit, direction_words(item), item.department) if text],
        "baseline": {"text": number(item.baseline, item.decimals), "when": short_year(item.baseline_year)},
        "latest": {"text": number(item.value, item.decimals), "when": short_year(item.fiscal_year)},
        "target": target_words(item),
        "strip": {"reach": 100 * item.closed_share, "plan": 100 * item.planned_share} if has_way else None,
        "closed": percent(item.closed_share) if has_way else say("not_computed"),
        "planned": say("planned", percent=percent(item.planned_share)) if has_way else "",
        "trend": trend,
        "trend_text": NONE,
        "rating": badge(evaluation, item),
        "previous": previous_words(evaluation, item.indicator_id),
        "notes": links,
    }


def _trend(item: object, own: pd.DataFrame, years: tuple[int, int]) -> dict | None:
    if len(own) < 2:
        return None
    low, high = own["value"].min(), own["value"].max()
    span, height = max(years[1] - years[0], 1), (high - low) or 1
    points = [
        {"x": 100 * (r.fiscal_year - years[0]) / span, "y": 100 * (r.value - low) / height, "out": not r.is_rated}
        for r in own.itertuples()
    ]
    told = "、".join(
        f"{short_year(r.fiscal_year)} {with_unit(r.value, item.unit, item.decimals)}"
        + ("" if r.is_rated else say("reference"))
        for r in own.itertuples()
    )
    return {"label": say("trend.label", name=item.indicator_name, points=told), "points": points}


def series_values(evaluation: Evaluation) -> Part:
    """The numbers of the series: every value that a picture shows, by year."""
    series = total_series(evaluation)
    years = sorted(series["fiscal_year"].unique())[-9:]
    values = {(r.indicator_id, r.fiscal_year): r for r in series.itertuples()}
    lines = []
    for item in evaluation.indicators.itertuples():
        cells = []
        for year in years:
            seen = values.get((item.indicator_id, year))
            cells.append(
                NONE if seen is None else {"text": number(seen.value, item.decimals), "muted": not seen.is_rated}
            )
        lines.append(
            row(
                {"text": item.indicator_name, "sub": [{"small": item.unit}]} if item.unit else item.indicator_name,
                *cells,
            )
        )
    heads = [entry("series_values.heads")[0], *(short_year(year) for year in years)]
    return table(
        "series_values", lines, " ".join(["text"] + ["number"] * len(years)), heads=heads, size="snug", frame=series
    )


def unclear_reasons(evaluation: Evaluation) -> Part:
    """What stands behind C and E: why a change cannot be told from chance, why an indicator cannot be judged."""
    rows = evaluation.indicators
    rows = rows[rows["outcome"].isin(["unclear", "not_rated"])]
    lines = []
    for item in rows.itertuples():
        why = (
            reason_words(item) if item.reason else say("unclear.change", change=_change(item), evidence=_evidence(item))
        )
        lines.append(row({"rating": badge(evaluation, item)}, item.indicator_name, why, item.department or NONE))
    return (
        table("unclear", lines, "rating text text text", layout="rows", head=1, frame=rows)
        if lines
        else absent("unclear")
    )


def _change(item: object) -> str:
    signed = item.value - item.baseline
    text = number(signed, item.decimals)
    return say("signed", sign="＋" if signed > 0 else "", value=text, unit=change_unit(item.unit))


def _evidence(item: object) -> str:
    if not item.route:
        return NONE
    if not is_missing(item.low):
        return say(
            "evidence_words.interval",
            route=name_of("route", item.route),
            low=rounded(item.low, 1),
            high=rounded(item.high, 1),
        )
    if not is_missing(item.p):
        return say("evidence_words.p", route=name_of("route", item.route), p=rounded(item.p, 3))
    return name_of("route", item.route)


def evidence(evaluation: Evaluation) -> Part:
    """Every number beside its letter: change, route, interval or p, points, shares, rates and the source cells."""
    lines = []
    for item in evaluation.indicators.itertuples():
        has_change = not is_missing(item.change)
        shares = f"{percent(item.closed_share)}／{percent(item.planned_share)}"
        lines.append(
            row(
                item.indicator_name,
                {"rating": badge(evaluation, item)},
                _change(item) if has_change else NONE,
                _evidence(item) if not item.reason else name_of("reason", item.reason),
                f"{item.n_points}",
                shares,
                percent(item.achievement_rate),
                {"lines": [item.value_source or NONE, item.baseline_source, item.target_source]},
            )
        )
    return table(
        "evidence", lines, "text rating number text number number number text", size="snug", frame=evaluation.indicators
    )


def published_comparison(evaluation: Evaluation) -> Part:
    """Ratings already made public: where this evaluation gives the same, and why where it does not."""
    published = evaluation.workbook["published_ratings"]
    published = published[
        published["period"].eq(evaluation.period.id) & published["scheme"].isin(["", evaluation.scheme.name])
    ]
    if published.empty:
        return absent("published_ratings")
    both = evaluation.indicators.merge(
        published[["indicator_id", "rating", "source"]], on="indicator_id", suffixes=("", "_published")
    )
    both = both.assign(same=both["letter"].eq(both["rating"]))
    lines = []
    for item in both[~both["same"]].itertuples():
        why = evaluation.plan.explanations.get(item.indicator_id) or say("published.unexplained")
        lines.append(row(item.indicator_name, {"chip": item.rating}, {"rating": badge(evaluation, item)}, why))
    values = {"total": len(both), "same": int(both["same"].sum()), "other": len(lines)}
    return table(
        "published",
        lines or [row(say("published.all_same"), NONE, NONE, NONE)],
        "text chip rating text",
        frame=both,
        values=values,
    )


def ratings_side_by_side(evaluation: Evaluation) -> Part:
    """Three ratings: computed, department's, committee's; where they differ it is said, and none replaces another."""
    workbook = evaluation.workbook
    if not workbook.has("department_ratings") and not workbook.has("committee_ratings"):
        return absent("ratings")
    rows = evaluation.indicators
    for name in ("department", "committee"):
        given = workbook[f"{name}_ratings"][lambda f: f["period"].eq(evaluation.period.id)][
            ["target_id", "rating", "reason"]
        ].add_prefix(f"{name}_")
        rows = rows.merge(given, left_on="indicator_id", right_on=f"{name}_target_id", how="left")
    rows = rows.fillna(
        {f"{name}_{column}": "" for name in ("department", "committee") for column in ("rating", "reason")}
    )
    rows = rows[rows["department_rating"].ne("") | rows["committee_rating"].ne("")]
    lines = []
    for item in rows.itertuples():
        others = {item.department_rating, item.committee_rating} - {""}
        why = [text for text in (item.department_reason, item.committee_reason) if text]
        agreed = say("ratings.same" if others == {item.letter} else "ratings.differs")
        lines.append(
            row(
                item.indicator_name,
                {"rating": badge(evaluation, item)},
                item.department_rating or NONE,
                item.committee_rating or NONE,
                agreed,
                {"lines": why} if why else NONE,
            )
        )
    return (
        table("ratings", lines, "text rating text text text text", size="snug", frame=rows, widths=RATING_WIDTHS)
        if lines
        else absent("ratings")
    )
