"""The browsers that can print a page: Chromium, Chrome and Edge, wherever they are installed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
    "microsoft-edge-stable", "msedge",
)  # fmt: skip
WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")  # variables that name them
WINDOWS_PLACES = (
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
    "Chromium/Application/chrome.exe",
)
MAC_FOLDERS = ("/Applications", "~/Applications")
MAC_PLACES = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "Chromium.app/Contents/MacOS/Chromium",
)


def find_browser() -> Path | None:
    """The first browser on the search path, else in the usual places of Windows and macOS; None where there is none."""
    return next((place for place in _places() if place.is_file()), None)


def _places() -> Iterator[Path]:
    yield from (Path(found) for name in NAMES if (found := shutil.which(name)))
    for folder in (os.environ.get(variable) for variable in WINDOWS_FOLDERS):
        yield from (Path(folder, place) for place in WINDOWS_PLACES if folder)
    for folder in MAC_FOLDERS:
        yield from (Path(folder).expanduser() / place for place in MAC_PLACES)
