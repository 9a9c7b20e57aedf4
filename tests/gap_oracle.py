"""The default rating scheme `gap` once more, in plain Python, from the description in docs/method.md.

It shares no line with the library. A plan is a dictionary of plain lists and dictionaries under the names of the
tables' columns; an absent cell is None or "". Values are exact fractions, so that no rounding hides in a comparison.

Where the description leaves a choice, these readings hold here and in the library:
- Several reasons for E: first what the values tell (a break, no value, too old, too few), then the missing baseline, the
  missing direction, the missing target. A missing target year matters where the letter needs the plan of the path.
- A year named for a period is never too old. A restart gives a baseline even where there was none.
- A bridged value has no n, x or count any more. 標本数 of a count is its exposure; one exposure alone counts for nothing.
- A geometric path runs to the near end of a range, and is straight where the baseline or the target is not positive.
- A percentage outside 0 to 100 is material by its level.
- A run whose Theil-Sen slope is zero has not changed, even where the smallest change that matters is zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations, pairwise
from statistics import NormalDist, median

DEFAULTS = {"material_share": 0.10, "level_share": 0.05, "significance": 0.05, "tolerance": 0.05}
WISHES = {"increase": "up", "at_least": "up", "decrease": "down", "at_most": "down", "suppress": "down"}
LOWER_IS_BETTER = {"decrease", "at_most", "suppress"}


@dataclass(frozen=True)
class Verdict:
    """What the method says of one indicator or group in one period; a number it does not need is None."""

    letter: str
    reason: str = ""
    lean: str = ""
    route: str = ""
    gap_baseline: Fraction | None = None
    gap_now: Fraction | None = None
    closed_share: Fraction | None = None
    planned_share: float | None = None
    change: Fraction | None = None
    p: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Evidence:
    """What a route finds: the direction (+1 towards the target, -1 away, 0 nothing), and the numbers it rests on."""

    route: str
    direction: int
    p: float | None = None
    low: float | None = None
    high: float | None = None
    size: Fraction | None = None


@dataclass(frozen=True)
class Point:
    """A value of one year with what is known of its chance variation."""

    year: int
    value: Fraction
    n: Fraction | None = None
    x: Fraction | None = None
    se: float | None = None
    deff: Fraction = Fraction(1)
    is_scaled: bool = False


@dataclass(frozen=True)
class Case:
    """One indicator or group, ready to be judged: the target in force and the points from baseline to latest."""

    kind: str
    target: Fraction | None
    upper: Fraction | None
    target_year: int | None
    wish: str
    points: list[Point]
    is_percent: bool
    is_count: bool
    path: str
    min_change: Fraction | None
    milestones: dict[int, Fraction]
    settings: Mapping[str, float] = field(default_factory=dict)

    @property
    def first(self) -> Point:
        """The baseline."""
        return self.points[0]

    @property
    def last(self) -> Point:
        """The value rated."""
        return self.points[-1]

    @property
    def is_due(self) -> bool:
        """Whether the target year has come."""
        return self.target_year is not None and self.last.year >= self.target_year

    def setting(self, name: str) -> Fraction:
        """A setting of the plan, or its default."""
        return exact(self.settings.get(name, DEFAULTS[name]))

    def distance(self, value: Fraction) -> Fraction:
        """Signed distance h to the target: positive where it is missed."""
        if self.kind == "none":
            return -value if self.wish == "up" else value
        if self.kind == "range":
            return max(self.target - value, value - self.upper, Fraction(0))
        return value - self.target if self.kind in LOWER_IS_BETTER else self.target - value

    def gap(self, value: Fraction) -> Fraction:
        """How far the target is missed."""
        return max(self.distance(value), Fraction(0))


def exact(number: float | None) -> Fraction | None:
    """The decimal number as it is written. Missing: None."""
    return None if number is None else Fraction(repr(number)) if isinstance(number, float) else Fraction(number)


def rate(plan: Mapping, period: Mapping) -> dict[tuple[str, str, str], Verdict]:
    """The verdict on every indicator and recorded group: {(indicator_id, group_kind, group): verdict}."""
    verdicts = {}
    for indicator in plan["indicators"]:
        name = indicator["indicator_id"]
        rows = _of(plan["observations"], name)
        rows = [row for row in rows if row["fiscal_year"] <= period["last_year"]]
        for pair in sorted({("", "")} | {(row["group_kind"], row["group"]) for row in rows}):
            own = {row["fiscal_year"]: row for row in rows if (row["group_kind"], row["group"]) == pair}
            series = _series(plan, period, indicator, own, is_group=pair != ("", ""))
            reason = _why_not(plan, period, indicator, series, is_submitted=bool(rows))
            verdicts[(name, *pair)] = Verdict("E", reason) if reason else _verdict(plan, period, indicator, series)
    return verdicts


def _of(rows: Iterable[Mapping], indicator_id: str) -> list[Mapping]:
    return [row for row in rows if row["indicator_id"] == indicator_id]


# Which values


@dataclass(frozen=True)
class Series:
    """What was observed of one indicator or group: its rows by year, and the points that may be compared."""

    rows: Mapping[int, Mapping]
    is_group: bool
    named_year: int | None
    start: int | None
    baseline: Point | None
    last: Point | None
    points: list[Point]
    torn: str


def _series(plan: Mapping, period: Mapping, indicator: Mapping, rows: Mapping, *, is_group: bool) -> Series:
    """The baseline, and the values after it up to the year rated, on one scale."""
    named = [row for row in _of(plan["period_years"], indicator["indicator_id"]) if row["period"] == period["id"]]
    named_year = named[0]["fiscal_year"] if named else None
    start = indicator["baseline_year"]
    baseline = _baseline(indicator, rows, is_group=is_group)
    is_adjusted = "age_adjusted" in rows[start]["flags"] if start in rows else False
    points = [
        _point(row, exact(row["value"]))
        for year, row in sorted(rows.items())
        if _may_be_rated(row)
        and ("age_adjusted" in row["flags"]) == is_adjusted
        and (start is None or year > start)
        and (named_year is None or year <= named_year)
    ]
    if points and start is not None:
        breaks = _of(plan["breaks"], indicator["indicator_id"])
        breaks = [row for row in breaks if start < row["fiscal_year"] <= points[-1].year]
        start, baseline, points, torn = _joined(start, baseline, points, breaks)
    else:
        torn = ""
    is_asked = bool(points) and named_year in (None, points[-1].year)
    return Series(rows, is_group, named_year, start, baseline, points[-1] if is_asked else None, points, torn)


def _baseline(indicator: Mapping, rows: Mapping, *, is_group: bool) -> Point | None:
    """基準値, or where it is empty (and for a group) the observation of the baseline year; never another year's."""
    year, stated = indicator["baseline_year"], None if is_group else exact(indicator["baseline"])
    row = rows.get(year)
    if year is None or (stated is None and (row is None or not _may_be_rated(row))):
        return None
    if row is None:
        return Point(year, stated)
    return _point(row, exact(row["value"]) if stated is None else stated)


def _may_be_rated(row: Mapping) -> bool:
    return row["value"] is not None and "reference" not in row["flags"]


def _point(row: Mapping, value: Fraction) -> Point:
    return Point(
        row["fiscal_year"], value, exact(row["sample_size"]), exact(row["sample_count"]), row["standard_error"],
        exact(row["design_effect"]) or Fraction(1),
    )  # fmt: skip


def _joined(
    start: int, baseline: Point | None, points: list[Point], breaks: list[Mapping]
) -> tuple[int, Point | None, list[Point], str]:
    """The series across its breaks, on the scale of its last value; or why it cannot be joined."""
    restarts = [row["fiscal_year"] for row in breaks if row["break_kind"] == "restart"]
    if restarts:
        baseline, *points = [point for point in points if point.year >= max(restarts)]
        start = baseline.year
    if not points:
        return start, baseline, [baseline], "definition_changed"
    for row in breaks:
        year, ratio = row["fiscal_year"], exact(row["bridge_ratio"])
        if row["break_kind"] in {"shock", "restart"} or year <= start:
            continue
        if row["break_kind"] != "bridge" or not ratio:
            return start, baseline, points, "break_not_bridged"
        baseline = baseline and _scaled(baseline, ratio)
        points = [_scaled(point, ratio) if point.year < year else point for point in points]
    return start, baseline, points, ""


def _scaled(point: Point, ratio: Fraction) -> Point:
    """A value on another scale: its n and x no longer describe it, its error scales with it."""
    if ratio == 1:
        return point
    se = None if point.se is None else point.se * float(ratio)
    return replace(point, value=point.value * ratio, n=None, x=None, se=se, is_scaled=True)


# Why there is no letter


def _why_not(plan: Mapping, period: Mapping, indicator: Mapping, series: Series, *, is_submitted: bool) -> str:
    """The first reason that holds, of those that the values give before anything is computed; "" for none."""
    limit = plan["stale_after"] if indicator["valid_years"] is None else indicator["valid_years"]
    oldest = period["first_year"] - limit
    is_stale = series.last is not None and series.named_year is None and series.last.year < oldest
    if series.torn:
        return series.torn
    if series.last is None or is_stale:
        told = _told(series, period)
        return told or ("stale" if is_stale else "no_recent_value" if is_submitted else "not_submitted")
    seen = series.rows.get(series.start)
    if series.baseline is None and seen is not None and seen["missing"] == "withheld":
        return "withheld_small_number"
    ends = [series.rows[year] for year in (series.start, series.last.year) if year in series.rows]
    if series.is_group and any(_is_small(row, indicator["is_count"], plan["disclosure_threshold"]) for row in ends):
        return "withheld_small_number"
    if series.baseline is None and indicator["target_kind"] != "binary":
        return "no_baseline"
    return ""


def _told(series: Series, period: Mapping) -> str:
    """What the last empty row of the period (or the row of the year asked for) says of its missing value."""
    asked = range(period["first_year"], period["last_year"] + 1) if series.named_year is None else [series.named_year]
    empty = [row["missing"] for year, row in sorted(series.rows.items()) if year in asked and row["missing"]]
    reasons = {"survey_cancelled": "survey_cancelled", "withheld": "withheld_small_number"}
    return reasons.get(empty[-1], "") if empty else ""


def _is_small(row: Mapping, is_count: bool, threshold: int) -> bool:
    """From 1 to under the threshold were asked, or counted."""
    own = row["value"] if is_count else None
    counts = [row["sample_size"], own if row["sample_count"] is None else row["sample_count"]]
    return any(count is not None and 1 <= count < threshold for count in counts)


# The target in force


def _verdict(plan: Mapping, period: Mapping, indicator: Mapping, series: Series) -> Verdict:
    case = _case(plan, period, indicator, [point for point in (series.baseline, *series.points) if point])
    if case.kind == "none" and not case.wish:
        return Verdict("E", "direction_missing")
    lacks_target = case.target is None or (case.kind == "range" and case.upper is None)
    if case.kind not in {"none", "binary"} and lacks_target:
        return Verdict("E", "target_missing")
    return judge(case)


def _case(plan: Mapping, period: Mapping, indicator: Mapping, points: list[Point]) -> Case:
    """Each revision that has begun by the end of the period changes what it names; without a number it is a wish."""
    name, kind, wish = indicator["indicator_id"], indicator["target_kind"], indicator["direction"]
    target, upper, year = indicator["target"], indicator["target_upper"], indicator["target_year"]
    for row in sorted(_of(plan["target_revisions"], name), key=lambda row: row["applies_from"]):
        if row["applies_from"] <= period["last_year"]:
            target = row["target"]
            upper = upper if row["target_upper"] is None else row["target_upper"]
            year = year if row["target_year"] is None else row["target_year"]
            is_wish = target is None and indicator["target_kind"] in WISHES
            kind = "none" if is_wish else indicator["target_kind"]
            wish = WISHES[indicator["target_kind"]] if is_wish else indicator["direction"]
    steps = {row["fiscal_year"]: exact(row["value"]) for row in _of(plan["milestones"], name)}
    return Case(
        kind, exact(target), exact(upper), year, wish, points, indicator["unit"] in {"%", "％"},
        indicator["is_count"], indicator["path"] or "linear", exact(indicator["min_change"]), steps, plan["settings"],
    )  # fmt: skip


# The letter


def judge(case: Case) -> Verdict:
    """Steps 1 to 3 for a case that has its values and its target."""
    first, last = case.first.value, case.last.value
    if case.kind == "binary":
        return Verdict("A" if last == 1 else "D" if case.is_due else "C")
    if case.kind == "suppress":
        if first <= case.target:
            return _under_ceiling(case)
        case = replace(case, kind="decrease")
    moved = case.distance(first) - case.distance(last)
    found = _evidence(case, moved)
    size = moved if found.size is None else found.size
    change = found.direction if found.direction == _sign(moved) and _is_material(case, size) else 0
    told = _numbers(case) | {name: getattr(found, name) for name in ("route", "p", "low", "high")} | {"change": moved}
    if case.kind != "none" and case.gap(last) == 0:
        return Verdict("A", **told)
    if change == 0:
        return Verdict("C", lean="+" if moved > 0 else "-" if moved < 0 else "0", **told)
    if change < 0:
        return Verdict("D", **told)
    if case.kind == "none":
        return Verdict("B", **told)
    if case.target_year is None:
        return Verdict("E", "target_missing")
    return Verdict("B" if _is_on_pace(case) else "B*", **told)


def _is_on_pace(case: Case) -> bool:
    """At least 95 % of the planned closing; never once the target year has come."""
    before, now, planned = float(case.gap(case.first.value)), float(case.gap(case.last.value)), _planned_gap(case)
    limit = planned + float(case.setting("tolerance")) * (before - planned)
    return not case.is_due and (now <= limit or math.isclose(now, limit, rel_tol=1e-9))


def _under_ceiling(case: Case) -> Verdict:
    """A growing number under a ceiling, along the straight line; no test of chance."""
    first, last, ceiling = case.first.value, case.last.value, case.target
    if case.target_year is None:
        return Verdict("E", "target_missing")
    growth = (ceiling - first) * _time_share(case)
    if last > ceiling:
        letter = "D"
    elif case.is_due:
        letter = "A"
    else:
        letter = "B" if last <= first + growth * (1 + case.setting("tolerance")) else "B*"
    return Verdict(letter, change=first - last)


def _numbers(case: Case) -> dict:
    if case.kind == "none":
        return {}
    before, now = case.gap(case.first.value), case.gap(case.last.value)
    numbers = {"gap_baseline": before, "gap_now": now}
    if before == 0 or case.target_year is None:
        return numbers | ({"closed_share": (before - now) / before} if before else {})
    planned = (float(before) - _planned_gap(case)) / float(before)
    return numbers | {"closed_share": (before - now) / before, "planned_share": planned}


def _time_share(case: Case) -> Fraction:
    if case.is_due:
        return Fraction(1)
    return Fraction(case.last.year - case.first.year, case.target_year - case.first.year)


def _planned_gap(case: Case) -> float:
    """The gap that the path leaves at the time of the value rated."""
    first, share = case.first.value, _time_share(case)
    before = case.gap(first)
    goal = case.target if case.kind != "range" or _is_low(case) else case.upper
    if case.path == "geometric" and first > 0 and goal > 0:
        return abs(float(goal) - float(first) * float(goal / first) ** float(share))
    if case.path == "milestones" and not case.is_due:
        return float(_interpolated(case, before))
    return float(before * (1 - share))


def _interpolated(case: Case, before: Fraction) -> Fraction:
    start, end, now = case.first.year, case.target_year, case.last.year
    steps = [(year, case.gap(value)) for year, value in sorted(case.milestones.items()) if start < year < end]
    for (year, gap), (later, later_gap) in pairwise([(start, before), *steps, (end, Fraction(0))]):
        if year <= now <= later:
            return gap + (later_gap - gap) * Fraction(now - year, later - year)
    raise AssertionError("a year between the baseline and the target lies between two steps")


# Is there a change?


def _is_material(case: Case, size: Fraction) -> bool:
    """At least 最小意味差, else a share of the gap, else of the level."""
    if size == 0:
        return False
    first = case.first.value
    before = Fraction(0) if case.kind == "none" else case.gap(first)
    if case.min_change is not None:
        return abs(size) >= case.min_change
    if before > 0:
        return abs(size) >= case.setting("material_share") * before
    if case.is_percent and 0 <= first <= 100:
        return abs(size) >= case.setting("material_share") * first * (100 - first) / 100
    return abs(size) >= case.setting("level_share") * abs(first)


def _evidence(case: Case, moved: Fraction) -> Evidence:
    """The first route whose inputs exist."""
    first, last = case.first, case.last
    if not case.is_count and all(point.n and point.x is not None for point in (first, last)):
        return _newcombe(case)
    if case.is_count and (counts := _counts(case)):
        return _binomial(case, *counts)
    if first.se is not None and last.se is not None:
        return _z(case)
    if len(case.points) >= 5:
        return _kendall(case)
    return Evidence("size", _sign(moved))


def _sign(number: float | Fraction) -> int:
    return (number > 0) - (number < 0)


def _is_low(case: Case) -> bool:
    """Whether the baseline lies below its range; a baseline within it takes the side of the latest value."""
    first, last = case.first.value, case.last.value
    return (last if case.target <= first <= case.upper else first) <= (case.target + case.upper) / 2


def _side(case: Case, value: Fraction) -> Fraction:
    """For a range, a value beyond its middle is mirrored to the baseline's side."""
    if case.kind == "range" and (value > (case.target + case.upper) / 2) == _is_low(case):
        return case.target + case.upper - value
    return value


def _better(case: Case) -> int:
    """+1 where a higher value is better (for a range on the baseline's side)."""
    is_up = {"range": lambda: _is_low(case), "none": lambda: case.wish == "up"}
    return 1 if is_up.get(case.kind, lambda: case.kind not in LOWER_IS_BETTER)() else -1


def _newcombe(case: Case) -> Evidence:
    """Newcombe's interval of the difference of two shares, from Wilson's intervals."""
    z = NormalDist().inv_cdf(1 - float(case.setting("significance")) / 2)
    (p0, low0, high0), (p1, low1, high1) = (_wilson(case, point, z) for point in (case.first, case.last))
    low = p1 - p0 - math.hypot(p1 - low1, high0 - p0)
    high = p1 - p0 + math.hypot(high1 - p1, p0 - low0)
    found, scale = (1 if low > 0 else -1 if high < 0 else 0), _share_scale(case)
    return Evidence("interval", _better(case) * found, low=low * scale, high=high * scale)


def _wilson(case: Case, point: Point, z: float) -> tuple[float, float, float]:
    """A share with its limits, on the baseline's side of a range, its n divided by the design effect."""
    scale, n = _share_scale(case), float(point.n / point.deff)
    p = float(min(max(_side(case, scale * point.x / point.n) / scale, Fraction(0)), Fraction(1)))
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return p, centre - half, centre + half


def _share_scale(case: Case) -> int:
    """100 where the values are percentages, by their unit or by themselves; else 1."""
    ends = (case.first, case.last)
    off_by = {scale: sum(abs(point.value - scale * point.x / point.n) for point in ends) for scale in (1, 100)}
    return 100 if case.is_percent or off_by[100] < off_by[1] else 1


def _counts(case: Case) -> tuple[int, int] | None:
    """Both counts: 該当数 where both years have it, else the values; None where they are no whole numbers."""
    first, last = case.first, case.last
    if first.is_scaled:
        return None
    has_hits = first.x is not None and last.x is not None
    pair = (first.x, last.x) if has_hits else (first.value, last.value)
    if any(count < 0 or count.denominator > 1 for count in pair):
        return None
    before, now = pair if has_hits else (max(_side(case, count), Fraction(0)) for count in pair)
    return None if before.denominator > 1 or now.denominator > 1 else (int(before), int(now))


def _binomial(case: Case, before: int, now: int) -> Evidence:
    """Exact conditional test of two counts: given their sum, the later one is binomial."""
    first, last = case.first.n, case.last.n
    share = Fraction(1, 2) if first is None or last is None else last / (first + last)
    p = binomial_p(now, before + now, float(share))
    found = _sign(now - share * (before + now)) if p <= case.setting("significance") else 0
    return Evidence("exact", _better(case) * found, p=p)


def binomial_p(successes: int, trials: int, share: float) -> float:
    """Two-sided exact p: all outcomes that are no more likely than the one seen."""
    odds = [math.comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(trials + 1)]
    return math.fsum(chance for chance in odds if chance <= odds[successes] * (1 + 1e-7))


def _z(case: Case) -> Evidence:
    """The difference against its standard error; the limit has two decimals, as in textbooks."""
    moved = float(_side(case, case.last.value) - _side(case, case.first.value))
    limit = round(NormalDist().inv_cdf(1 - float(case.setting("significance")) / 2), 2)
    error = limit * math.hypot(case.first.se, case.last.se)
    found = _sign(moved) if abs(moved) >= error * (1 - 1e-9) else 0
    return Evidence("z", _better(case) * found, low=moved - error, high=moved + error)


def _kendall(case: Case) -> Evidence:
    """Kendall's test of the run of distances over the years; its size is Theil and Sen's slope times the years."""
    run = [(point.year, case.distance(point.value)) for point in case.points]
    slopes = [(later[1] - one[1]) / (later[0] - one[0]) for one, later in combinations(run, 2)]
    distances = [h for _, h in run]
    score = sum(_sign(one - later) for one, later in combinations(distances, 2))
    is_tied = len(set(distances)) < len(distances)
    p = _tied_p(distances, score) if is_tied else kendall_p(len(distances), score)
    found = _sign(score) if p <= case.setting("significance") else 0
    return Evidence("run", found, p=p, size=-median(slopes) * (run[-1][0] - run[0][0]))


def kendall_p(n: int, score: int) -> float:
    """Exact two-sided p of Kendall's score without ties, from the number of inversions of all orders."""
    ways = [1]
    for size in range(2, n + 1):
        ways = [sum(ways[max(0, k - size + 1) : k + 1]) for k in range(len(ways) + size - 1)]
    far = (n * (n - 1) // 2 - abs(score)) // 2
    return min(1.0, float(2 * Fraction(sum(ways[: far + 1]), math.factorial(n))))


def _tied_p(distances: list[Fraction], score: int) -> float:
    """Normal two-sided p with the variance reduced by ties."""
    n, ties = len(distances), [distances.count(h) for h in set(distances)]
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    return 1.0 if variance == 0 else 2 * (1 - NormalDist().cdf(abs(score) / math.sqrt(variance)))
