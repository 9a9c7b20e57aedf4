"""What the committee decides on: points to discuss, changes since last time, opinions, ratings side by side."""

from __future__ import annotations

import pandas as pd

from ...judging.evaluation import Evaluation
from ...judging.once import once
from ...judging.summary import to_discuss
from ...trust.rows import each_row, records
from ..formats import NONE
from ..marks import badge_of, legend, letter_heads, letter_texts, rated
from ..parts import Part, Parts, absent, together, told
from ..tables import table
from ..vocabulary import say
from ..words_of_rows import lag_words, previous_letters


def discussion_points(evaluation: Evaluation, most: int | None = None) -> Part:
    """What to talk about: worse, behind by the size of the lag, and what cannot be judged."""
    found = to_discuss(evaluation.indicators)
    shown = rated(evaluation, found.head(most or len(found)))
    shown = shown.assign(why=[lag_words(item) for item in each_row(shown)])
    values = {"shown": len(shown), "total": len(found)}
    return table(evaluation, "discussion" if most is None else "discussion_first", shown, values=values)


def change_since_last(evaluation: Evaluation) -> Parts | Part:
    """From the letters of the period before to those of this one, as counts and by name."""
    before = evaluation.previous
    if before is None:
        return absent("previous")
    rows = evaluation.indicators
    was = rows["indicator_id"].map(previous_letters(evaluation))
    lines = [
        {"rating": badge_of(letter)} | letter_texts(evaluation, rows[was.eq(letter.letter)])
        for letter in legend(before)
    ]
    values = {"before": before.period.label, "now": evaluation.period.label}
    counts = table(evaluation, "change", lines, more=letter_heads(evaluation), values=values)
    old = rated(before, before.indicators).set_index("indicator_id").add_prefix("before_")
    both = rated(evaluation, rows).join(old, on="indicator_id")
    return together([counts, table(evaluation, "changed", both[both["outcome"].ne(both["before_outcome"])])])


def opinions(evaluation: Evaluation) -> Part:
    """What the committee said, in this period and the one before, what the city answered, and what came of it."""
    rows = opinions_so_far(evaluation)
    meetings = evaluation.workbook["meetings"].set_index("meeting_id")
    told = {ident: f"{r.body} {r.held_on}".strip() for ident, r in zip(meetings.index, each_row(meetings), strict=True)}
    return table(evaluation, "opinions", rows.assign(meeting=[told.get(ident, "") for ident in rows["meeting_id"]]))


def opinions_so_far(evaluation: Evaluation) -> pd.DataFrame:
    """The opinions of this period and of the one before (`opinions` contract)."""
    plan, period = evaluation.plan, evaluation.period
    first = (plan.earlier_period(period) or period).first_year
    asked = {own.id for own in plan.periods if own.first_year >= first and own.last_year <= period.last_year}
    return evaluation.workbook["opinions"][lambda f: f["period"].isin(asked)]


def opinion_sheets(evaluation: Evaluation) -> Parts:
    """Lined fields to write in by hand before the meeting."""
    fields = {"indicator": (), "plan": (10, True), "next": ()}
    sheets = [Part("parts", "opinion", (say(f"opinion_sheets.{name}"), *look)) for name, look in fields.items()]
    return together([told("opinion_sheets.lead"), *sheets])


@once
def published_pairs(evaluation: Evaluation) -> pd.DataFrame:
    """The indicators whose rating was made public by this scheme, with that letter (`published`) and `is_same`."""
    given = evaluation.workbook["published_ratings"].rename(columns={"rating": "published"})
    is_own = given["period"].eq(evaluation.period.id) & given["scheme"].isin(["", evaluation.scheme.name])
    both = evaluation.indicators.merge(given.loc[is_own, ["indicator_id", "published"]], on="indicator_id")
    return both.assign(is_same=both["letter"].eq(both["published"]))


def published_comparison(evaluation: Evaluation) -> Part:
    """Ratings already made public: where this evaluation gives the same, and why where it does not."""
    both = published_pairs(evaluation)
    other = rated(evaluation, both[~both["is_same"]])
    known = evaluation.plan.explanations
    why = [known.get(indicator) or say("published.unexplained") for indicator in other["indicator_id"]]
    lines = records(other.assign(why=why, published=[{"chip": letter} for letter in other["published"]]))
    if len(both) and not lines:
        lines = [{"indicator_name": say("published.all_same"), "published": NONE, "rating": None, "why": ""}]
    values = {"total": len(both), "same": len(both) - len(other), "other": len(other)}
    return table(evaluation, "published", lines, values=values)


@once
def three_ratings(evaluation: Evaluation) -> pd.DataFrame:
    """The indicators that the department or the committee has rated too, each rating with its reason.

    Adds `agreed`: same, alone (only one of the two, the same as computed) or differs.
    """
    rows = evaluation.indicators
    for who in ("department", "committee"):
        given = evaluation.workbook[f"{who}_ratings"][lambda f: f["period"].eq(evaluation.period.id)]
        given = given.set_index("target_id")[["rating", "reason"]].add_prefix(f"{who}_")
        rows = rows.join(given, on="indicator_id").fillna(dict.fromkeys(given.columns, ""))
    rows = rows[rows["department_rating"].ne("") | rows["committee_rating"].ne("")]
    is_alone = rows["department_rating"].eq("") | rows["committee_rating"].eq("")
    is_same = [{r.department_rating, r.committee_rating} - {""} == {r.letter} for r in each_row(rows)]
    agreed = [
        "differs" if not same else "alone" if alone else "same" for same, alone in zip(is_same, is_alone, strict=True)
    ]
    return rows.assign(agreed=pd.Series(agreed, index=rows.index, dtype="str"))


def ratings_side_by_side(evaluation: Evaluation) -> Part:
    """Three ratings: computed, department's, committee's; where they differ it is said, and none replaces another."""
    rows = rated(evaluation, three_ratings(evaluation))
    why = [
        [
            say(f"ratings.{who}", reason=getattr(r, f"{who}_reason"))
            for who in ("department", "committee")
            if getattr(r, f"{who}_reason")
        ]
        for r in each_row(rows)
    ]
    return table(
        evaluation, "ratings", rows.assign(agreed=[say(f"ratings.{word}") for word in rows["agreed"]], why=why)
    )
