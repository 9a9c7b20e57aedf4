"""One row an indicator: where it started, where it is, where it should be, and on what the letter rests."""

from __future__ import annotations

import pandas as pd

from ...judging.evaluation import Evaluation
from ...judging.series import shocks_of, total_series
from ...trust.rows import each_row
from ..drawing import visible_shocks
from ..formats import NONE, change_unit, is_missing, number, short_year
from ..marks import badge, rated
from ..parts import Part, Parts, together
from ..tables import table
from ..vocabulary import entry, name_of, names_of, say
from ..words_of_rows import (
    breaks_of,
    direction_words,
    has_way,
    interruption_words,
    previous_letters,
    reason_words,
    target_words,
)


def indicators_by_goal(evaluation: Evaluation) -> Parts:
    """Every indicator by 基本目標 and 施策: baseline, latest value, target, way, run of values, letter."""
    goals = enumerate(evaluation.indicators.groupby("goal", sort=True), 1)
    return together(goal_table(evaluation, goal, rows, n) for n, (goal, rows) in goals)


def goal_table(evaluation: Evaluation, goal: str, rows: pd.DataFrame, n: int) -> Parts:
    """The indicator table of the nth 基本目標 with its notes."""
    series = total_series(evaluation)
    programs = {program: list(each_row(own)) for program, own in rows.groupby("program_name", sort=False)}
    notes = _notes([item for items in programs.values() for item in items], n)
    groups = [
        {
            "title": program,
            "rows": [
                _row(evaluation, item, notes.get(item.indicator_id)) | {"trend": _trend(evaluation, item, series)}
                for item in items
            ],
        }
        for program, items in programs.items()
    ]
    first, last = series["fiscal_year"].min(), series["fiscal_year"].max()
    value = {
        "id": f"t-goal-{n}",
        "caption": say("indicator_table.caption", goal=goal or say("unnamed")),
        "note": say("indicator_table.note", first=first, last=last, bands=interruption_words(evaluation)),
        "heads": entry("indicator_table.heads"),
        "groups": groups,
    }
    shown = Part("indicators", "notes", (list(notes.values()),))
    return together([Part("indicators", "indicator_table", (value,), rows), shown])


def _notes(items: list, n: int) -> dict[str, dict]:
    """The note of each indicator that needs one: why it is not judged, its marks, its remark."""
    told = [(item, [reason_words(item), names_of("mark", special_marks(item.marks)), item.remark]) for item in items]
    notes = {}
    for count, (item, texts) in enumerate(((item, texts) for item, texts in told if any(texts)), 1):
        label, place = say("note.label", count=count), f"n{n}-{count}"
        name = say("note.name", name=item.indicator_name, label=label)
        text = "".join(text.rstrip("。") + "。" for text in texts if text)
        notes[item.indicator_id] = {"id": place, "href": f"#{place}", "label": label, "name": name, "text": text}
    return notes


def _row(evaluation: Evaluation, item: object, note: dict | None) -> dict:
    key = "" if has_way(item) else "no_"
    before = previous_letters(evaluation).get(item.indicator_id)
    return {
        "id": f"i-{item.indicator_id}",
        "name": item.indicator_name,
        "href": f"#c-{item.indicator_id}",
        "meta": [text for text in (item.unit, direction_words(item), item.department) if text],
        "baseline": {"text": number(item.baseline, item.decimals), "when": short_year(item.baseline_year)},
        "latest": {"text": number(item.value, item.decimals), "when": short_year(item.fiscal_year)},
        "target": target_words(item),
        "strip": {"reach": 100 * item.closed_share, "plan": 100 * item.planned_share} if has_way(item) else None,
        "closed": say(f"{key}way.closed", **item._asdict()),
        "planned": say(f"{key}way.planned", **item._asdict()),
        "trend_text": NONE,
        "rating": badge(evaluation, item),
        "previous": say("previous", letter=before) if before else "",
        "notes": [note] if note else [],
    }


def _trend(evaluation: Evaluation, item: object, series: pd.DataFrame) -> dict | None:
    own = series[series["indicator_id"].eq(item.indicator_id)]
    if len(own) < 2:
        return None
    first, last = int(series["fiscal_year"].min()), int(series["fiscal_year"].max())
    across = 100 / max(last - first, 1)
    values = own["value"] - own["value"].min()
    shown = zip(own["fiscal_year"], 100 * values / (values.max() or 1), own["is_rated"], own["segment"], strict=True)
    points = [{"x": across * (year - first), "y": y, "out": not kept, "segment": n} for year, y, kept, n in shown]
    told = "、".join(
        say("trend.rated" if r.is_rated else "trend.reference", **item._asdict() | r._asdict()) for r in each_row(own)
    )
    breaks = breaks_of(evaluation, item.indicator_id)
    shocks = visible_shocks(shocks_of(evaluation, item.indicator_id), (first, last))
    ends = [(max(x["years"][0] - 0.5, first), min(x["years"][1] + 0.5, last)) for x in shocks]
    return {
        "label": say("trend.label", name=item.indicator_name, points=told) + _interruptions(shocks, breaks),
        "points": points,
        "bands": [{"x": across * (start - first), "width": across * (end - start)} for start, end in ends],
        "breaks": [across * (year - 0.5 - first) for year, _ in breaks if year > first],
    }


def _interruptions(shocks: list, breaks: list[tuple[int, str]]) -> str:
    """The bands and breaks of one small picture in words."""
    told = [say("bands.shock", **dict(x) | {"label": x["label"] or say("shock.plain")}) for x in shocks]
    told += [say("bands.shock", label=kind, years=[year]) for year, kind in breaks]
    return say("trend.interrupted", names="、".join(told)) if told else ""


def unclear_reasons(evaluation: Evaluation) -> Part:
    """What stands behind C and E: why a change cannot be told from chance, why an indicator cannot be judged."""
    rows = rated(evaluation, evaluation.indicators[lambda f: f["outcome"].isin(["unclear", "not_rated"])])
    why = [
        reason_words(item) or say("unclear.change", change=signed_change(item), evidence=evidence_words(item))
        for item in each_row(rows)
    ]
    return table(evaluation, "unclear", rows.assign(why=why))


def signed_change(item: object) -> str:
    """The change from baseline to latest value with its sign and unit. Example: ＋3.1ポイント."""
    signed = item.value - item.baseline
    return say(
        "signed", sign="＋" if signed > 0 else "", value=number(signed, item.decimals), unit=change_unit(item.unit)
    )


def evidence_words(item: object) -> str:
    """On which evidence a letter rests; 「－」 for none."""
    if not item.route:
        return NONE
    form = "interval" if not is_missing(item.low) else "route" if is_missing(item.p) else "p"
    return say(f"evidence_words.{form}", **item._asdict())


def evidence(evaluation: Evaluation) -> Part:
    """Every number beside its letter: change, route, interval or p, points, shares, rates and the source cells."""
    rows = rated(evaluation, evaluation.indicators)
    return table(
        evaluation,
        "evidence",
        rows.assign(
            change_words=[NONE if is_missing(item.change) else signed_change(item) for item in each_row(rows)],
            why=[name_of("reason", item.reason) or evidence_words(item) for item in each_row(rows)],
            sources=[[r.value_source or NONE, r.baseline_source, r.target_source] for r in each_row(rows)],
        ),
    )


def special_marks(marks: str) -> str:
    """The marks of one indicator but the one that most have, which the table's note tells once."""
    return "、".join(mark for mark in marks.split("、") if mark != "two_points")
