"""Closed lists of the judging: outcomes from best to worst, reasons why nothing can be judged."""

PERIOD_KINDS = ("evaluation", "progress")
# What a rating says, whatever letter a scheme prints for it.
# `better` is an improvement that the scheme does not compare with a plan, `improved` one that has no target.
OUTCOMES = ("reached", "on_pace", "better", "improved", "behind", "unclear", "worse", "not_rated")
ON_PACE = frozenset({"reached", "on_pace"})
REASONS = (
    "no_baseline", "no_recent_value", "break_not_bridged", "definition_changed", "withheld_small_number",
    "target_missing", "direction_missing", "stale", "survey_cancelled", "not_submitted", "not_applicable",
)  # fmt: skip
