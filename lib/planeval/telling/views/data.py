"""Is the data of this period complete, and what should be known before reading a number?"""

from __future__ import annotations

import pandas as pd

from ...judging.evaluation import Evaluation
from ...words.contracts import label
from ...words.fiscal_years import years_label
from ..formats import NONE, number, short_year, with_unit
from ..parts import Part, absent, row, table
from ..vocabulary import entry, name_of, names_of, say


def plan_facts(evaluation: Evaluation) -> Part:
    """Which plan, which period, which rule, how much data."""
    plan, period, workbook = evaluation.plan, evaluation.period, evaluation.workbook
    partner = plan.partner_plan
    values = {
        "plan": f"{plan.name}（{plan.nickname}）" if plan.nickname else plan.name,
        "municipality": plan.municipality,
        "years": years_label(plan.first_year, plan.last_year),
        "period": f"{period.label}（{years_label(period.first_year, period.last_year)}）",
        "parent": plan.parent_plan or NONE,
        "partner": f"{partner.get('name', '')}（{partner.get('nickname') or partner.get('body', '')}）"
        if partner
        else NONE,
        "scheme": evaluation.scheme.title,
        "indicators": say("plan_facts.count", count=len(evaluation.indicators)),
        "observations": say("plan_facts.count", count=len(workbook["observations"])),
        "files": say("plan_facts.count", count=len(workbook.inputs)),
    }
    return Part("parts", "facts", ([[label, values[key]] for key, label in entry("plan_facts.labels").items()],))


def submissions_by_department(evaluation: Evaluation) -> Part:
    """How many indicators of each department have a value for this period, and which do not."""
    rows = evaluation.indicators.assign(has_value=lambda f: f["outcome"].ne("not_rated"))
    frame = (
        rows.groupby("department", sort=False)
        .agg(indicators=("indicator_id", "size"), rated=("has_value", "sum"))
        .reset_index()
    )
    lines = []
    for item in frame.itertuples():
        own = rows[rows["department"].eq(item.department) & ~rows["has_value"]]
        missing = [f"{r.indicator_name}（{name_of('reason', r.reason)}）" for r in own.itertuples()]
        lines.append(
            row(
                item.department or say("unnamed"),
                f"{item.indicators}",
                f"{item.rated}",
                {"lines": missing} if missing else NONE,
            )
        )
    lines.append(row(say("total"), f"{len(rows)}", f"{int(rows['has_value'].sum())}", NONE, total=True))
    return table("submissions", lines, "text number number text", frame=frame, widths={0: 20, 3: 50})


def values_by_year(evaluation: Evaluation) -> Part:
    """Which indicator has a value for which year, and why a value is missing."""
    seen = evaluation.workbook["observations"]
    seen = seen[seen["group"].eq("") & (seen["fiscal_year"] <= evaluation.period.last_year)]
    years = sorted(seen["fiscal_year"].dropna().unique())[-10:]
    marks = {(r.indicator_id, r.fiscal_year): r for r in seen.itertuples()}
    lines = []
    for indicator in evaluation.indicators.itertuples():
        cells = [_presence(marks.get((indicator.indicator_id, year))) for year in years]
        lines.append(row(indicator.indicator_name, *cells))
    heads = [entry("values_by_year.heads")[0], *(short_year(year) for year in years)]
    return table(
        "values_by_year", lines, " ".join(["text"] + ["number"] * len(years)), layout="matrix", heads=heads, size="snug"
    )


def _presence(observation: object) -> object:
    if observation is None:
        return NONE
    if observation.missing:
        return {"chip": label("missing", observation.missing)}
    return {"text": names_of("flag", observation.flags)} if observation.flags else "●"


def remarks_on_values(evaluation: Evaluation) -> Part:
    """Values that need a word: flags, missing classes and corrections of this period."""
    period, workbook = evaluation.period, evaluation.workbook
    names = workbook["indicators"].set_index("indicator_id")["indicator_name"]
    seen = workbook["observations"]
    seen = seen[
        seen["fiscal_year"].between(period.first_year, period.last_year)
        & (seen["flags"].ne("") | seen["missing"].ne(""))
    ]
    places = workbook.tables["observations"]
    lines = []
    for r in seen.itertuples():
        what = names_of("flag", r.flags) or label("missing", r.missing)
        group = f"（{r.group_kind} {r.group}）" if r.group else ""
        lines.append(
            row(
                names[r.indicator_id] + group,
                short_year(r.fiscal_year),
                what,
                r.remark or NONE,
                str(places.place(r.Index, "value")),
            )
        )
    fixed = workbook["corrections"]
    for r in fixed[fixed["fiscal_year"] <= period.last_year].itertuples():
        what = say("correction", reported=number(r.reported), corrected=number(r.corrected))
        lines.append(
            row(
                names[r.indicator_id],
                short_year(r.fiscal_year),
                what,
                r.reason,
                str(workbook.tables["corrections"].place(r.Index, "corrected")),
            )
        )
    return table("remarks", lines, "text number text text text", size="snug") if lines else absent("remarks")


def target_changes(evaluation: Evaluation) -> Part:
    """Targets that were changed: the old one, the new one, and from when it counts."""
    workbook = evaluation.workbook
    own = workbook["indicators"].set_index("indicator_id")
    lines = []
    for r in workbook["target_revisions"].itertuples():
        indicator = own.loc[r.indicator_id]
        old = with_unit(indicator["target"], indicator["unit"], indicator["decimals"])
        new = with_unit(r.target, indicator["unit"], indicator["decimals"]) if pd.notna(r.target) else say("wish.any")
        counts = say(
            "target_changes.counts" if r.applies_from <= evaluation.period.last_year else "target_changes.later"
        )
        lines.append(
            row(
                indicator["indicator_name"],
                {"text": old, "sub": short_year(indicator["target_year"])},
                {"text": new, "sub": short_year(r.target_year)},
                short_year(r.applies_from),
                counts,
                r.reason or NONE,
            )
        )
    kinds = "text number number text text text"
    return table("target_changes", lines, kinds) if lines else absent("target_revisions")


def declared_breaks(evaluation: Evaluation) -> Part:
    """Years across which values cannot simply be compared."""
    names = evaluation.workbook["indicators"].set_index("indicator_id")["indicator_name"]
    lines = [
        row(
            say("whole_plan"),
            _span(shock["years"]),
            label("break_kind", "shock"),
            NONE,
            f"{shock['label']}。{shock.get('reason') or ''}",
        )
        for shock in evaluation.plan.shocks
    ]
    for r in evaluation.workbook["breaks"].itertuples():
        lines.append(
            row(
                names[r.indicator_id],
                short_year(r.fiscal_year),
                label("break_kind", r.break_kind) or say("undeclared"),
                number(r.bridge_ratio),
                r.reason or NONE,
            )
        )
    return table("breaks", lines, "text text text number text") if lines else absent("breaks")


def _span(years: list[int]) -> str:
    return short_year(years[0]) if years[0] == years[1] else f"{short_year(years[0])}～{short_year(years[1])}"


def reading_notes(evaluation: Evaluation) -> Part:
    """What the reading of the files remarked; nothing here stopped the evaluation."""
    lines = [row(str(note.place), note.column or NONE, note.found, note.remedy) for note in evaluation.workbook.notes]
    return table("reading_notes", lines, "text text text text", size="snug") if lines else absent("notes")


def data_rows(evaluation: Evaluation) -> Part:
    """Each table of the plan: rows, and how many of them are published or examples."""
    lines, frames = [], []
    for item in evaluation.workbook.tables.values():
        status = item.frame["status"] if "status" in item.frame else pd.Series(dtype=str)
        counts = (len(item.frame), int(status.eq("published").sum()), int(status.eq("example").sum()))
        frames.append((item.contract.title, *counts))
        lines.append(row(item.contract.title, *(f"{count}" if count else NONE for count in counts)))
    frame = pd.DataFrame(frames, columns=["title", "rows", "published", "example"])
    return table("data_rows", lines, "text number number number", layout="plain", size="snug", frame=frame)
