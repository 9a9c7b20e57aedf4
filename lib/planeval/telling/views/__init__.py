"""Views: small tables, each the answer to one question. Named by what they show; every one takes an evaluation."""

from .cards import indicator_cards
from .committee import (
    change_since_last,
    discussion_points,
    opinion_sheets,
    opinions,
    published_comparison,
    ratings_side_by_side,
)
from .context import activity_around_shock, changed_forms, context, letters_without_shock, pressure
from .cycle import carried_over, followed_decisions, hand_over, project_cycle
from .data import data_rows, intake_record, plan_facts, reading_notes, submissions_by_department
from .goals import goal_reports
from .groups import gaps_by_indicator, group_values, groups_by_indicator, groups_left_behind
from .indicators import evidence, indicators_by_goal, unclear_reasons
from .liaison import questions_by_department, questions_by_field
from .links import (
    actor_loads,
    actor_roles,
    letters_by_actor,
    letters_by_field,
    letters_by_pillar,
    letters_by_sdg_goal,
    lonely_programs,
    sdg_goals,
)
from .money import (
    money_and_movement,
    money_by_goal,
    money_by_program,
    money_change_by_goal,
    money_change_by_program,
    money_change_by_project,
    what_if,
)
from .narratives import narratives_by_program
from .partner import crosswalk, crosswalk_matrix, joint_meetings, joint_progress
from .plain_words import plain_words
from .rules import letters_by_program, letters_by_rule
from .summary import distribution, goal_counts, letters, method_box, reading_guide
from .sureness import detectable_changes, history_of_letters, marks_by_indicator
from .timeline import schedule, timeline
from .values import declared_breaks, remarks_on_values, series_values, target_changes, values_by_year

__all__ = [
    "activity_around_shock",
    "actor_loads",
    "actor_roles",
    "carried_over",
    "change_since_last",
    "changed_forms",
    "context",
    "crosswalk",
    "crosswalk_matrix",
    "data_rows",
    "declared_breaks",
    "detectable_changes",
    "discussion_points",
    "distribution",
    "evidence",
    "followed_decisions",
    "gaps_by_indicator",
    "goal_counts",
    "goal_reports",
    "group_values",
    "groups_by_indicator",
    "groups_left_behind",
    "hand_over",
    "history_of_letters",
    "indicator_cards",
    "indicators_by_goal",
    "intake_record",
    "joint_meetings",
    "joint_progress",
    "letters",
    "letters_by_actor",
    "letters_by_field",
    "letters_by_pillar",
    "letters_by_program",
    "letters_by_rule",
    "letters_by_sdg_goal",
    "letters_without_shock",
    "lonely_programs",
    "marks_by_indicator",
    "method_box",
    "money_and_movement",
    "money_by_goal",
    "money_by_program",
    "money_change_by_goal",
    "money_change_by_program",
    "money_change_by_project",
    "narratives_by_program",
    "opinion_sheets",
    "opinions",
    "plain_words",
    "plan_facts",
    "pressure",
    "project_cycle",
    "published_comparison",
    "questions_by_department",
    "questions_by_field",
    "ratings_side_by_side",
    "reading_guide",
    "reading_notes",
    "remarks_on_values",
    "schedule",
    "sdg_goals",
    "series_values",
    "submissions_by_department",
    "target_changes",
    "timeline",
    "unclear_reasons",
    "values_by_year",
    "what_if",
]  # fmt: skip
