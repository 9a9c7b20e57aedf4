"""The letters of earlier periods, and why a letter changed: the rule, the target, a revised figure or the data."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from .evaluation import Evaluation
from .once import once

KEY = ["indicator_id", "group_kind", "group"]
# Of a published row: what tells a revised figure, and what tells a changed target.
FIGURES, AIMS = ["fiscal_year", "value", "baseline"], ["target_kind", "target", "target_upper", "target_year"]
AIMED = [*AIMS, "direction", "path"]  # what of a case makes its target
ROUNDING = 1e-9


@once
def history(evaluation: Evaluation) -> pd.DataFrame:
    """Each indicator's letter in this period and in every earlier one of its kind.

    Columns: indicator_id, period, letter, outcome, scheme (that gave the letter), `cause` (words joined by 、, of rule, target, revision, data;
    "" where the letter is the one before, and in the first period), `published` (the letter made public, "" if none).
    A letter that was made public stands as it was; an evaluation made anew today tells why it would differ.
    """
    chain = [evaluation]
    while chain[0].previous is not None:
        chain.insert(0, chain[0].previous)
    rows = [_told(chain[0]).assign(cause="")]
    for before, now in pairwise(chain):
        rows.append(_told(now).assign(cause=_causes(before, now)))
    return pd.concat(rows, ignore_index=True)


def _told(evaluation: Evaluation) -> pd.DataFrame:
    rows = evaluation.table[evaluation.table["group"].eq("")].set_index("indicator_id")
    public = _published(evaluation).reindex(rows.index).fillna("")
    told = rows[["period", "letter", "outcome", "scheme"]].assign(published=public["letter"])
    is_public = told["published"].ne("")
    return told.assign(
        letter=told["published"].where(is_public, told["letter"]),
        scheme=public["scheme"].where(is_public & public["scheme"].ne(""), told["scheme"]),
    ).reset_index()


def _published(evaluation: Evaluation) -> pd.DataFrame:
    """Letter and scheme of a period as they were made public, by indicator; empty where none were."""
    public = evaluation.workbook.published.get(evaluation.period.id)
    if public is None:
        return pd.DataFrame(columns=["letter", "scheme"], dtype="str")
    return public[public["group"].eq("")].set_index("indicator_id")[["letter", "scheme"]]


def _causes(before: Evaluation, now: Evaluation) -> list[str]:
    """What, changed step by step from the period before to this one, changes the letter."""
    told, own = _told(before).set_index("indicator_id")["letter"], _own_letters(before)
    steps: dict[str, pd.Series] = {}
    if not _published(before).empty:
        steps["revision"] = own.where(_is_revised(before), told)
    steps["rule"] = own if _has_rule_of(before, now) else _letters(own.index, data=before, target=before, rule=now)
    steps["target"] = _with_new_targets(before, now, steps["rule"])
    steps["data"] = _own_letters(now)
    causes = pd.Series("", index=_told(now)["indicator_id"], dtype="str")
    last = told
    for name, letters in steps.items():
        new, old = letters.reindex(causes.index), last.reindex(causes.index)
        changed = new.notna() & old.notna() & new.ne(old)
        causes = causes.mask(changed, causes + "、" + name)
        last = letters
    settled = told.reindex(causes.index).eq(_told(now).set_index("indicator_id")["letter"])
    return causes.where(~settled, "").str.removeprefix("、").to_list()


def _own_letters(evaluation: Evaluation) -> pd.Series:
    """The letters of whole indicators, whatever was made public."""
    return evaluation.table[evaluation.table["group"].eq("")].set_index("indicator_id")["letter"]


def _has_rule_of(one: Evaluation, other: Evaluation) -> bool:
    """Whether two periods are judged by the same rules."""
    return one.scheme == other.scheme and one.schemes == other.schemes


def _with_new_targets(before: Evaluation, now: Evaluation, letters: pd.Series) -> pd.Series:
    """The letters of the period before, by the rule of now, where each target that has changed is the one of now."""
    old, new = _whole(before), _whole(now)
    shared = old.index.intersection(new.index)
    then, today = old.loc[shared, AIMED], new.loc[shared, AIMED]
    is_same = ((then == today) | (then.isna() & today.isna())).fillna(False).all(axis=1)
    letters = letters.reindex(shared)
    letters.update(_letters(shared[~is_same.to_numpy(bool)], data=before, target=now, rule=now))
    return letters


def _whole(evaluation: Evaluation) -> pd.DataFrame:
    """The cases of whole indicators, by indicator_id."""
    frame = evaluation.cases.frame
    return frame[frame["group"].eq("")].set_index("indicator_id")


def _letters(wanted: pd.Index, *, data: Evaluation, target: Evaluation, rule: Evaluation) -> pd.Series:
    """Letters of the wanted whole indicators from the values of one period, the target and the rule of another.

    Missing: none are wanted, none are given.
    """
    if wanted.empty:
        return pd.Series(dtype="str")
    own = data.cases.frame
    wanted = _whole(data).index.intersection(wanted)  # in the order of the cases, which are paired by their place
    frame = _whole(data).loc[wanted].assign(**{name: _whole(target).loc[wanted, name] for name in AIMED})
    kept = own.index[own["group"].eq("") & own["indicator_id"].isin(wanted)]
    judged = rule.judged(data.cases, kept, frame.reset_index())
    return pd.Series(judged["letter"].to_numpy(), index=wanted)


def _is_revised(before: Evaluation) -> pd.Series:
    """Indicators whose value or baseline today is not the one that was made public for that period."""
    public = before.workbook.published.get(before.period.id)
    own = before.table[before.table["group"].eq("")].set_index("indicator_id")[FIGURES].astype(float)
    if public is None:
        return pd.Series(False, index=own.index)
    then = public[public["group"].eq("")].set_index("indicator_id")[FIGURES].astype(float).reindex(own.index)
    same = ((own - then).abs() <= ROUNDING * own.abs().clip(lower=1)) | (own.isna() & then.isna())
    return ~same.all(axis=1) & then.notna().any(axis=1)
