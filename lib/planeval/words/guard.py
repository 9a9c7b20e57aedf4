"""Text in CSV files that a spreadsheet leaves as text, and the same text back."""

from __future__ import annotations

FORMULA_STARTS = tuple("=+-@＝＋－＠")


def guarded(text: str) -> str:
    """Text on one line, with an apostrophe before what looks like a formula or like text that was guarded before."""
    line = text.replace("\r\n", " ").translate({13: " ", 10: " ", 9: " "})
    return f"'{line}" if _is_like_a_formula(line) else line


def unguarded(text: str) -> str:
    """What `guarded` was given, where it put an apostrophe."""
    return text[1:] if text.startswith("'") and _is_like_a_formula(text) else text


def _is_like_a_formula(text: str) -> bool:
    return text.lstrip("'").lstrip().startswith(FORMULA_STARTS)
