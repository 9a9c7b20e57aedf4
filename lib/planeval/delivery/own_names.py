"""Names of files are UTF-8, whatever the locale says: what we publish has Japanese names, and a plan is often shared."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

OWN_WORDS = Path("/proc/self/cmdline")  # as bytes: what Python made of them in that locale may not be what was typed


def take_names_for_utf_8() -> None:
    """Where Python would take the bytes of names for another code (ja_JP.eucJP, say), begin this command anew so that it does not.

    Windows and macOS name files in Unicode.
    """
    if sys.getfilesystemencoding() == "utf-8" or sys.flags.utf8_mode or not OWN_WORDS.exists():
        return
    program, *words = OWN_WORDS.read_bytes().split(b"\0")[:-1]
    with suppress(OSError):  # whoever started Python may have called it by a name that is no program's
        os.execvp(program, [program, b"-X", b"utf8", *words])
