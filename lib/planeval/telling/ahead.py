"""What more than one notebook asks for, worked out before an evaluation is handed to all of them."""

from __future__ import annotations

from ..judging.cycle import carried_over, followed_decisions, hand_over
from ..judging.evaluation import Evaluation
from ..judging.links import money_by_program, with_goals
from ..judging.money import money_and_movement
from ..judging.path import limits_of_values, planned_values
from ..judging.series import total_series
from ..judging.shocks import letters_without_shock
from .views.committee import three_ratings
from .views.context import pressures
from .views.groups import left_behind
from .views.partner import joint_items

# Each keeps what it found with the evaluation (`judging.once`); one that is not named here is worked out where it is asked for.
SHARED = (
    carried_over,
    followed_decisions,
    hand_over,
    joint_items,
    left_behind,
    letters_without_shock,
    limits_of_values,
    money_and_movement,
    money_by_program,
    planned_values,
    pressures,
    three_ratings,
    total_series,
    with_goals,
)


def work_out_ahead(evaluation: Evaluation) -> None:
    """Work out the fingerprint and everything of `SHARED`."""
    _ = evaluation.fingerprint
    for function in SHARED:
        function(evaluation)
