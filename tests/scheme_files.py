"""A small rating scheme of a made-up town, written as a file that the library reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

# Letter → outcomes of a rule that asks: reached? – better, unchanged or worse?
STEPS = {"S": ["reached"], "A": ["better", "improved"], "B": ["unclear"], "C": ["worse"], "－": ["not_rated"]}
TONES = ("A", "B", "B*", "C", "D", "E")


def scheme_text(name: str, outcomes: Mapping[str, Sequence[str]] = STEPS, **keys: object) -> str:
    """The file of a scheme by `steps`; `keys` change its other keys, `bands` give letters their limits."""
    bands = keys.pop("bands", {})
    letters = [
        {
            "letter": letter,
            "word": f"{letter}の言葉",
            "symbol": letter[0],
            "tone": TONES[min(place, len(TONES) - 1)],
            "outcomes": list(own),
            "sentence": f"{letter}です。",
            "rule": f"{letter}の決まり。",
        }
        | ({"band": bands[letter]} if letter in bands else {})
        for place, (letter, own) in enumerate(outcomes.items())
    ]
    usual = {"name": name, "title": f"{name}の規則", "sentence": "試しの規則です。", "method": "steps", "version": "1",
             "source": "試し", "letters": letters}  # fmt: skip
    return yaml.safe_dump(usual | keys, allow_unicode=True, sort_keys=False)


def write_scheme(path: Path, outcomes: Mapping[str, Sequence[str]] = STEPS, **keys: object) -> Path:
    """Write such a file, named as its path says, and return the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(scheme_text(path.stem, outcomes, **keys), encoding="utf-8")
    return path
