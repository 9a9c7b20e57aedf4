"""Views: small tables, each the answer to one question. Named by what they show; every one takes an evaluation."""

from .committee import (
    change_since_last,
    discussion_points,
    opinion_sheets,
    opinions,
    published_comparison,
    ratings_side_by_side,
)
from .data import data_rows, intake_record, plan_facts, reading_notes, submissions_by_department
from .goals import goal_reports
from .groups import gaps_by_indicator, groups_by_indicator, groups_left_behind
from .indicators import evidence, indicators_by_goal, unclear_reasons
from .links import (
    actor_roles,
    context,
    crosswalk,
    letters_by_actor,
    letters_by_field,
    letters_by_sdg_goal,
    money_by_goal,
    money_by_program,
    sdg_goals,
)
from .plain_words import plain_words
from .rules import letters_by_program, letters_by_rule
from .summary import distribution, goal_counts, letters, method_box, reading_guide
from .sureness import detectable_changes, history_of_letters, marks_by_indicator
from .timeline import timeline
from .values import declared_breaks, remarks_on_values, series_values, target_changes, values_by_year

__all__ = [

    "actor_roles",
    "change_since_last",
    "context",
    "crosswalk",
    "data_rows",
    "declared_breaks",
    "detectable_changes",
    "discussion_points",
    "distribution",
    "evidence",
    "gaps_by_indicator",
    "goal_counts",
    "goal_reports",
    "groups_by_indicator",
    "groups_left_behind",
    "history_of_letters",
    "indicators_by_goal",
    "intake_record",
    "letters",
    "letters_by_actor",
    "letters_by_field",
    "letters_by_program",
    "letters_by_rule",
    "letters_by_sdg_goal",
    "marks_by_indicator",
    "method_box",
    "money_by_goal",
    "money_by_program",
    "opinion_sheets",
    "opinions",
    "plain_words",
    "plan_facts",
    "published_comparison",
    "ratings_side_by_side",
    "reading_guide",
    "reading_notes",
    "remarks_on_values",
    "sdg_goals",
    "series_values",
    "submissions_by_department",
    "target_changes",
    "timeline",
    "unclear_reasons",
    "values_by_year",
]  # fmt: skip
