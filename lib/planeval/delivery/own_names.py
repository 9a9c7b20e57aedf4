"""Names of files are UTF-8, whatever the locale says: what we publish has Japanese names, and a plan is often shared."""

from __future__ import annotations

import os
import sys


def take_names_for_utf_8() -> None:
    """Where Python would take the bytes of names for another code (ja_JP.eucJP, say), begin this command anew so that it does not."""
    if sys.getfilesystemencoding() != "utf-8" and not sys.flags.utf8_mode:
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])
