"""What changed around the plan: population, revenue, shocks, and the projects that changed their form."""

from __future__ import annotations

import pandas as pd

from ...judging.evaluation import Evaluation
from ...judging.once import once
from ...judging.pressure import budgets, with_roles
from ...judging.pressure import pressures as measured
from ...judging.shocks import activity_around_shock as around
from ...judging.shocks import letters_without_shock as without_shock
from ...trust.rows import each_row
from ..formats import NONE, money, number, short_year, short_years, with_unit
from ..marks import rated
from ..parts import Part, absent
from ..tables import table
from ..vocabulary import entry, fill, say


def context(evaluation: Evaluation) -> Part:
    """What changed around the plan: population, revenue; the last years that are known, with their source."""
    recent = known_context(evaluation).groupby("item", sort=False).tail(2)
    formats = entry("context.formats")
    lines = []
    for _, own in recent.groupby("item", sort=True):
        texts = [fill(formats.get(r.unit, formats["other"]), r._asdict()) for r in each_row(own)]
        cells = [{"text": t, "sub": short_year(y)} for t, y in zip(texts, own["fiscal_year"], strict=True)]
        before, latest = [NONE, *cells][-2:]
        mark = say("pressure.example_words") if own["is_example"].any() else ""
        line = own.iloc[-1].to_dict() | {"before": before, "latest": latest, "change": _change(own), "mark": mark}
        lines.append(line)
    return table(evaluation, "context", lines)


def _change(own: pd.DataFrame) -> str:
    """The difference of the two values of an item, with its sign; 「－」 for a single one."""
    if len(own) < 2:
        return NONE
    values = [float(value) for value in own["value"]]
    difference = round(values[1] - values[0], 6)
    shown = money(abs(difference)) if own["unit"].iloc[-1] == "千円" else number(abs(difference))
    return ("＋" if difference > 0 else "△" if difference < 0 else "") + shown


@once
def pressures(evaluation: Evaluation) -> pd.DataFrame:
    """The measures of pressure (`judging.pressure.pressures`) of this plan: population by age, revenue, its own budget."""
    words = entry("pressure")
    rows = known_context(evaluation)
    own = evaluation.workbook["project_years"][lambda f: f["fiscal_year"].le(evaluation.period.last_year)]
    return measured(pd.concat([rows, budgets(own, say("pressure.budget", plan=evaluation.plan.name))])).assign(
        name=lambda f: [words["measures"][measure] for measure in f["measure"]]
    )


@once
def known_context(evaluation: Evaluation) -> pd.DataFrame:
    """What was known by the end of the period, with roles: figures of its years and earlier ones, and projections."""
    words = entry("pressure")
    rows = with_roles(
        evaluation.workbook["context"], words["roles"], projection=words["projection"], difference=words["difference"]
    )
    return rows[rows["fiscal_year"].le(evaluation.period.last_year) | rows["is_projection"]].sort_values(
        "fiscal_year", kind="stable"
    )


def pressure(evaluation: Evaluation) -> Part:
    """What a changing population and revenue mean: shares by age, people per older person, amounts per head."""
    rows = pressures(evaluation)
    lines = [
        item._asdict()
        | {"kind": kind_of_figure(item), "before": _measured(item, "start"), "after": _measured(item, "end")}
        | {"moved": _moved(item)}
        for item in each_row(rows)
    ]
    return table(evaluation, "pressure", lines)


def kind_of_figure(item: object) -> str:
    """Whether a measure is a projection or an example."""
    told = [say(f"pressure.{name}_words") for name in ("projection", "example") if getattr(item, f"is_{name}")]
    return "".join(told)


def _measured(item: object, end: str) -> dict:
    """One end of a measure in its unit, with its year beneath."""
    year = item.first if end == "start" else item.last
    return {"text": amount_words(item, getattr(item, end)), "sub": short_year(year)}


def amount_words(item: object, value: float) -> str:
    """A measure in its unit. Example: 0.6 of the population → 60.0％."""
    return say(f"pressure.amounts.{item.measure}", value=value)


def _moved(item: object) -> str:
    """The change of a measure: of shares in points, of all others in ％."""
    is_share = item.measure in entry("pressure.shares")
    return say(f"pressure.moved.{'share' if is_share else 'other'}", change=item.change, points=item.end - item.start)


def activity_around_shock(evaluation: Evaluation) -> Part:
    """Activity before, during and after each shock."""
    if not evaluation.plan.shocks:
        return absent("shocks")
    rows = around(evaluation)
    lines = [
        item._asdict()
        | {name: _value(item, name) for name in ("before", "during", "after")}
        | {"shock": item.shock, "back": item.after / item.before if item.before else float("nan")}
        for item in each_row(rows)
    ]
    return table(evaluation, "activity_around_shock", lines)


def _value(item: object, name: str) -> dict:
    value, year = getattr(item, name), getattr(item, f"{name}_year")
    return {"text": with_unit(value, item.unit, item.decimals), "sub": short_year(year)}


def letters_without_shock(evaluation: Evaluation) -> Part:
    """Which letters would differ if the values of the shock's years did not exist."""
    if not evaluation.plan.shocks:
        return absent("shocks")
    rows = without_shock(evaluation)
    other = rows[rows["differs"]]
    shown = rated(evaluation, other)
    instead = rated(evaluation, other.assign(letter=other["letter_without"], outcome=other["outcome_without"], lean=""))
    shown = shown.assign(
        instead=list(instead["rating"]), why=[say(f"letters_without_shock.{why}") for why in other["why"]]
    )
    values = {"total": int(rows["is_touched"].sum())}
    return table(evaluation, "letters_without_shock", shown, values=values)


def changed_forms(evaluation: Evaluation) -> Part:
    """Projects that changed form (対面しない見守り, オンライン …), by tag and with their years."""
    names = evaluation.workbook["projects"].set_index("project_id")["project_name"]
    lines = []
    for tag, own in tagged_projects(evaluation).groupby("tag", sort=False):
        each = own.groupby("project_id", sort=False)["fiscal_year"].agg(["min", "max"])
        told = [
            say("changed_forms.item", name=names.get(r.Index, r.Index), years=short_years([int(r.min), int(r.max)]))
            for r in each_row(each)
        ]
        lines.append({"tag": {"chip": tag}, "count": len(each), "projects": told})
    return table(evaluation, "changed_forms", lines)


def tagged_projects(evaluation: Evaluation) -> pd.DataFrame:
    """The years of projects up to the period, one row for each `tag` (`project_years` contract)."""
    last = evaluation.period.last_year
    years = evaluation.workbook["project_years"][lambda f: f["tags"].ne("") & f["fiscal_year"].le(last)]
    rows = years.assign(tag=years["tags"].str.split("[、,，]")).explode("tag")
    return rows.assign(tag=rows["tag"].str.strip()).loc[lambda f: f["tag"].ne("")]
