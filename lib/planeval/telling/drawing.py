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
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font, LoadFlags
from PIL import Image

from .formats import shortened
from .parts import Part

# The line colours of the six tones (report.css has the same); shapes tell them apart in grey.
COLOURS = {"A": "#005a9c", "B": "#0b7a4b", "B*": "#8a5a00", "C": "#5b5b5b", "D": "#b00020", "E": "#6b4e9b"}
SHAPES = {"A": "o", "B": "s", "B*": "^", "C": "D", "D": "v", "E": "X"}
INK, INK_2, RULE, GRID, WASH = "#1b1b1b", "#4a4a4a", "#767b80", "#d3d6d9", "#f0f1f3"
WIDTH, DPI = 10.5, 110
GREYS = (INK, INK_2, RULE, GRID, WASH)
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


def shown(chart: Chart, title: str) -> Part:
    """One of several pictures of a cell, as a piece of a page with a caption of its own."""
    data = base64.b64encode(chart.png).decode("ascii")
    return Part("parts", "picture", ({"data": data, "alt": chart.alt, "caption": title, "note": chart.note},))


def drawn(size: tuple[float, float], draw: Callable[[Figure], None], layout: str | None = "constrained") -> bytes:
    """A figure as PNG bytes: own fonts and styles, the same bytes for the same input, every glyph present."""
    style = dict.fromkeys(["text.color", "axes.labelcolor", "xtick.color", "ytick.color"], INK)
    style |= dict.fromkeys(["axes.spines.top", "axes.spines.right", "axes.unicode_minus"], False)
    # Without hinting, letters are as wide as `width_of` measures them, and a fifth of the time for drawing is spared.
    style |= {"font.family": _font(_font_path()), "font.size": 10, "text.hinting": "none", "axes.edgecolor": RULE}
    with mpl.rc_context(style), warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph")
        figure = Figure(figsize=size, dpi=DPI, layout=layout)
        canvas = FigureCanvasAgg(figure)
        draw(figure)
        canvas.draw()
    return _small(canvas)


def _small(canvas: FigureCanvasAgg) -> bytes:
    """A picture by a table of our colours: a fraction of the size, so that a page of many pictures opens at once."""
    stream, size = io.BytesIO(), canvas.get_width_height()
    picture = Image.frombuffer("RGBA", size, canvas.buffer_rgba(), "raw", "RGBA", 0, 1).convert("RGB")
    picture.quantize(palette=_palette(), dither=Image.Dither.NONE).save(stream, format="png")
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


def prepare() -> None:
    """Import what drawing imports and make the table of colours, ahead of the first picture.

    No font is opened: forks of this process would share the place in its file. And none is set as the default, which is
    for the first picture of a kernel to do.
    """
    canvas = FigureCanvasAgg(Figure(figsize=(1, 1), dpi=DPI))
    canvas.draw()
    _small(canvas)


@cache
def _font_path() -> str:
    import matplotlib_fontja  # sets its font as the default when imported; every figure here brings its own settings

    return matplotlib_fontja.get_font_ttf_path()


@cache
def _font(path: str) -> str:
    """The name of a font file, which matplotlib knows from then on."""
    font_manager.fontManager.addfont(path)
    return font_manager.FontProperties(fname=path).get_name()


@cache
def _glyphs() -> frozenset[int]:
    return frozenset(font_manager.get_font(_font_path()).get_charmap())


def visible_shocks(shocks: Iterable[Mapping], years: tuple[float, float]) -> list[Mapping]:
    """The shocks that fall, at least in part, into the years of a picture."""
    return [shock for shock in shocks if shock["years"][0] - 0.5 < years[1] and shock["years"][1] + 0.5 > years[0]]


def plain(text: str, length: int = 40) -> str:
    """A text as a picture can show it: no formula, characters without a glyph as 〓 (the table has the original)."""
    known = "".join(ch if ord(ch) in _glyphs() else " " if ch.isspace() else "〓" for ch in shortened(text, length))
    return known.replace("$", r"\$")


def width_of(text: str, size: float) -> float:
    """How wide the longest line of a text of a size in points is, in inches, before anything is drawn."""
    return max(sum(map(_advance, line)) for line in text.split("\n")) * size / 72


def fitting(text: str, size: float, room: float, most: int) -> str:
    """A text as a picture can show it, of at most so many characters as have room in a width in inches."""
    tries = (plain(text, length) for length in range(most, 2, -1))
    return next((found for found in tries if width_of(found, size) <= room), plain(text, 2))


@cache
def _advance(character: str) -> float:
    """The width of a character as a share of its size."""
    font = _measure(_font_path())
    return font.load_char(ord(character), LoadFlags.NO_SCALE).horiAdvance / font.units_per_EM


@cache
def _measure(path: str) -> FT2Font:
    """A font of its own for measuring: the one that draws keeps its state."""
    return FT2Font(path)
