"""Imported once by the process that workers are forked from: everything that workers and kernels import anyway.

The order matters. pandas asks at its import whether it stands in a notebook and shows more or less of a table
accordingly, so it is told that it does; the backend that shows pictures in notebooks must not be imported at all before a
kernel has started, or every picture is lost. What changes settings when imported is not imported here.

Templates and words are read here too: what a fork finds ready costs it nothing.
"""

from __future__ import annotations

import builtins
import gc
import importlib
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import SimpleNamespace

from .lean import import_kernel, import_nbformat

PATH = [place for place in sys.path if place]  # where a kernel of its own would look for modules
OF_KERNELS = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "matplotlib.backends.backend_agg",
    "seaborn",
    "scipy.optimize",
    "scipy.stats",
    "planeval.batch.kernel_streams",
    "planeval.delivery.notebooks",
    "planeval.telling.charts",
    "planeval.telling.views",
    "planeval.telling.wording",
)
# What a kernel imports when it starts; it does so itself where a version of IPython has no such module any more.
OF_STARTING_KERNELS = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "faulthandler",
    "sqlite3",
    "tornado.platform.asyncio",
)
OF_WORKERS = (
    "openpyxl",
    "papermill",
    "nbconvert",
    "planeval.intake.reading",
    "planeval.export.run_files",
    "planeval.export.plain_text",
    "planeval.batch.worker",
)
READY_TO_SHOW = ("planeval.telling.drawing", "planeval.telling.parts", "planeval.delivery.pages")


@contextmanager
def _as_in_a_notebook() -> Iterator[None]:
    builtins.get_ipython = lambda: SimpleNamespace(kernel=True)
    try:
        yield
    finally:
        del builtins.get_ipython


with _as_in_a_notebook():
    importlib.import_module("pandas")
import_nbformat()
import_kernel()
for library in OF_KERNELS:
    importlib.import_module(library)
for library in OF_STARTING_KERNELS:
    with suppress(ImportError):
        importlib.import_module(library)
FILTERS = list(warnings.filters)  # libraries of the workers alone have their own idea of what to warn of
for library in OF_WORKERS:
    importlib.import_module(library)
for name in READY_TO_SHOW:
    sys.modules[name].prepare()
gc.collect()
gc.freeze()  # pages of what was imported stay shared among all forks
