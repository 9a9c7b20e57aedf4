"""Text in CSV files that a spreadsheet leaves as text, and the same text back."""

from __future__ import annotations

import re

# What a spreadsheet computes, after any blanks; apostrophes before it count too, so that taking one off is exact.
LIKE_A_FORMULA = re.compile(r"[\s']*[=+\-@＝＋－＠]")


def guarded(text: str) -> str:
    """Text on one line, with an apostrophe before what looks like a formula. Example: =1+1 → '=1+1, '=1+1 → ''=1+1."""
    line = text.replace("\r\n", " ").translate({13: " ", 10: " ", 9: " "})
    return f"'{line}" if LIKE_A_FORMULA.match(line) else line


def unguarded(text: str) -> str:
    """What `guarded` was given, where it put an apostrophe."""
    return text[1:] if text.startswith("'") and LIKE_A_FORMULA.match(text) else text
