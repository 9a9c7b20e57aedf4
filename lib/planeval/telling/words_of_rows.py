"""Words for one row of an evaluation: direction, target, reason, the sentence with its numbers."""

from __future__ import annotations

import pandas as pd

from ..judging.evaluation import Evaluation
from .formats import NONE, change_unit, is_missing, number, percent, rounded, short_year, with_unit, year
from .vocabulary import name_of, say


def direction_words(item: object) -> str:
    """Which way is better. Example: 低いほど良い."""
    if item.target_kind == "none":
        return name_of("better", item.direction)
    return name_of("better", item.target_kind)


def target_words(item: object) -> dict:
    """The target as a figure of an indicator table: a number, a range, or a wish in words."""
    when = short_year(item.target_year)
    if item.target_kind == "none":
        return {"text": name_of("wish", item.direction) or NONE, "when": "", "words": True}
    if item.target_kind == "binary":
        return {"text": say("done"), "when": when, "words": True}
    text = number(item.target, item.decimals)
    if item.target_kind == "range":
        text = f"{text}～{number(item.target_upper, item.decimals)}"
    if item.target_kind in {"at_least", "at_most", "suppress"}:
        return {"text": text, "when": say(f"bound.{item.target_kind}", year=when).strip()}
    return {"text": text, "when": when}


def reason_words(item: object) -> str:
    """Why it cannot be judged, with the value that is there; "" for a judged one."""
    if not item.reason:
        return ""
    text = name_of("reason", item.reason)
    if item.reason == "stale":
        return say(
            "stale_value",
            reason=text,
            value=with_unit(item.value, item.unit, item.decimals),
            year=year(item.fiscal_year),
        )
    return text


def rating_sentence(evaluation: Evaluation, item: object) -> str:
    """The fixed sentence of the letter, followed by its numbers."""
    letter = evaluation.schemes[item.scheme].of_outcome(item.outcome)
    if item.reason:
        return letter.sentence + say("because", reason=reason_words(item))
    fixed = letter.sentence.format(lean=say(f"lean_words.{item.lean or 'none'}"))
    if item.lean == "0" and "{lean}" in letter.sentence:
        fixed = say("no_movement")
    return fixed + numbers_sentence(item)


def numbers_sentence(item: object) -> str:
    """Baseline, latest value, target, and the share closed against the share planned."""
    value = with_unit(item.value, item.unit, item.decimals)
    if item.target_kind == "binary":
        return ""
    text = say(
        "numbers.values",
        year=year(item.fiscal_year),
        value=value,
        first=year(item.baseline_year),
        baseline=with_unit(item.baseline, item.unit, item.decimals),
    )
    if not is_missing(item.closed_share) and not is_missing(item.planned_share):
        text += say("numbers.shares", closed=percent(item.closed_share), planned=percent(item.planned_share))
    elif item.target_kind == "suppress" and not is_missing(item.ceiling_path):
        text += say("numbers.ceiling", line=with_unit(item.ceiling_path, item.unit, item.decimals))
    return text


def lag_words(item: object) -> str:
    """Why an indicator is to be talked about, in one short line with numbers."""
    if item.reason:
        return reason_words(item)
    values = {
        "baseline": with_unit(item.baseline, item.unit, item.decimals),
        "value": with_unit(item.value, item.unit, item.decimals),
    }
    if item.outcome == "behind" and not is_missing(item.closed_share):
        lag = 100 * (item.planned_share - item.closed_share)
        lag = rounded(lag, 0 if lag >= 1 else 1)
        return say("lag.behind", closed=percent(item.closed_share), planned=percent(item.planned_share), points=lag)
    if item.target_kind == "suppress":
        return say(
            "lag.ceiling",
            target=with_unit(item.target, item.unit, item.decimals),
            line=with_unit(item.ceiling_path, item.unit, item.decimals),
            **values,
        )
    if is_missing(item.baseline) or not item.baseline or item.unit in {"%", "％"}:
        return say(
            "lag.plain",
            change=number(abs(item.value - item.baseline), item.decimals) + change_unit(item.unit),
            way=say("rise" if item.value > item.baseline else "fall"),
            **values,
        )
    return say(
        "lag.plain",
        change=percent(abs(item.value / item.baseline - 1), 1),
        way=say("rise" if item.value > item.baseline else "fall"),
        **values,
    )


def previous_words(evaluation: Evaluation, indicator_id: str) -> str:
    """The letter of the period before. Example: 前回 B*; "" where there is none."""
    before = previous_letter(evaluation, indicator_id)
    return say("previous", letter=before) if before else ""


def previous_letter(evaluation: Evaluation, indicator_id: str) -> str:
    """The letter of the period before; "" where it was not rated then or there was no period before."""
    if evaluation.previous is None:
        return ""
    rows: pd.DataFrame = evaluation.previous.table
    found = rows[rows["indicator_id"].eq(indicator_id) & rows["group"].eq("")]
    return "" if found.empty else str(found.iloc[0]["letter"])
