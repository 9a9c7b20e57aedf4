"""Draws the figures of `docs/method.md` with the library: `python docs/make_figures.py`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from planeval.judging.outlook import outlook
from planeval.judging.ratings import judge
from planeval.telling.drawing import COLOURS, INK, RULE, drawn
from planeval.trust.schemes import load_scheme

IMAGES = Path(__file__).with_name("images")
BASELINE, TARGET, FIRST, LAST = 40.0, 60.0, 2020, 2030
STEP = 0.25  # between the values that are tried
SERIES = {2020: 40.0, 2021: 41.2, 2022: 41.8, 2023: 43.6, 2024: 44.1, 2025: 45.9, 2026: 46.4}


def main() -> None:
    """Write all figures."""
    IMAGES.joinpath("method_pace.png").write_bytes(drawn((8, 4), _pace))
    IMAGES.joinpath("method_outlook.png").write_bytes(drawn((8, 4), _outlook))


def _cases(years: np.ndarray, values: np.ndarray) -> pd.DataFrame:
    """An increase from baseline to target, seen in each year with each value."""
    count = len(years)
    texts = {"unit": "%", "target_kind": "increase", "path": "linear"}
    empty = ("direction", "survey", "reason", "flags", "group_kind", "group")
    numbers = ("target_upper", "min_change", "n", "x", "se", "design_effect", "count", "exposure")
    before = ("n", "x", "se", "design_effect", "count", "exposure")
    years_of = {"baseline_year": np.full(count, FIRST), "target_year": np.full(count, LAST), "fiscal_year": years}
    return pd.DataFrame({
        "indicator_id": [str(n) for n in range(count)], "baseline": BASELINE, "target": TARGET, "value": values,
        "is_count": False, "is_restarted": False, "baseline_bridge": 1.0,
        **{name: pd.array(numbers, dtype="Int64") for name, numbers in years_of.items()},
        **{name: pd.Series([text] * count, dtype="str") for name, text in (texts | dict.fromkeys(empty, "")).items()},
        **dict.fromkeys((*numbers, *(f"baseline_{name}" for name in before)), np.nan),
    })  # fmt: skip


def _pace(figure: Figure) -> None:
    """Which letter each value gets in each year."""
    axes = figure.add_subplot()
    years, values = np.meshgrid(np.arange(FIRST + 1, LAST), np.arange(34, 62 + STEP / 2, STEP))
    cases = _cases(years.ravel(), values.ravel())
    none = pd.DataFrame({"case": [0][:0], "fiscal_year": [0][:0], "value": [0.0][:0]})
    letters = judge(cases, none, none, load_scheme("gap"), {})["letter"]
    for letter in ("A", "B", "B*", "C", "D"):
        own = letters.eq(letter).to_numpy()
        axes.bar(years.ravel()[own], STEP, bottom=values.ravel()[own] - STEP / 2, width=0.8, color=COLOURS[letter])
        middle = values.ravel()[own & (years.ravel() == FIRST + 6)].mean()
        axes.annotate(letter, (FIRST + 6, middle), color="white", ha="center", va="center", fontsize=13)
    axes.plot([FIRST, LAST], [BASELINE, TARGET], color=INK, linewidth=1.5)
    axes.set(
        xlabel="評価した年度",
        ylabel="最新値（％）",
        title="基準値40（2020年度）から目標値60（2030年度）までの予定の線と評価の文字",
    )


def _outlook(figure: Figure) -> None:
    """The line through the values, and the interval at the target year."""
    axes = figure.add_subplot()
    years, values = np.array(list(SERIES)), np.array(list(SERIES.values()))
    points = pd.DataFrame({"case": 0, "fiscal_year": years, "value": values})
    found = outlook(_cases(years[-1:], values[-1:]), points, []).iloc[0]
    axes.plot(years, values, "o-", color=COLOURS["A"])
    axes.plot(
        [years[0], LAST], [np.polyval(np.polyfit(years, values, 1), years[0]), found["outlook_middle"]], color=RULE
    )
    axes.vlines(LAST, found["outlook_low"], found["outlook_high"], color=COLOURS["D"], linewidth=6)
    axes.axhline(TARGET, color=INK, linestyle="--")
    axes.annotate("目標値60", (FIRST, TARGET), va="bottom")
    axes.annotate("80％予測区間", (LAST, found["outlook_high"]), ha="right", va="bottom")
    axes.set(
        xlabel="年度", ylabel="値（％）", ylim=(36, 64), title="この例では区間の全体が目標に届かないので「届きにくい」"
    )


if __name__ == "__main__":
    main()
