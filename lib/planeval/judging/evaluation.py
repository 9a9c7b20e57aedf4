"""The evaluation of a period: one row per indicator and group, with its letter and every number that led to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from ..trust.known import content_digest, known_by
from ..trust.plans import Period, Plan
from ..trust.rows import each_row
from ..trust.schemes import Scheme
from ..trust.workbook import Workbook
from ..words.fiscal_years import FIRST_YEAR, LAST_YEAR
from ..words.methods import Value
from .cases import Cases, assemble
from .disclosure import disclosed, without_figures_of_withheld
from .in_force import main_scheme, read_schemes
from .outlook import outlook
from .ratings import Judge
from .stability import stability


@dataclass(frozen=True)
class Evaluation:
    """What was judged (`workbook`, `period`), by which `scheme`, and the result, `table` (groups included).

    `kept` has what was worked out from it so far (see `once`).
    """

    workbook: Workbook
    period: Period
    scheme: Scheme
    schemes: Mapping[str, Scheme]
    table: pd.DataFrame
    cases: Cases
    kept: dict[tuple, object] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def points(self) -> pd.DataFrame:
        """The values from baseline to latest that the letters rest on: case (row of `table`), fiscal_year, value."""
        return self.cases.points

    @property
    def plan(self) -> Plan:
        """The plan that was evaluated."""
        return self.workbook.plan

    @cached_property
    def fingerprint(self) -> str:
        """The same for the same data as they were known at this period, whatever was dated later."""
        return content_digest(self.workbook)

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

    def judged(self, cases: Cases, rows: pd.Index, frame: pd.DataFrame) -> pd.DataFrame:
        """Some rows of cases, changed to `frame`, rated as this evaluation rates them."""
        place = pd.Series(range(len(rows)), index=rows)
        parts = [own[own["case"].isin(rows)] for own in (cases.points, cases.milestones)]
        own = [part.assign(case=part["case"].map(place)).reset_index(drop=True) for part in parts]
        return _judged(frame, *own, self._names(frame), self.schemes, self.plan.settings)

    def _names(self, frame: pd.DataFrame) -> pd.Series:
        """The scheme of each case: its own where the evaluation was not asked for one."""
        return frame["own_scheme"].where(frame["own_scheme"].isin(list(self.schemes)), self.scheme.name)

    @cached_property
    def stability(self) -> pd.DataFrame:
        """Whether each letter would stand without one value (see `stability.stability`)."""

        def judge(frame: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
            names = self._names(frame)
            return _judged(frame, points, self.cases.milestones, names, self.schemes, self.plan.settings)

        return stability(self.cases, self.table, judge)

    @cached_property
    def outlook(self) -> pd.DataFrame:
        """Where the values would lead to by the target year (see `outlook.outlook`); same rows as `table`."""
        years = [year for year in range(FIRST_YEAR, LAST_YEAR + 1) if self.plan.is_shock(year)]
        frame = self.cases.frame.assign(reason=self.table["reason"])
        return outlook(frame, self.points, years, self.workbook["breaks"])

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

    Small numbers are withheld before (`disclosed`), then what is dated later is left out (`known_by`).

    Missing: without `scheme_name` an indicator's own scheme (評価方式) counts, then the period's, then the plan's.
    Raises: WrongUse for an unknown period or scheme; DataProblems for a faulty scheme file.
    """
    period = workbook.plan.period(period_id)
    workbook = known_by(disclosed(workbook), period)
    main = main_scheme(workbook.plan, period, scheme_name)
    cases = assemble(workbook, period)
    frame = cases.frame
    names = pd.Series(main, index=frame.index) if scheme_name else frame["own_scheme"].replace("", main)
    schemes = read_schemes(workbook, period, [main, *names])
    table = _judged(frame, cases.points, cases.milestones, names, schemes, workbook.plan.settings)
    table = without_figures_of_withheld(table).assign(**_sources(workbook, frame))
    table.insert(0, "period", period.id)
    return Evaluation(workbook, period, schemes[main], schemes, table.reset_index(drop=True), cases)


def _judged(
    frame: pd.DataFrame,
    points: pd.DataFrame,
    milestones: pd.DataFrame,
    names: pd.Series,
    schemes: Mapping[str, Scheme],
    settings: Mapping[str, Value],
) -> pd.DataFrame:
    """Every case rated by the scheme that it names."""
    table, judge = pd.DataFrame(index=frame.index), Judge(frame, points, milestones)
    for name in dict.fromkeys(names):
        judged = judge.by(schemes[name], settings)
        table = judged if table.empty else table.where(names.ne(name), judged)
    return table


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
            for case in each_row(cases)
        ],
        "target_source": [
            own(case.indicator_id, "target")
            if pd.isna(case.target_revision)
            else str(revisions.place(int(case.target_revision), "target"))
            for case in each_row(cases)
        ],
    }
