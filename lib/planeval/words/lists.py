"""Closed lists of the judging: outcomes from best to worst, reasons why nothing can be judged, settings."""

PERIOD_KINDS = ("evaluation", "progress")
# What a rating says, whatever letter a scheme prints for it.
OUTCOMES = ("reached", "on_pace", "improved", "behind", "unclear", "worse", "not_rated")
ON_PACE = frozenset({"reached", "on_pace"})
REASONS = (
    "no_baseline", "no_recent_value", "break_not_bridged", "definition_changed", "withheld_small_number",
    "target_missing", "direction_missing", "stale", "survey_cancelled", "not_submitted",
)  # fmt: skip
# What a scheme file or plan.yaml may set, with its default (docs/method.md).
SETTINGS = {
    "material_share": 0.10,
    "level_share": 0.05,
    "significance": 0.05,
    "tolerance": 0.05,
    "relative_change": 0.05,
    "headline_coverage": 0.6,
    "headline_minimum": 2,
}
