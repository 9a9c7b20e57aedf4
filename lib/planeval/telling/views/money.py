"""Where the money went: budget, spending, 執行率, their change, what moved beside it, and other ways to spread it."""

from __future__ import annotations

import pandas as pd

from ...judging.evaluation import Evaluation
from ...judging.links import money_by_program as program_money
from ...judging.money import Spans, compared_years, money_change, other_spreads
from ...judging.money import money_and_movement as movement
from ...judging.summary import counted
from ...trust.rows import each_row, records
from ..formats import NONE, short_years
from ..marks import bar
from ..parts import Part, absent
from ..tables import grouped, table
from ..vocabulary import entry, say

SUMMED = ["budget", "spending", "settled_budget", "settled_spending", "on_pace", "rated"]


def money_by_program(evaluation: Evaluation) -> Part:
    """Budget, spending and 執行率 of each 施策 in the period, beside its letters, and their sum."""
    programs = program_money(evaluation)
    rows = programs.assign(name=[program_words(r.program_id, r.program_name) for r in each_row(programs)])
    return _with_sum(table(evaluation, "money_by_program", [*records(rows), _sum(programs)]), rows)


def money_by_goal(evaluation: Evaluation) -> Part:
    """The same by 基本目標, with the bar of its letters."""
    programs, rows = program_money(evaluation), counted(evaluation)
    sums = programs.groupby("goal", as_index=False)[SUMMED].sum(min_count=1)
    widest = rows.groupby("goal").size().max()
    sums["execution_rate"] = [execution_rate(programs[programs["goal"].eq(goal)]) for goal in sums["goal"]]
    sums["letters"] = [{"bar": bar(evaluation, rows[rows["goal"].eq(goal)], widest)} for goal in sums["goal"]]
    shown = records(sums.assign(goal=sums["goal"].replace("", say("unnamed"))))
    whole = _sum(programs) | {"goal": say("sum"), "letters": NONE}
    return _with_sum(table(evaluation, "money_by_goal", [*shown, whole]), sums.drop(columns="letters"))


def _sum(programs: pd.DataFrame) -> dict:
    """The last row of a table of money."""
    rate = {"name": say("sum"), "is_total": True, "execution_rate": execution_rate(programs)}
    return programs[SUMMED].sum(min_count=1).to_dict() | rate


def _with_sum(shown: Part, rows: pd.DataFrame) -> Part:
    """A table whose figures are its rows without the sum."""
    return Part(shown.template, shown.macro, shown.arguments, rows if shown.macro == "data_table" else None)


def program_words(ident: str, name: object) -> str:
    """A 施策 as a table names it; projects may have none."""
    return f"{ident} {name or ''}".strip() or say("money_by_program.none")


def execution_rate(programs: pd.DataFrame) -> float:
    """spending ÷ budget of some programmes (rows of `links.money_by_program`) over the years that have both."""
    budget = programs["settled_budget"].sum()
    return programs["settled_spending"].sum() / budget if budget else float("nan")


def span_words(spans: Spans) -> dict[str, str]:
    """The two spans of years that are compared, in words."""
    return {"before": short_years(list(spans.before)), "now": short_years(list(spans.now))}


def execution_rate_change(evaluation: Evaluation) -> tuple[float, float]:
    """The execution rate of all projects in both spans, over the years that have both figures."""
    spans, years = compared_years(evaluation), evaluation.workbook["project_years"]
    settled = years.dropna(subset=["budget", "spending"])
    found = []
    for span in (spans.before, spans.now) if spans else ():
        own = settled[settled["fiscal_year"].between(*span)]
        found.append(own["spending"].sum() / own["budget"].sum() if own["budget"].sum() else float("nan"))
    return (found[0], found[1]) if found else (float("nan"), float("nan"))


def money_change_by_goal(evaluation: Evaluation) -> Part:
    """How budget, spending and 執行率 of each 基本目標 changed."""
    names = {goal: goal or say("unnamed") for goal in evaluation.workbook["programs"]["goal"]}
    return _change(evaluation, "goal", names, "money_change_goal")


def money_change_by_program(evaluation: Evaluation) -> Part:
    """How budget, spending and 執行率 of each 施策 changed."""
    programs = each_row(evaluation.workbook["programs"])
    return _change(evaluation, "program", {r.program_id: f"{r.program_id} {r.program_name}" for r in programs})


def money_change_by_project(evaluation: Evaluation) -> Part:
    """How budget, spending and 執行率 of each 事業 changed."""
    names = {r.project_id: r.project_name for r in each_row(evaluation.workbook["projects"])}
    return _change(evaluation, "project", names, "money_change_project")


def _change(evaluation: Evaluation, level: str, names: dict[str, str], key: str = "money_change") -> Part:
    if not evaluation.workbook.has("project_years"):
        return absent("project_years")
    spans = compared_years(evaluation)
    if spans is None:
        return absent("money_change")
    rows = money_change(evaluation, level)
    first = rows.columns[0]
    rows = rows.assign(name=rows[first].map(names).fillna(rows[first]).replace("", say(f"money_change.none.{level}")))
    shown: pd.DataFrame | list[dict] = rows
    if level == "project":
        programs = evaluation.workbook["programs"].set_index("program_id")["program_name"]
        owners = evaluation.workbook["projects"].set_index("project_id")["program_id"]
        heads = [program_words(owners[own], programs.get(owners[own])) for own in rows["project_id"]]
        shown = grouped(rows.assign(head=heads), "head")
    return table(evaluation, key, shown, values=span_words(spans))


def money_and_movement(evaluation: Evaluation) -> Part:
    """Budget change beside what moved, and where the two stand out together."""
    if not evaluation.workbook.has("project_years"):
        return absent("project_years")
    spans = compared_years(evaluation)
    if spans is None:
        return absent("money_change")
    rows, own = movement(evaluation), counted(evaluation)
    widest = own.groupby("program_id").size().max()
    bars = [{"bar": bar(evaluation, own[own["program_id"].eq(ident)], widest)} for ident in rows["program_id"]]
    remarks = entry("money_and_movement.remarks")
    rows = rows.assign(letters=bars, remark=[remarks.get(word, "") for word in rows["remark"]])
    rows = rows.assign(name=[program_words(r.program_id, r.program_name) for r in each_row(rows)])
    return table(evaluation, "money_and_movement", rows, values=span_words(spans))


def what_if(evaluation: Evaluation) -> Part:
    """The same yearly total spread by other rules: numbers to talk about, no proposal."""
    if not evaluation.workbook.has("project_years"):
        return absent("project_years")
    rows = other_spreads(evaluation)
    if rows.empty:
        return absent("what_if")
    rules = [name for name in rows.columns if name in entry("what_if.rules")]
    amounts = {name: rows[name] for name in ["now", *rules]}
    told = rows.assign(
        name=[program_words(r.program_id, r.program_name) for r in each_row(rows)],
        **{name: [_amount(n, now) for n, now in zip(own, rows["now"], strict=True)] for name, own in amounts.items()},
    )
    total = {"name": say("sum"), "is_total": True}
    total |= {name: _amount(own.sum(), rows["now"].sum()) for name, own in amounts.items()}
    more = {name: say(f"what_if.rules.{name}") for name in rules}
    spans = span_words(compared_years(evaluation))
    shown = table(evaluation, "what_if", [*records(told), total], more=more, values=spans)
    return Part(shown.template, shown.macro, shown.arguments, rows)


def _amount(amount: int, now: int) -> dict:
    """An amount with its difference from what is spent now."""
    shown = {"text": say("what_if.amount", amount=amount)}
    return (
        shown
        if amount == now
        else shown | {"sub": say("what_if.difference", sign="＋" if amount > now else "", difference=amount - now)}
    )
