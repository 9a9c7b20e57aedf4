"""What stands beside the letters: where the values lead to, how firm a letter is, what it was before, what could be told."""

from __future__ import annotations

import pandas as pd

from ...judging.evaluation import Evaluation
from ...judging.history import history
from ...judging.planning import smallest_detectable_change
from ...judging.ratings import settings_of
from ...trust.rows import each_row
from ...trust.schemes import Scheme, load_scheme, scheme_paths
from ..formats import NONE, change_unit, number
from ..marks import badge_of, rated
from ..parts import Part, absent
from ..tables import table
from ..vocabulary import name_of, names_of, say
from .indicators import special_marks

OUTLOOK = ["outlook", "outlook_low", "outlook_high", "outlook_with_shocks"]


def marks_by_indicator(evaluation: Evaluation) -> Part:
    """Beside each letter: the outlook to the target year, the stability of the letter, and its marks."""
    whole = evaluation.table["group"].eq("")
    beside = evaluation.outlook[OUTLOOK].join(evaluation.stability["stability"])[whole]
    rows = rated(evaluation, evaluation.indicators).assign(**{name: beside[name].to_numpy() for name in beside})
    shown = rows[rows["outlook"].ne("") | rows["outlook_with_shocks"].ne("") | rows["stability"].ne("")]
    return table(
        evaluation,
        "beside",
        shown.assign(
            outlook_words=[_outlook_words(item) for item in each_row(shown)],
            stability_words=[name_of("stability", code) for code in shown["stability"]],
            mark_words=[names_of("mark", special_marks(codes)) for codes in shown["marks"]],
        ),
    )


def _outlook_words(item: object) -> str:
    """The outlook with its interval, and the one with the years of shocks where it differs."""
    if not item.outlook:
        return name_of("outlook", item.outlook_with_shocks) and say(
            "beside.only_with_shocks", outlook=item.outlook_with_shocks
        )
    text = say("beside.outlook_words", **item._asdict())
    differs = item.outlook_with_shocks != item.outlook
    return text + (say("beside.with_shocks", outlook=item.outlook_with_shocks) if differs else "")


def history_of_letters(evaluation: Evaluation) -> Part:
    """Each indicator's letters from period to period, and the cause of each change."""
    rows = history(evaluation)
    periods = list(dict.fromkeys(rows["period"]))
    if len(periods) < 2:
        return absent("history")
    names = evaluation.indicators.set_index("indicator_id")["indicator_name"]
    schemes, lines = _schemes_of(evaluation, rows["scheme"]), []
    for indicator, own in rows.groupby("indicator_id", sort=False):
        by_period = {item.period: item for item in each_row(own)}
        last = by_period.get(periods[-1])
        letters = {period: _badge(schemes.get(item.scheme), item) for period, item in by_period.items()}
        causes = names_of("cause", last.cause) if last is not None else ""
        lines.append({"indicator_name": names.get(indicator, indicator), "causes": causes or NONE} | letters)
    labels = {period.id: period.label for period in evaluation.plan.periods}
    return table(evaluation, "history", lines, more={period: labels[period] for period in periods})


def _schemes_of(evaluation: Evaluation, names: pd.Series) -> dict[str, Scheme]:
    """The schemes of the letters so far: those of the periods, and for published letters those that still exist."""
    folder = evaluation.workbook.folder
    known = set(names) & set(scheme_paths(folder))
    schemes = {name: load_scheme(name, folder) for name in known - set(evaluation.schemes)}
    return schemes | dict(evaluation.schemes)


def _badge(scheme: Scheme | None, item: object) -> dict:
    """The mark of a letter; one that was made public by a scheme that no longer has it stands by itself."""
    if scheme is None or scheme.of_letter(item.letter) is None:
        return {"letter": item.letter, "symbol": "", "word": "", "tone": "E"}
    return badge_of(scheme.letter_of(item.letter, item.outcome))


def detectable_changes(evaluation: Evaluation) -> Part:
    """The smallest change that the next evaluation could tell from chance, with the sample that is planned.

    Without a planned sample (予定標本数) the next one is taken to be as large as the last; the last value is the start.
    """
    frame = _next_round(evaluation)
    found = smallest_detectable_change(frame, settings_of(evaluation.scheme, evaluation.plan.settings))
    rows = evaluation.indicators.set_index(frame.index).assign(**found, planned=frame["planned_n"])
    rows = rows[rows["planning_route"].ne("")]
    words = [
        {f"{name}_words": say("planning.change", change=number(size, item.decimals), unit=change_unit(item.unit))
         if pd.notna(size) else say("planning.none")
         for name, size in (("improvement", item.improvement), ("worsening", item.worsening))}
        for item in each_row(rows)
    ]  # fmt: skip
    return table(evaluation, "planning", rows.join(pd.DataFrame(words, index=rows.index)))


def _next_round(evaluation: Evaluation) -> pd.DataFrame:
    """Whole indicators with the latest value as the next baseline, and the sample planned for the next time."""
    own = evaluation.cases.frame[evaluation.cases.frame["group"].eq("")]
    planned = own["indicator_id"].map(evaluation.workbook["indicators"].set_index("indicator_id")["planned_sample"])
    return own.assign(
        baseline=own["value"],
        baseline_n=own["n"],
        baseline_x=own["x"],
        baseline_se=own["se"],
        baseline_design_effect=own["design_effect"],
        baseline_count=own["count"],
        baseline_exposure=own["exposure"],
        planned_n=planned.fillna(own["n"]),
        planned_design_effect=own["design_effect"],
        planned_se=own["se"] * (own["n"] / planned).fillna(1.0) ** 0.5,
        planned_exposure=own["exposure"],
    )
