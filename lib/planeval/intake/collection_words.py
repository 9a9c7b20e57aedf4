"""What collection workbooks and reminders say, as `collection.yaml` has it."""

from __future__ import annotations

from pathlib import Path

import yaml

from ..trust.plans import Period
from ..words.fiscal_years import years_label

WORDS: dict = yaml.safe_load(Path(__file__).with_name("collection.yaml").read_text(encoding="utf-8"))


def period_label(period: Period) -> str:
    """The label of a period, with its years where there are several."""
    first, last = period.first_year, period.last_year
    return period.label if first == last else f"{period.label}（{years_label(first, last)}）"
