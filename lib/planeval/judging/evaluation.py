"""The evaluation of a period: one row per indicator and group, with its letter and every number that led to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ..trust.plans import Period, Plan
from ..trust.schemes import Scheme, load_scheme
from ..trust.workbook import Workbook
from ..words.lists import SETTINGS
from ..words.problems import DataProblems, Place, Problem, known_names
from .cases import assemble
from .methods import METHODS, Method, numbers

RULE_VERSION = "1"
MARK_FLAGS = ("provisional", "estimate", "covid")
# What the table repeats of each case, so that the sum can be redone from one row.
INPUT_COLUMNS = [
    *("indicator_id", "group_kind", "group", "target_kind", "direction", "unit", "baseline_year", "baseline"),
    *("fiscal_year", "value", "target_year", "target", "target_upper", "path", "min_change", "survey", "is_count"),
    *("baseline_n", "baseline_x", "baseline_se", "baseline_design_effect", "baseline_count", "baseline_exposure"),
    *("n", "x", "se", "design_effect", "count", "exposure", "baseline_bridge"),
]


@dataclass(frozen=True)
class Evaluation:
    """What was judged (`workbook`, `period`), by which `scheme`, and the result, `table` (groups included)."""

    workbook: Workbook
    period: Period
    scheme: Scheme
    schemes: Mapping[str, Scheme]
    table: pd.DataFrame
    points: pd.DataFrame

    @property
    def plan(self) -> Plan:
        """The plan that was evaluated."""
        return self.workbook.plan

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """The rows of whole indicators, joined with their names, programmes, departments and sources."""
        own = self.workbook["indicators"][
            [
                "indicator_id",
                "indicator_name",
                "definition",
                "program_id",
                "department",
                "decimals",
                "indicator_kind",
                "involvement",
                "weight",
                "status",
                "source",
                "remark",
            ]
        ]
        rows = self.table[self.table["group"].eq("")]
        joined = rows.merge(own, on="indicator_id", how="left", validate="one_to_one")
        programs = self.workbook["programs"][["program_id", "program_name", "goal", "program_kind", "field"]]
        joined = joined.merge(programs, on="program_id", how="left", validate="many_to_one")
        return joined.fillna({name: "" for name in ("program_name", "goal", "program_kind", "field")})

    @cached_property
    def groups(self) -> pd.DataFrame:
        """The rows of groups (districts, ages …)."""
        return self.table[self.table["group"].ne("")]

    @cached_property
    def previous(self) -> Evaluation | None:
        """The evaluation of the period before, by its own scheme; None for the first."""
        earlier = self.plan.earlier_period(self.period)
        if earlier is None:
            return None
        default = earlier.scheme or self.period.scheme or self.plan.scheme
        is_default = self.scheme.name == (self.period.scheme or self.plan.scheme)
        return evaluate(self.workbook, earlier.id, default if is_default else self.scheme.name)


def evaluate(workbook: Workbook, period_id: str, scheme_name: str | None = None) -> Evaluation:
    """Judge every indicator and group of a plan for one period.

    Missing: without `scheme_name` an indicator's own scheme (評価方式) counts, then the period's, then the plan's.
    Raises: WrongUse for an unknown period or scheme; DataProblems for a faulty scheme file.
    """
    period = workbook.plan.period(period_id)
    main = scheme_name or period.scheme or workbook.plan.scheme
    cases = assemble(workbook, period)
    frame = cases.frame
    names = pd.Series(main, index=frame.index) if scheme_name else frame["own_scheme"].replace("", main)
    schemes = {name: load_scheme(name, workbook.folder) for name in dict.fromkeys([main, *names])}
    table = pd.DataFrame(index=frame.index)
    for name, own in schemes.items():
        judged = judge(frame, cases.points, cases.milestones, own, workbook.plan.settings)
        table = judged if table.empty else table.where(names.ne(name), judged)
    table = _withheld(table).assign(**_sources(workbook, frame))
    table.insert(0, "period", period.id)
    return Evaluation(workbook, period, schemes[main], schemes, table.reset_index(drop=True), cases.points)


def _withheld(table: pd.DataFrame) -> pd.DataFrame:
    """The table without the figures of groups whose numbers are withheld."""
    figures = [name for name in table.columns if pd.api.types.is_float_dtype(table[name])]
    is_withheld = table["reason"].eq("withheld_small_number")
    return table.assign(
        **{name: table[name].mask(is_withheld) for name in figures}, marks=table["marks"].mask(is_withheld, "")
    )


def settings_of(scheme: Scheme, own: Mapping[str, float]) -> dict[str, float]:
    """Defaults, overridden by the scheme, overridden by the plan."""
    return {**SETTINGS, **scheme.settings, **own}


def judge(
    cases: pd.DataFrame, points: pd.DataFrame, milestones: pd.DataFrame, scheme: Scheme, own: Mapping[str, float]
) -> pd.DataFrame:
    """Letters, leans, reasons and numbers of cases (see `Cases`) by one scheme; pure, any number of rows at once.

    Raises: DataProblems for a scheme that names an unknown method.
    """
    settings = settings_of(scheme, own)
    cases = _over_ceiling_as_decrease(cases)
    found = numbers(cases, points, milestones, settings)
    found = _method(scheme)(cases, found, settings)
    outcome = found["outcome"].to_numpy()
    reason = _input_reasons(cases, outcome)
    outcome = np.where(reason.ne(""), "not_rated", outcome)
    letters = {name: letter.letter for letter in scheme.letters for name in letter.outcomes}
    has_lean = (outcome == "unclear") & cases["target_kind"].ne("binary").to_numpy()
    lean = np.where(has_lean, np.select([found["change"] > 0, found["change"] < 0], ["+", "-"], "0"), "")
    untested = cases["target_kind"].isin(["binary", "suppress"]) | reason.ne("")
    found["route"] = found["route"].mask(untested, "")
    result = pd.concat([cases[INPUT_COLUMNS], found.drop(columns=["distance", "outcome"])], axis=1)
    return result.assign(
        outcome=outcome,
        letter=pd.Series(outcome, index=cases.index).map(letters),
        lean=lean,
        reason=reason,
        marks=_marks(cases, found, outcome),
        scheme=scheme.name,
        rule_version=f"{scheme.version}.{RULE_VERSION}",
    )


def _method(scheme: Scheme) -> Method:
    if scheme.method not in METHODS:
        place, near = Place(f"schemes/{scheme.name}.yaml"), known_names(scheme.method, METHODS)
        raise DataProblems([Problem(place, f"知らない方法「{scheme.method}」", "、".join(METHODS), near)])
    return METHODS[scheme.method]


def _over_ceiling_as_decrease(cases: pd.DataFrame) -> pd.DataFrame:
    """A ceiling (抑制) that the baseline already exceeds is a number to be brought down."""
    is_over = cases["target_kind"].eq("suppress") & (cases["baseline"] > cases["target"])
    return cases.assign(target_kind=cases["target_kind"].mask(is_over, "decrease"))


def _input_reasons(cases: pd.DataFrame, outcome: np.ndarray) -> pd.Series:
    """The reason told by the data, else the first input that is missing."""
    kind, without_target = cases["target_kind"], cases["target"].isna()
    without_target |= kind.eq("range") & cases["target_upper"].isna()
    needs_year = np.isin(outcome, ["on_pace", "behind"]) | kind.eq("suppress")
    rules = [
        cases["reason"].ne(""),
        cases["value"].isna(),
        (cases["baseline"].isna() | cases["baseline_year"].isna()) & kind.ne("binary"),
        kind.eq("none") & cases["direction"].eq(""),
        without_target & ~kind.isin(["none", "binary"]),
        needs_year & cases["target_year"].isna(),
    ]
    reasons = [
        cases["reason"],
        "no_recent_value",
        "no_baseline",
        "direction_missing",
        "target_missing",
        "target_missing",
    ]
    return pd.Series(np.select(rules, reasons, ""), index=cases.index, dtype="str")


def _marks(cases: pd.DataFrame, found: pd.DataFrame, outcome: np.ndarray) -> pd.Series:
    """What stands beside the letter, as words joined by 、: sureness of A, two points, flags, breaks, missed."""
    is_reached = (outcome == "reached") & cases["target_kind"].ne("none").to_numpy()
    low, high, target = found["value_low"], found["value_high"], cases["target"]
    kind = cases["target_kind"]
    inside = np.select(
        [kind.isin(["increase", "at_least"]), kind.isin(["decrease", "at_most", "suppress"]), kind.eq("range")],
        [low >= target, high <= target, (low >= target) & (high <= cases["target_upper"])],
        False,
    ).astype(bool)
    is_late = (cases["fiscal_year"] >= cases["target_year"]).fillna(False).to_numpy(bool)
    marks = {
        "firm": is_reached & low.notna().to_numpy() & inside,
        "borderline": is_reached & low.notna().to_numpy() & ~inside,
        "slipping": is_reached & (found["moved"] < 0).to_numpy(),
        "two_points": found["route"].isin(["size", "relative"]).to_numpy(),
        "missed": is_late & np.isin(outcome, ["behind", "unclear", "worse"]),
        **{flag: cases["flags"].fillna("").str.contains(flag, regex=False).to_numpy() for flag in MARK_FLAGS},
        "restarted": cases["is_restarted"].to_numpy(),
        "bridged": cases["baseline_bridge"].ne(1).to_numpy(),
    }
    joined = pd.Series("", index=cases.index)
    for name, holds in marks.items():
        joined = joined.mask(holds, joined + "、" + name)
    return joined.str.removeprefix("、")


def _sources(workbook: Workbook, cases: pd.DataFrame) -> dict[str, list[str]]:
    """File, sheet and cell of the value, baseline and target of each case; a corrected value has both its places."""
    observations, indicators = workbook.tables["observations"], workbook.tables["indicators"]
    corrections, key = workbook.tables["corrections"], list(observations.contract.key)
    pairs = observations.frame[key].reset_index().merge(corrections.frame[key].reset_index(names="fix"), on=key)
    fixes = dict(zip(pairs["index"], pairs["fix"], strict=True))
    rows = dict(zip(indicators.frame["indicator_id"], indicators.frame.index, strict=True))

    def seen(index: float) -> str:
        if pd.isna(index):
            return ""
        place = str(observations.place(int(index), "value"))
        return f"{corrections.place(fixes[index], 'corrected')}（{place} の訂正）" if index in fixes else place

    def own(indicator_id: str, column: str) -> str:
        return str(indicators.place(rows[indicator_id], column))

    revisions = workbook.tables["target_revisions"]
    return {
        "value_source": [seen(index) for index in cases["value_row"]],
        "baseline_source": [
            own(case.indicator_id, "baseline") if case.baseline_is_given else seen(case.baseline_row)
            for case in cases.itertuples()
        ],
        "target_source": [
            own(case.indicator_id, "target")
            if pd.isna(case.target_revision)
            else str(revisions.place(int(case.target_revision), "target"))
            for case in cases.itertuples()
        ],
    }
