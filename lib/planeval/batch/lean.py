"""Importing nbformat without what it does not use."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# jupyterlab brings it, jsonschema imports it where it is, and it builds a grammar of addresses for a second or two;
# no notebook's schema asks for the check that it is for.
GRAMMAR = "rfc3987_syntax"


def import_nbformat() -> None:
    """Import nbformat, and jsonschema under it, without the grammar of addresses."""
    with _absent(GRAMMAR):
        importlib.import_module("nbformat")


@contextmanager
def _absent(module: str) -> Iterator[None]:
    """Within it an import of a module that was not imported before fails, as if it were not installed."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]  # Python's own way to say so
    try:
        yield
    finally:
        del sys.modules[module]
