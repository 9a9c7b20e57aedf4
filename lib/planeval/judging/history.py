"""The letters of earlier periods, and why a letter changed: the rule, the target, a revised figure or the data."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import pandas as pd

from .evaluation import Evaluation
from .once import once

KEY = ["indicator_id", "group_kind", "group"]
# Of a published row: what tells a revised figure, and what tells a changed target.
FIGURES, AIMS = ["fiscal_year", "value", "baseline"], ["target_kind", "target", "target_upper", "target_year"]
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
    public, told = _published(before), _told(before).set_index("indicator_id")["letter"]
    steps: Mapping[str, pd.Series] = {
        "revision": _letters(before, before, before).where(_is_revised(before), told),
        "rule": _letters(before, before, now),
        "target": _letters(before, now, now),
        "data": _letters(now, now, now),
    }
    if public.empty:
        steps = {name: letters for name, letters in steps.items() if name != "revision"}
    causes = pd.Series("", index=_told(now)["indicator_id"], dtype="str")
    last = told
    for name, letters in steps.items():
        own, old = letters.reindex(causes.index), last.reindex(causes.index)
        changed = own.notna() & old.notna() & own.ne(old)
        causes = causes.mask(changed, causes + "、" + name)
        last = letters
    settled = told.reindex(causes.index).eq(_told(now).set_index("indicator_id")["letter"])
    return causes.where(~settled, "").str.removeprefix("、").to_list()


def _letters(data: Evaluation, target: Evaluation, rule: Evaluation) -> pd.Series:
    """Letters of whole indicators from the values of one period, the target and the rule of another."""
    own = data.cases.frame
    frame = own[own["group"].eq("")].set_index("indicator_id")
    aims = target.cases.frame[target.cases.frame["group"].eq("")].set_index("indicator_id")
    shared = frame.index.intersection(aims.index)
    frame = frame.loc[shared].assign(**{name: aims.loc[shared, name] for name in (*AIMS, "direction", "path")})
    kept = own.index[own["group"].eq("") & own["indicator_id"].isin(shared)]
    judged = rule.judged(data.cases, kept, frame.reset_index())
    return pd.Series(judged["letter"].to_numpy(), index=shared)


def _is_revised(before: Evaluation) -> pd.Series:
    """Indicators whose value or baseline today is not the one that was made public for that period."""
    public = before.workbook.published.get(before.period.id)
    own = before.table[before.table["group"].eq("")].set_index("indicator_id")[FIGURES].astype(float)
    if public is None:
        return pd.Series(False, index=own.index)
    then = public[public["group"].eq("")].set_index("indicator_id")[FIGURES].astype(float).reindex(own.index)
    same = ((own - then).abs() <= ROUNDING * own.abs().clip(lower=1)) | (own.isna() & then.isna())
    return ~same.all(axis=1) & then.notna().any(axis=1)
