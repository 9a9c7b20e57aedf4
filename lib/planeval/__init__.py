"""planeval: evaluation of a municipal plan, from departments' figures to a committee's report."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .delivery.notebooks import load
    from .telling import charts, views, wording

# What notebooks use, imported only when asked for so that the command line answers at once.
_HOMES = {
    "load": "planeval.delivery.notebooks",
    "charts": "planeval.telling.charts",
    "views": "planeval.telling.views",
    "wording": "planeval.telling.wording",
}
__all__ = ["__version__", "charts", "load", "views", "wording"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'planeval' has no attribute '{name}'")
    home = import_module(_HOMES[name])
    return home.load if name == "load" else home
