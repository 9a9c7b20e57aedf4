"""Parts of a page: a macro of `templates/` with its plain input. Everything that is shown is escaped by Jinja."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache

import jinja2
import pandas as pd

from ..judging.evaluation import Evaluation
from .vocabulary import entry, fill, say


@cache
def _environment() -> jinja2.Environment:
    loader = jinja2.PackageLoader("planeval.telling", "templates")
    return jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def prepare() -> None:
    """Read the words and every template ahead of the first piece of a page."""
    entry("page")
    for name in _environment().list_templates():
        _module(name)


@cache
def _module(name: str) -> jinja2.environment.TemplateModule:
    return _environment().get_template(name).module


@dataclass(frozen=True)
class Part:
    """One piece of a page, and its figures or what makes them."""

    template: str
    macro: str
    arguments: tuple
    figures: pd.DataFrame | Callable[[], pd.DataFrame] | None = field(default=None, compare=False)

    @property
    def frame(self) -> pd.DataFrame | None:
        """The figures as a table for those who want to calculate on; None where there are none."""
        return self.figures() if callable(self.figures) else self.figures

    def __repr__(self) -> str:
        return f"<{self.macro}>"

    def _repr_html_(self) -> str:
        return str(getattr(_module(f"{self.template}.html.j2"), self.macro)(*self.arguments))


@dataclass(frozen=True)
class Parts:
    """Several pieces, one below the other."""

    parts: tuple[Part, ...]

    def __repr__(self) -> str:
        return "<" + " ".join(part.macro for part in self.parts) + ">"

    def _repr_html_(self) -> str:
        return "".join(part._repr_html_() for part in self.parts)


def together(parts: Iterable[Part | Parts]) -> Parts:
    """Pieces in order."""
    return Parts(tuple(single for part in parts for single in (part.parts if isinstance(part, Parts) else [part])))


def absent(key: str) -> Part:
    """The one line that stands where a plan has nothing to show."""
    return Part("parts", "empty", (say(f"absent.{key}"),))


def told(key: str, **values: object) -> Part:
    """One paragraph: the text under a key, with values filled in."""
    return Part("parts", "paragraph", (say(key, **values),))


def sentences(texts: Iterable[object]) -> Part:
    """A paragraph or, from four on, a list."""
    return Part("parts", "sentences", (list(texts),))


def facts(evaluation: Evaluation, key: str, macro: str = "facts", **values: object) -> Part:
    """A list of terms (the labels under `key`), each with its value; the templates know plan, period and scheme."""
    values |= {name: getattr(evaluation, name) for name in ("plan", "period", "scheme")}
    return Part("parts", macro, ([[term, fill(template, values)] for term, template in entry(key).items()],))
