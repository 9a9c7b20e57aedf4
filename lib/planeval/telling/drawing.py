"""Drawing a picture: own fonts and styles, the same bytes for the same input, every glyph present."""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from .formats import shortened
from .vocabulary import say

# The line colours of the six tones (report.css has the same); shapes tell them apart in grey.
COLOURS = {"A": "#005a9c", "B": "#0b7a4b", "B*": "#8a5a00", "C": "#5b5b5b", "D": "#b00020", "E": "#6b4e9b"}
SHAPES = {"A": "o", "B": "s", "B*": "^", "C": "D", "D": "v", "E": "X"}
INK, INK_2, RULE, WASH = "#1b1b1b", "#4a4a4a", "#767b80", "#f0f1f3"
WIDTH, DPI = 10.5, 110
GREYS = (INK, "#4a4a4a", RULE, "#d3d6d9", WASH)
STEPS_TO_WHITE = 20


@dataclass(frozen=True)
class Chart:
    """A drawn picture (PNG) with its caption, note and alternative text."""

    png: bytes
    alt: str
    caption: str
    note: str = ""

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        data = {"image/png": base64.b64encode(self.png).decode("ascii"), "text/plain": repr(self)}
        return data, {"image/png": {"alt": self.alt, "caption": self.caption, "note": self.note}}


def drawn(size: tuple[float, float], draw: Callable[[Figure], None], layout: str | None = "constrained") -> bytes:
    """A figure as PNG bytes: own fonts and styles, the same bytes for the same input, every glyph present."""
    font = font_manager.FontProperties(fname=_font_path()).get_name()
    font_manager.fontManager.addfont(_font_path())
    style = dict.fromkeys(["text.color", "axes.labelcolor", "xtick.color", "ytick.color"], INK)
    style |= dict.fromkeys(["axes.spines.top", "axes.spines.right", "axes.unicode_minus"], False)
    style |= {"font.family": font, "font.size": 10, "axes.edgecolor": RULE}
    with mpl.rc_context(style), warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph")
        figure = Figure(figsize=size, dpi=DPI, layout=layout)
        draw(figure)
        stream = io.BytesIO()
        figure.savefig(stream, format="png", metadata={"Software": None})
    return _small(stream)


def _small(picture: io.BytesIO) -> bytes:
    """The same picture by a table of our colours: a fraction of the size, so that a page of many pictures opens at once."""
    stream, dither = io.BytesIO(), Image.Dither.NONE
    Image.open(picture).convert("RGB").quantize(palette=_palette(), dither=dither).save(stream, format="png")
    return stream.getvalue()


@cache
def _palette() -> Image.Image:
    """Every colour that is drawn, in equal steps to white."""
    steps = [step / STEPS_TO_WHITE for step in range(STEPS_TO_WHITE)]
    drawn = [tuple(round(255 * part) for part in to_rgb(colour)) for colour in [*COLOURS.values(), *GREYS]]
    shades = [round(part + (255 - part) * step) for colour in drawn for step in steps for part in colour]
    palette = Image.new("P", (1, 1))
    palette.putpalette([*shades, 255, 255, 255])
    return palette


@cache
def _font_path() -> str:
    import matplotlib_fontja  # sets its font as the default when imported; every figure here brings its own settings

    return matplotlib_fontja.get_font_ttf_path()


@cache
def _glyphs() -> frozenset[int]:
    return frozenset(font_manager.get_font(_font_path()).get_charmap())


def shock_bands(axes: Axes, shocks: Iterable[Mapping], years: tuple[float, float]) -> None:
    """The part of each shock within `years` as a grey band over the whole height, with its name at the top.

    A name has two lines at most and keeps inside the picture; those of several shocks stand one below the other.
    """
    for n, shock in enumerate(visible_shocks(shocks, years)):
        first, last = max(shock["years"][0] - 0.5, years[0]), min(shock["years"][1] + 0.5, years[1])
        axes.axvspan(first, last, color=WASH, zorder=0)
        name = plain(shock["label"] or say("shock.plain"), 16)
        half = -(-len(name) // 2)
        text = name if len(name) <= 6 else f"{name[:half]}\n{name[half:]}"
        middle = ((first + last) / 2 - years[0]) / (years[1] - years[0])
        x, side = (0, "left") if middle < 0.25 else (1, "right") if middle > 0.75 else (middle, "center")
        place = {"xycoords": "axes fraction", "textcoords": "offset points", "ha": side, "va": "top"}
        axes.annotate(text, (x, 0.99), (0, -18 * n), fontsize=7.5, linespacing=1.1, color=INK_2, zorder=1, **place)


def visible_shocks(shocks: Iterable[Mapping], years: tuple[float, float]) -> list[Mapping]:
    """The shocks that fall, at least in part, into the years of a picture."""
    return [shock for shock in shocks if shock["years"][0] - 0.5 < years[1] and shock["years"][1] + 0.5 > years[0]]


def room_for_names(axes: Axes, *, above: int, below: bool) -> None:
    """Empty space within the axes for the names of `above` bands at the top and of breaks at the foot."""
    low, high = axes.get_ylim()
    axes.set_ylim(low - 0.12 * (high - low) * below, high + 0.42 * (high - low) * above)


def break_lines(axes: Axes, breaks: Iterable[tuple[int, str]], years: tuple[float, float]) -> None:
    """A dotted line before the year of each break within `years`, with its kind at the foot."""
    for year, kind in breaks:
        if not years[0] < year - 0.5 < years[1]:
            continue
        axes.axvline(year - 0.5, color=RULE, linestyle=":", linewidth=1.2)
        place = {"xycoords": ("data", "axes fraction"), "ha": "center", "va": "bottom", "color": INK_2}
        axes.annotate(plain(kind, 8), (year - 0.5, 0.01), fontsize=7.5, **place)


def plain(text: str, length: int = 40) -> str:
    """A text as a picture can show it: no formula, characters without a glyph as 〓 (the table has the original)."""
    known = "".join(ch if ord(ch) in _glyphs() else " " if ch.isspace() else "〓" for ch in shortened(text, length))
    return known.replace("$", r"\$")
