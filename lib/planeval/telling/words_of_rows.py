"""Words for one row of an evaluation: direction, target, reason, the sentence with its numbers."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from ..judging.evaluation import Evaluation
from ..judging.once import once
from ..judging.series import series_breaks
from ..trust.rows import each_row
from ..words.contracts import label
from .formats import NONE, change_unit, is_missing, number, rounded
from .vocabulary import entry, fill, name_of, say

# Kinds of target that are told in words.
WISHES = ("none", "binary")


def with_way(evaluation: Evaluation) -> pd.DataFrame:
    """The rated indicators that have a share closed and a share planned."""
    rows = evaluation.indicators
    return rows[rows["closed_share"].notna() & rows["planned_share"].notna() & rows["outcome"].ne("not_rated")]


def has_way(item: object) -> bool:
    """Whether a row has a share closed and a share planned."""
    return not (item.reason or is_missing(item.closed_share) or is_missing(item.planned_share))


def direction_words(item: object) -> str:
    """Which way is better. Example: 低いほど良い."""
    return name_of("better", item.direction if item.target_kind == "none" else item.target_kind)


def target_words(item: object) -> dict:
    """The target as a figure of an indicator table: a number, a range, or a wish in words."""
    kind, texts, whens = item.target_kind, entry("target"), entry("target_when")
    row = item._asdict() | {"wish": name_of("wish", item.direction) or NONE}
    text, when = (fill(words.get(kind, words["other"]), row) for words in (texts, whens))
    return {"text": text, "when": when.strip(), "words": kind in WISHES}


def reason_words(item: object) -> str:
    """Why it cannot be judged, with the value that is there; "" for a judged one."""
    return say("stale_value", **item._asdict()) if item.reason == "stale" else name_of("reason", item.reason)


def rating_sentence(evaluation: Evaluation, item: object) -> str:
    """The fixed sentence of the letter, followed by its numbers."""
    letter = evaluation.schemes[item.scheme].letter_of(item.letter, item.outcome)
    if item.reason:
        return letter.sentence + say("because", reason=reason_words(item))
    told = entry("special_sentences").get(item.target_kind, {}).get(item.outcome)
    if told:
        return told + numbers_sentence(item)
    if item.lean == "0" and "{lean}" in letter.sentence:
        return say("no_movement") + numbers_sentence(item)
    return letter.sentence.format(lean=say(f"lean_words.{item.lean or 'none'}")) + numbers_sentence(item)


def numbers_sentence(item: object) -> str:
    """Baseline, latest value, target, and the share closed against the share planned."""
    if item.target_kind == "binary":
        return ""
    text = say("numbers.values", **item._asdict())
    if has_way(item):
        return text + say("numbers.shares", **item._asdict())
    has_line = item.target_kind == "suppress" and not is_missing(item.ceiling_path)
    return text + (say("numbers.ceiling", **item._asdict()) if has_line else "")


def lag_words(item: object) -> str:
    """Why an indicator is to be talked about, in one short line with numbers."""
    if item.reason:
        return reason_words(item)
    if item.outcome == "behind" and not is_missing(item.closed_share):
        lag = 100 * (item.planned_share - item.closed_share)
        return say("lag.behind", points=rounded(lag, 0 if lag >= 1 else 1), **item._asdict())
    if item.target_kind == "suppress":
        return say("lag.ceiling", **item._asdict())
    way = say("rise" if item.value > item.baseline else "fall")
    if is_missing(item.baseline) or not item.baseline or item.unit in {"%", "％"}:
        change = number(abs(item.value - item.baseline), item.decimals) + change_unit(item.unit)
        return say("lag.plain", way=way, **item._asdict() | {"change": change})
    return say("lag.share", way=way, **item._asdict() | {"change": abs(item.value / item.baseline - 1)})


@once
def previous_letters(evaluation: Evaluation) -> dict[str, str]:
    """The letter of each indicator in the period before; empty where there was none."""
    if evaluation.previous is None:
        return {}
    rows = evaluation.previous.table[lambda f: f["group"].eq("")]
    return dict(zip(rows["indicator_id"], rows["letter"], strict=True))


def targets_of(item: object) -> list[tuple[float, str]]:
    """The figures that a picture draws as targets, each with its name; a range has two."""
    names = {"range": ("target", "target_upper")}.get(item.target_kind, ("target",))
    if item.target_kind in WISHES:
        return []
    key = item.target_kind if item.target_kind in {"range", "suppress"} else "other"
    words = entry("series.targets")[key]
    row = item.to_dict() if isinstance(item, pd.Series) else item._asdict()
    return [(row[n], fill(text, row)) for n, text in zip(names, words, strict=True) if not is_missing(row[n])]


def breaks_of(evaluation: Evaluation, indicator: str) -> list[tuple[int, str]]:
    """The breaks of an indicator's series up to the period, each year with its kind."""
    return _breaks(evaluation).get(indicator, [])


@once
def _breaks(evaluation: Evaluation) -> dict[str, list[tuple[int, str]]]:
    found = defaultdict(list)
    for row in each_row(series_breaks(evaluation)):
        found[row.indicator_id].append((int(row.fiscal_year), label("break_kind", row.break_kind) or say("undeclared")))
    return dict(found)


def interruption_words(evaluation: Evaluation) -> str:
    """What the bands and the dotted lines of pictures over years mean, where the plan has any; "" where it has none."""
    shocks = [say("bands.shock", **dict(shock)) for shock in evaluation.plan.shocks]
    is_own = evaluation.workbook["breaks"]["break_kind"].eq("shock").any()
    told = say("bands.shocks", shocks=f"（{'、'.join(shocks)}）" if shocks else "") if shocks or is_own else ""
    return told + ("" if series_breaks(evaluation).empty else say("bands.breaks"))


def kind_words(kind: str) -> str:
    """A kind of groups as a heading names it. Example: 年齢 → 年齢別; 性別 stays."""
    return kind if kind.endswith(say("by_kind")) else kind + say("by_kind")
