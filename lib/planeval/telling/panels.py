"""Many small pictures drawn into one Axes: each panel has its box in inches and scales of its own.

An Axes of matplotlib costs as much as everything that stands in a panel, so a picture has one. What all panels have in
common is gathered and drawn at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure

from .drawing import GRID, INK, INK_2, RULE, WASH, plain, visible_shocks, width_of
from .formats import short_years
from .scales import GAP, LINE, NAME, NORMAL, SMALL, TICK, TITLE, Panel, free_place, places_of
from .vocabulary import say

DASHES = (0, (4, 3))
# The lines of panels by what they are.
STYLES = {
    "frame": {"colors": RULE, "linewidths": 0.8, "zorder": 1.5},
    "grid": {"colors": GRID, "linewidths": 0.6, "zorder": 0.5},
    "whole": {"colors": RULE, "linewidths": 1.2, "zorder": 1.4},
    "target": {"colors": INK, "linewidths": 1, "linestyles": [DASHES], "zorder": 1.6},
    "break": {"colors": RULE, "linewidths": 1.2, "linestyles": ":", "zorder": 1.6},
    "goal": {"colors": INK, "linewidths": 1.5, "zorder": 1.6},
    "planned": {"colors": INK, "linewidths": 3, "zorder": 2.5},
    "change": {"colors": RULE, "linewidths": 2, "zorder": 2},
}


@dataclass
class Sheet:
    """The one Axes of a picture, in inches from its lower left corner, and the lines that its panels gather."""

    figure: Figure
    lines: dict[str, list] = field(default_factory=lambda: {style: [] for style in STYLES})
    bands: list = field(default_factory=list)
    runs: list[Mapping[str, Sequence]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """An Axes over the whole figure, without frame and ticks."""
        self.axes: Axes = self.figure.add_axes((0, 0, 1, 1))
        width, height = self.figure.get_size_inches()
        self.axes.set(xlim=(0, width), ylim=(0, height), xticks=[], yticks=[])
        self.axes.axis("off")

    def write(self, x: float, y: float, words: str, size: float = SMALL, **look: object) -> None:
        """A text at a place in inches."""
        self.figure.text(x, y, words, fontsize=size, transform=self.axes.transData, **{"va": "baseline"} | look)

    def frame(self, panel: Panel, title: str = "", size: float = TITLE) -> None:
        """The left and the lower edge of a panel, and its title above."""
        left, foot = panel.box[:2]
        self.lines["frame"].append([(left, panel.top), (left, foot), (panel.right, foot)])
        if title:
            self.write(left, panel.top + GAP, title, size)

    def years(self, panel: Panel, ends: Sequence[int], texts: Sequence[str]) -> None:
        """The first and the last year beneath a panel; as one span of years where there is no room for two."""
        foot, places = panel.box[1], [panel.x(year) for year in ends]
        self.lines["frame"] += [[(place, foot), (place, foot - TICK)] for place in places]
        widths = [width_of(text, SMALL) for text in texts]
        if len(places) > 1 and places[1] - places[0] < sum(widths) / 2 + GAP:
            places, texts = [sum(places) / 2], [short_years(list(ends))]
        for place, text in zip(places, texts, strict=True):
            self.write(place, foot - TICK - GAP / 2, text, ha="center", va="top")

    def values(self, panel: Panel, ticks: Iterable[tuple[float, str]], *, named: bool = True) -> None:
        """Ticks at the left edge of a panel, with their numbers if `named`."""
        left = panel.box[0]
        for value, text in ticks:
            self.lines["frame"].append([(left - TICK, panel.y(value)), (left, panel.y(value))])
            if named:
                self.write(left - TICK - GAP / 2, panel.y(value), text, ha="right", va="center_baseline")

    def across(self, panel: Panel, ticks: Iterable[tuple[float, str]], label: str) -> None:
        """Ticks with their words at the foot of a panel, and beneath what they are."""
        foot = panel.box[1]
        for value, text in ticks:
            place = panel.x(value)
            self.lines["frame"].append([(place, foot), (place, foot - TICK)])
            self.write(place, foot - TICK - GAP / 2, text, NORMAL, ha="center", va="top")
        self.write((panel.box[0] + panel.right) / 2, foot - 0.27, label, NORMAL, ha="center", va="top")

    def rows(self, panel: Panel, names: Iterable[str], *, ruled: bool = True) -> None:
        """The names of a panel's rows at its left, from the top down; each with a thin line across if `ruled`."""
        left = panel.box[0]
        for place, name in enumerate(names):
            height = panel.y(place)
            self.lines["frame"].append([(left - TICK, height), (left, height)])
            self.lines["grid"] += [[(left, height), (panel.right, height)]] * ruled
            self.write(left - TICK - GAP / 2, height, name, NORMAL, ha="right", va="center")

    def upright(self, panel: Panel, style: str, values: Iterable[float]) -> None:
        """Lines of a style from the foot to the top of a panel at values."""
        self.lines[style] += [[(panel.x(value), panel.box[1]), (panel.x(value), panel.top)] for value in values]

    def shocks(self, panel: Panel, shocks: Iterable[Mapping]) -> None:
        """The part of each shock within the years of a panel as a grey band over the whole height, named at the top.

        A name has two lines at most and keeps inside the panel; those of several shocks stand one below the other.
        """
        low, high = panel.across
        for n, shock in enumerate(visible_shocks(shocks, panel.across)):
            first, last = (panel.x(max(shock["years"][0] - 0.5, low)), panel.x(min(shock["years"][1] + 0.5, high)))
            foot, top = panel.box[1], panel.top
            self.bands.append([(first, foot), (last, foot), (last, top), (first, top)])
            name = plain(shock["label"] or say("shock.plain"), 16)
            half = -(-len(name) // 2)
            lines = [name] if len(name) <= 6 else [name[:half], name[half:]]
            middle = self._within(panel, (first + last) / 2, max(width_of(line, SMALL) for line in lines))
            look = {"ha": "center", "va": "top", "linespacing": 1.1, "color": INK_2}
            self.write(middle, top - 0.02 - NAME * n, "\n".join(lines), **look)

    def breaks(self, panel: Panel, breaks: Iterable[tuple[int, str]]) -> None:
        """A dotted line before the year of each break within the years of a panel, with its kind at the foot."""
        edge = lift = 0.0  # where the name before ends, and how far it stands above the foot
        for year, kind in breaks:
            if not panel.across[0] < year - 0.5 < panel.across[1]:
                continue
            place, foot, name = panel.x(year - 0.5), panel.box[1], plain(kind, 8)
            width = width_of(name, SMALL)
            middle = self._within(panel, place, width)
            lift = LINE if middle - width / 2 < edge and not lift else 0.0
            edge = middle + width / 2 + GAP
            self.lines["break"].append([(place, foot + lift + LINE + 0.04), (place, panel.top - panel.ceiling)])
            self.write(middle, foot + lift + 0.03, name, ha="center", color=INK_2)

    def targets(self, panel: Panel, targets: Sequence[tuple[float, str]], own: pd.DataFrame) -> None:
        """A dashed line across a panel for each target, named at the end and the side that a run leaves free."""
        taken = places_of(panel, own)
        for target, words in targets:
            height, width = panel.y(target), width_of(words, SMALL)
            self.lines["target"].append([(panel.box[0], height), (panel.right, height)])
            left, foot = free_place(panel, height, width, taken)
            self.write(left, foot, words, va="bottom")
            taken = np.vstack([taken, [(left + width * n / 8, foot + LINE / 2) for n in range(9)]])

    def run(self, panel: Panel, own: pd.DataFrame, **marks: Sequence) -> None:
        """Gathers a run of values (fiscal_year, value, segment), with `marks`: more columns of as many rows."""
        x, y = _places(panel, own).T
        units = [f"{len(self.runs)} {segment}" for segment in own["segment"]]
        self.runs.append({"x": x, "y": y, "unit": units, **marks})

    def draw_runs(self, **look: object) -> pd.DataFrame:
        """Draws lines through the gathered runs, one for each part between two breaks; gives all runs as one table."""
        runs = pd.DataFrame({name: np.concatenate([run[name] for run in self.runs]) for name in self.runs[0]})
        sns.lineplot(runs, x="x", y="y", units="unit", estimator=None, legend=False, ax=self.axes, **look)
        return runs

    def whole(self, panel: Panel, own: pd.DataFrame) -> None:
        """Gathers the run of the whole (in the order of its years), one line for each part between two breaks."""
        ends = np.flatnonzero(np.diff(own["segment"].to_numpy())) + 1
        self.lines["whole"] += [part for part in np.split(_places(panel, own), ends) if len(part)]

    def close(self) -> None:
        """Draws what the panels gathered: bands first, then the lines by their style."""
        self.axes.add_collection(PolyCollection(self.bands, facecolors=WASH, zorder=0), autolim=False)
        for style, lines in self.lines.items():
            self.axes.add_collection(LineCollection(lines, **STYLES[style]), autolim=False)

    @staticmethod
    def _within(panel: Panel, place: float, width: float) -> float:
        """The middle of a text of a width that keeps inside a panel."""
        return min(max(place, panel.box[0] + width / 2 + 0.02), max(panel.right - width / 2, panel.box[0] + width / 2))


def _places(panel: Panel, own: pd.DataFrame) -> np.ndarray:
    """Where the values of a run stand, one row a value, in inches."""
    return np.column_stack([panel.x(own["fiscal_year"].to_numpy()), panel.y(own["value"].to_numpy())])
