"""Importing libraries without what a batch does not use of them."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# jupyterlab brings it, jsonschema imports it where it is, and it builds a grammar of addresses for a second or two;
# no notebook's schema asks for the check that it is for.
GRAMMAR = "rfc3987_syntax"
DEBUGGER = "debugpy"  # nobody debugs a kernel of the batch, and half of a kernel's start is its import


def import_nbformat() -> None:
    """Import nbformat, and jsonschema under it, without the grammar of addresses."""
    with _absent(GRAMMAR):
        importlib.import_module("nbformat")


def import_kernel() -> None:
    """Import ipykernel with what it imports when a kernel starts, without a debugger."""
    with _absent(DEBUGGER):
        importlib.import_module("ipykernel.debugger")


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
