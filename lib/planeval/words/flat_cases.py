"""The columns of a flat table of cases, as `planeval rate` reads it: one row a case, in English words."""

from __future__ import annotations

DIRECTIONS = ("increase", "decrease", "maintain", "range", "suppress", "binary", "none", "unknown")
# Column → kind. The first nine must be there; an empty cell means that it is not known.
COLUMNS = {
    "case_id": "text",
    "unit": "text",
    "direction": DIRECTIONS,
    "baseline_year": "year",
    "baseline": "number",
    "target_year": "year",
    "target": "number",
    "year": "year",
    "actual": "number",
    "target_upper": "number",
    "better": ("up", "down"),
    "series": "pairs",
    "baseline_n": "size",
    "baseline_x": "amount",
    "baseline_se": "amount",
    "n": "size",
    "x": "amount",
    "se": "amount",
    "design_effect": "size",
    "baseline_exposure": "size",
    "exposure": "size",
    "is_count": "flag",
    "is_survey": "flag",
    "path": ("linear", "geometric", "milestones"),
    "milestones": "pairs",
    "limit": "number",
    "min_change": "amount",
}
NEEDED = tuple(COLUMNS)[:9]
# What `rate` adds to each row.
ANSWERS = (
    *("scheme", "rating", "lean", "reason", "route", "gap_baseline", "gap_now", "closed_share", "planned_share"),
    *("change", "p", "low", "high", "n_points", "value", "score"),
)
