"""The drawing of an indicator card: places of lines, marks and letters. `templates/cards.html.j2` draws them.

Places across are % of the drawing's width, places down are units of its fixed height; letters never scale.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..words.fiscal_years import era_year
from .formats import is_missing, number, rounded, shortened
from .vocabulary import say

TOP, FOOT, RIGHT = 14.0, 172.0, 94.0
STEPS, MOST_TICKS = (1, 2, 2.5, 5, 10), 4
LETTER = 1.9  # the width of a digit in % of the narrowest drawing
APART = 14.0  # two years' names need this much between them
LONGEST_SHOCK = 14


@dataclass(frozen=True)
class Run:
    """What one card draws: its row of the evaluation, its values, the plan's way, limits of values, shocks, breaks."""

    item: object
    values: Mapping[int, object]  # year → row with value, is_rated
    planned: Mapping[int, float]
    limits: Mapping[int, object]  # year → row with n, low, high
    shocks: Iterable[Mapping]
    breaks: Iterable[tuple[int, str]]

    def planned_in(self, year: object) -> float:
        """What is planned for a year; NaN where nothing is."""
        return math.nan if is_missing(year) else self.planned.get(int(year), math.nan)

    @property
    def way(self) -> list[float]:
        """What is planned from the first year to the last."""
        return list(self.planned.values())


@dataclass(frozen=True)
class Axes:
    """The years and the values of a drawing, and where they stand in it."""

    first: int
    last: int
    low: float
    high: float
    step: float
    left: float

    def across(self, year: float) -> float:
        """A year's place from the left."""
        return self.left + (RIGHT - self.left) * (year - self.first) / max(self.last - self.first, 1)

    def down(self, value: float) -> float:
        """A value's place from the top."""
        return FOOT - (FOOT - TOP) * (value - self.low) / (self.high - self.low)

    def place(self, year: float, value: float) -> dict:
        """Both."""
        return {"x": self.across(year), "y": self.down(value)}


def card_chart(run: Run) -> dict:
    """Everything that the drawing of a card shows, as numbers and texts."""
    axes = _axes(run)
    points = [axes.place(year, r.value) | {"out": not r.is_rated} for year, r in run.values.items()]
    whiskers = [
        {"x": axes.across(year), "y1": axes.down(r.low), "y2": axes.down(r.high)} for year, r in run.limits.items()
    ]
    return {
        "tone": run.item.rating["tone"],
        "ticks": _ticks(run.item, axes),
        "years": _years(run, axes),
        "bands": _bands(run, axes),
        "breaks": [
            {"x": axes.across(year - 0.5), "label": kind} for year, kind in run.breaks if axes.first < year <= axes.last
        ],
        "way": [axes.place(year, planned) for year, planned in run.planned.items()],
        "points": points,
        "whiskers": whiskers,
        "labels": _value_labels(run, axes),
        **_plan_marks(run, axes),
    }


def _axes(run: Run) -> Axes:
    """The value axis holds zero, every value, limit and planned value, and ends at round numbers."""
    seen = [0.0, *(r.value for r in run.values.values()), *run.planned.values()]
    seen += [limit for r in run.limits.values() for limit in (r.low, r.high)]
    seen += [
        x for x in (run.item.target, run.item.target_upper) if run.item.target_kind != "none" and not is_missing(x)
    ]
    low, high = min(seen), max(seen)
    step = _step((high - low) or 1.0)
    low, high = math.floor(low / step + 1e-9) * step, math.ceil((high or low + 1.0) / step - 1e-9) * step
    years = [*run.values, *run.planned]
    texts = [rounded(x, _decimals(step)) for x in (low, high)]
    left = 3 + LETTER * max(map(len, texts))
    return Axes(min(years), max(years), low, high if high > low else low + step, step, left)


def _step(span: float) -> float:
    """The smallest round step that needs few enough lines for a span."""
    unit = 10.0 ** math.floor(math.log10(span / MOST_TICKS))
    return next((unit * step for step in STEPS if span / (unit * step) <= MOST_TICKS), unit * STEPS[-1])


def _decimals(step: float) -> int:
    power = math.floor(math.log10(step) + 1e-9)
    return max(0, (round(step / 10.0**power, 6) == 2.5) - power)


def _ticks(item: object, axes: Axes) -> list[dict]:
    count = round((axes.high - axes.low) / axes.step)
    values = [axes.low + n * axes.step for n in range(count + 1)]
    percent = "％" if item.unit in {"%", "％"} else ""
    return [
        {
            "y": axes.down(x),
            "text": rounded(x, _decimals(axes.step)) + (percent if n == count else ""),
            "is_zero": abs(x) < axes.step / 1e6,
        }
        for n, x in enumerate(values)
    ]


def _years(run: Run, axes: Axes) -> list[dict]:
    """The names of the years that matter most, as many as stand apart: baseline, evaluated, target, ends, others."""
    item = run.item
    wanted = [item.baseline_year, item.target_year, item.fiscal_year, axes.first, axes.last, *run.values]
    shown: list[int] = []
    for year in wanted:
        is_within = not is_missing(year) and axes.first <= year <= axes.last
        if is_within and all(abs(axes.across(year) - axes.across(other)) >= APART for other in shown):
            shown.append(int(year))
    return [{"x": axes.across(year), "year": f"{year}", "era": era_year(year)} for year in sorted(shown)]


def _bands(run: Run, axes: Axes) -> list[dict]:
    """The years of each shock, with its name at the top, towards the side where there is room."""
    bands: list[dict] = []
    for shock in run.shocks:
        first, last = (axes.across(year) for year in (shock["years"][0] - 0.5, shock["years"][1] + 0.5))
        left, right = max(first, axes.left), min(last, RIGHT + 4)
        if right > left:
            side = (
                {"at": right, "anchor": "end"} if left + right > axes.left + RIGHT else {"at": left, "anchor": "start"}
            )
            label = shortened(shock["label"], LONGEST_SHOCK)
            bands.append({"x": left, "width": right - left, "label": label, "y": 11 + 13 * len(bands)} | side)
    return bands


def _value_labels(run: Run, axes: Axes) -> list[dict]:
    """The numbers of baseline and evaluated value, then of others that stand apart, away from the plan's line."""
    item = run.item
    order = [item.baseline_year, item.fiscal_year, *run.values]
    labels: list[dict] = []
    for year in order:
        own = None if is_missing(year) else run.values.get(int(year))
        x = axes.across(float(year)) if own else 0.0
        if own is None or not own.is_rated or any(abs(x - label["x"]) < APART for label in labels):
            continue
        value, limits = own.value, run.limits.get(int(year))
        is_above = _is_above(run, year, value, axes)
        edge = axes.down((limits.high if is_above else limits.low) if limits else value)
        y = edge - 9 if is_above else edge + 20
        labels.append({"x": x, "y": min(max(y, TOP + 2), FOOT - 4), "text": number(value, item.decimals)})
    return labels


def _is_above(run: Run, year: int, value: float, axes: Axes) -> bool:
    """Above the point, unless the plan's line runs there."""
    planned = run.planned_in(year)
    if not math.isnan(planned) and abs(axes.down(planned) - axes.down(value)) > 4:
        return value > planned
    return not run.way or run.way[-1] <= run.way[0]


def _plan_marks(run: Run, axes: Axes) -> dict:
    """The target, the ring of what is planned for the evaluated year, the gap between, and their names."""
    item, marks = run.item, {"target": None, "ring": None, "gap": None, "way_label": None}
    if not run.planned:
        return marks
    years, way = list(run.planned), run.way
    is_rising = way[-1] > way[0]
    goal = axes.place(years[-1], way[-1])
    marks["target"] = goal | _named(goal, say("card.target", **item._asdict()), _beside(goal["y"]))
    third = len(way) // 3
    if len(way) >= 4:
        y = axes.down(way[third]) + (-8 if is_rising else 17)
        marks["way_label"] = {"x": axes.across(years[third]) - 1, "y": min(max(y, TOP + 10), FOOT - 4)}
    planned = run.planned_in(item.fiscal_year)
    if math.isnan(planned) or item.reason:
        return marks
    ring = axes.place(item.fiscal_year, planned)
    is_apart = abs(ring["y"] - goal["y"]) > 18 or goal["x"] - ring["x"] > 36
    text = say("card.planned", **item._asdict() | {"planned": planned})
    text_y = ring["y"] - 8 if is_rising and ring["y"] > TOP + 16 else min(ring["y"] + 10, FOOT - 4)
    marks["ring"] = ring | _named(ring, text if is_apart else "", text_y, is_left=True)
    return marks | {"gap": _gap(item, planned, ring, axes)}


def _named(mark: Mapping, text: str, text_y: float, *, is_left: bool = False) -> dict:
    """A mark's name on its left, where the plan's line has passed, or on its right while there is room."""
    is_left = is_left or mark["x"] > 76
    at, anchor = (mark["x"] - 1.8, "end") if is_left else (mark["x"] + 1.8, "start")
    return {"text": text, "text_y": text_y, "at": at, "anchor": anchor}


def _gap(item: object, planned: float, ring: Mapping, axes: Axes) -> dict | None:
    """The vertical line from a value that lags to what is planned; its size where there is room for letters."""
    if item.outcome not in {"behind", "worse"}:
        return None
    value = axes.down(item.value)
    sign = 1 if ring["y"] > value else -1
    if abs(ring["y"] - value) < 12:
        return None
    text = say("card.gap", **item._asdict() | {"gap": abs(planned - item.value)})
    has_room = abs(ring["y"] - value) >= 30
    is_right = ring["x"] < 62
    return {
        "x": ring["x"], "y1": value + 6 * sign, "y2": ring["y"] - 4 * sign,
        "text": text if has_room else "", "at": ring["x"] + (1.2 if is_right else -1.2),
        "anchor": "start" if is_right else "end", "text_y": (value + ring["y"]) / 2 + 5,
    }  # fmt: skip


def _beside(y: float) -> float:
    """A name above its mark, or beneath it at the top of the drawing."""
    return y - 9 if y > TOP + 16 else y + 18
