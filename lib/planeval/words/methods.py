"""The methods of judging by name and their settings, as `methods.yaml` declares them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from .own_files import own_yaml

FILE = Path(__file__).with_name("methods.yaml")
# Every scheme and plan may set these, whatever the method.
COMMON_SETTINGS = ("headline_coverage", "headline_minimum", "alert_from")
Value = float | str | tuple[str, ...]


def read_amount(written: object) -> float | None:
    """A number, a percentage or a fraction as a file writes it. Example: 0.8, "80%" and "4/5" → 0.8."""
    if type(written) in {int, float}:
        return written
    text = unicodedata.normalize("NFKC", written).strip() if isinstance(written, str) else ""
    try:
        return float(Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text))
    except (ValueError, ZeroDivisionError, OverflowError):
        return None


@dataclass(frozen=True)
class Setting:
    """One setting: its kind, its default, the words that it may be and what it means."""

    name: str
    kind: str
    default: Value
    meaning: str
    words: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        """What a person may write, in Japanese."""
        if self.words:
            return "、".join(self.words)
        return {"share": "0から1までの数（5%は0.05）", "count": "0以上の整数"}.get(self.kind, "0以上の数")

    def read(self, written: object) -> Value | None:
        """The value that a file writes; None where this setting cannot have it."""
        if self.kind == "word":
            return written if written in self.words else None
        if self.kind == "words":
            is_list = isinstance(written, list) and all(word in self.words for word in written)
            return tuple(written) if is_list else None
        number = read_amount(written)
        is_level = self.name == "significance"
        if number is None or number < 0 or (self.kind == "count" and type(written) is not int):
            return None
        return None if self.kind == "share" and not (0 < number < 1 if is_level else number <= 1) else number


@dataclass(frozen=True)
class MethodWords:
    """What a method may be told (`settings`) and what it may answer (`outcomes`)."""

    settings: tuple[str, ...]
    outcomes: tuple[str, ...]


_DECLARED = own_yaml(FILE)
SETTINGS: dict[str, Setting] = {
    name: Setting(
        name, **facts | {key: tuple(facts[key]) for key in ("default", "words") if type(facts.get(key)) is list}
    )
    for name, facts in _DECLARED["settings"].items()
}
METHODS: dict[str, MethodWords] = {
    name: MethodWords(tuple(facts["settings"]) + COMMON_SETTINGS, tuple(facts["outcomes"]))
    for name, facts in _DECLARED["methods"].items()
}


def needed_outcomes(method: str, settings: Mapping[str, Value]) -> tuple[str, ...]:
    """The answers that a scheme of this method must have a letter for; a rule without pace has no "late"."""
    outcomes = METHODS[method].outcomes
    if method != "steps":
        return outcomes
    unused = {"better"} if settings.get("pace", "none") != "none" else {"on_pace", "behind"}
    unused |= {"improved"} if "no_target" in tuple(settings.get("not_rated", ())) else set()
    return tuple(outcome for outcome in outcomes if outcome not in unused)
