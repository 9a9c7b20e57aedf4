"""What stands beside a letter: stability, history with its causes, other rules, weights, false alarms, the next sample."""

from __future__ import annotations

import csv

import pandas as pd
import pytest
from commands import planeval
from plan_folder import write_plan

from planeval import views, wording
from planeval.delivery.adopt import adopt
from planeval.delivery.tables import tables
from planeval.judging.comparison import letters_by_scheme, rule_dependence
from planeval.judging.evaluation import evaluate
from planeval.judging.history import history
from planeval.judging.summary import expected_false_alarms, weighted_on_pace
from planeval.trust.schemes import FOLDER
from planeval.trust.workbook import load_workbook
from planeval.words.problems import DataProblems, WrongUse


def _evaluated(folder, period="second", scheme=None):
    return evaluate(load_workbook(folder.name, folder.parent), period, scheme)


def _seen(values: dict[int, float], name: str = "I-1") -> list[dict]:
    return [{"indicator_id": name, "fiscal_year": year, "value": value} for year, value in values.items()]


@pytest.mark.parametrize(
    ("values", "outcomes", "mark"),
    [
        # Planned from 40 (2020) to 60 (2026): 50 by 2023, 53.3 by 2024, 56.7 by 2025.
        ({2023: 50, 2024: 55}, ("on_pace", "on_pace"), "stable"),
        # From 41 in 2023 the plan is 47.3 by 2024, so that 55 is on pace; without 55 the value 41 is unclear.
        ({2023: 41, 2024: 55}, ("unclear", "on_pace"), "unstable"),
        # Without 50 the latest is 50 of 2023, which is on pace; from 50 on, no change is unclear.
        ({2023: 50, 2024: 50}, ("on_pace", "unclear"), "sensitive"),
        ({2024: 55}, ("", ""), ""),
    ],
)
def test_a_letter_is_stable_where_no_single_value_decides(values, outcomes, mark, tiny_plan):
    found = _evaluated(tiny_plan(observations=_seen(values))).stability.iloc[0]
    assert (found["without_latest"], found["without_baseline"], found["stability"]) == (*outcomes, mark)


def test_a_late_value_near_the_end_carries_an_alert(tiny_plan):
    late = _evaluated(tiny_plan(observations=_seen({2024: 45}))).table.iloc[0]
    early = _evaluated(tiny_plan(observations=_seen({2023: 45})), "first").table.iloc[0]
    assert (late["letter"], early["letter"]) == ("B*", "B*")
    assert "alert" in late["marks"] and "alert" not in early["marks"]


def _causes(folder) -> list[str]:
    return history(_evaluated(folder))["cause"].to_list()


def test_a_letter_that_changed_by_its_value_says_so(tiny_plan):
    assert _causes(tiny_plan(observations=_seen({2022: 40.5, 2025: 59}))) == ["", "data"]


def test_a_letter_that_stayed_has_no_cause(tiny_plan):
    assert _causes(tiny_plan(observations=_seen({2023: 50, 2026: 60}), plan={"periods": [
        {"id": "first", "label": "前半", "kind": "evaluation", "years": [2021, 2023]},
        {"id": "second", "label": "後半", "kind": "evaluation", "years": [2024, 2025]},
    ]}))[0] == ""  # fmt: skip


def test_a_letter_that_changed_by_its_target_says_so(tiny_plan):
    revision = [{"indicator_id": "I-1", "applies_from": 2024, "target_year": 2026, "target": 45}]
    assert _causes(tiny_plan(observations=_seen({2023: 46, 2024: 46}), target_revisions=revision)) == ["", "target"]


def test_a_letter_that_changed_by_the_rule_says_so(tiny_plan):
    periods = [
        {"id": "first", "label": "前半", "kind": "evaluation", "years": [2021, 2023], "scheme": "gap"},
        {"id": "second", "label": "後半", "kind": "evaluation", "years": [2024, 2026], "scheme": "kakogawa"},
    ]
    folder = tiny_plan(observations=_seen({2023: 50, 2024: 54}), plan={"periods": periods})
    assert _causes(folder) == ["", "rule"]


def _adopted(folder, tmp_path, value: str):
    """The first period as it was made public, with another value and letter."""
    made = tmp_path / "outputs" / folder.name / "first" / "tables" / "evaluation.csv"
    made.parent.mkdir(parents=True)
    made.write_bytes(tables(_evaluated(folder, "first"))["tables/evaluation.csv"])
    kept = adopt(folder, "first", tmp_path / "outputs")
    rows = list(csv.DictReader(kept.read_text(encoding="utf-8-sig").splitlines()))
    rows[0] |= {"最新値": value, "評価": "C"}
    with kept.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return kept


def test_a_value_that_was_revised_after_it_was_made_public_is_a_cause(tiny_plan, tmp_path):
    folder = tiny_plan(observations=_seen({2023: 50, 2026: 60}))
    _adopted(folder, tmp_path, "40.5")
    found = history(_evaluated(folder))
    assert found["letter"].to_list() == ["C", "A"]
    assert found["published"].to_list() == ["C", ""]
    assert found["cause"].to_list() == ["", "revision、data"]


def test_a_published_file_of_an_unknown_period_or_with_a_broken_number_is_told(tiny_plan, tmp_path):
    folder = tiny_plan(observations=_seen({2023: 50}))
    kept = _adopted(folder, tmp_path, "五十")
    (kept.parent / "third.csv").write_bytes(kept.read_bytes())
    with pytest.raises(DataProblems) as caught:
        load_workbook(folder.name, folder.parent)
    told = "".join(map(str, caught.value.problems))
    assert "「third」という期間がない" in told and "2行目 列「最新値」：「五十」" in told


def test_nothing_is_adopted_before_it_was_run(tiny_plan, tmp_path):
    with pytest.raises(WrongUse, match="先に planeval run machi --period first"):
        adopt(tiny_plan(), "first", tmp_path)
    assert planeval("adopt", "tokorozawa").returncode == 2


def _many(tmp_path, values: dict[str, float], weights: dict[str, float] | None = None):
    indicators = [
        {"indicator_id": name, "indicator_name": f"指標{name}", "weight": (weights or {}).get(name, "")}
        for name in values
    ]
    seen = [row for name, value in values.items() for row in _seen({2024: value}, name)]
    return _evaluated(write_plan(tmp_path / "machi", indicators=indicators, observations=seen))


def test_weights_are_told_beside_equal_ones_with_their_sensitivity(tmp_path):
    found = weighted_on_pace(_many(tmp_path, {"a": 60, "b": 45}, {"a": 3}).indicators)
    # a is reached, b is late. Weights 3 and 1: 3/4; halved a: 1.5/2.5; doubled a: 6/7; halved b: 3/3.5; doubled b: 3/5.
    assert (found.weighted, found.equal) == (0.75, 0.5)
    assert (found.low, found.high) == pytest.approx((0.6, 6 / 7))
    assert {found.lowest, found.highest} <= {"指標a", "指標b"}


def test_without_weights_there_is_nothing_to_vary(tmp_path):
    assert weighted_on_pace(_many(tmp_path, {"a": 60, "b": 45}).indicators) is None


def test_false_alarms_are_expected_of_tested_indicators_only():
    rows = pd.DataFrame(
        {"route": ["interval", "size", "run", "exact", ""], "outcome": ["worse"] * 3 + ["not_rated"] * 2}
    )
    assert expected_false_alarms(rows, 0.05) == (2, 0.1)


def test_letters_depend_on_the_rule_where_not_all_can_be_true(tmp_path):
    # 60 is reached by every rule; 41 is better for some and not told from chance by others.
    evaluation = _many(tmp_path, {"a": 60, "b": 41})
    letters = letters_by_scheme(evaluation)
    found = rule_dependence(evaluation, letters)
    assert found.to_dict() == {"a": False, "b": True}
    assert "2指標のうち1指標は規則によって評価が変わり" in wording.reading_of_rules(evaluation)._repr_html_()
    assert set(letters["scheme"]) == {path.stem for path in FOLDER.glob("*.yaml")} - {"kanagawa"}


def test_the_smallest_change_that_can_be_told_uses_the_planned_sample(tiny_plan):
    seen = [{"fiscal_year": y, "value": 50, "sample_size": 400, "sample_count": 200} for y in (2020, 2024)]
    indicator = {"unit": "%", "baseline": 50, "survey": "標本", "decimals": 1}
    sizes = []
    for planned in ("", 1600):
        folder = tiny_plan(indicators=[indicator | {"planned_sample": planned}], observations=seen)
        sizes.append(views.detectable_changes(_evaluated(folder)).frame[["planned", "improvement"]].iloc[0].to_list())
    # 1.96 × √(0.25/400 + 0.25/400) ≈ 6.9 points, and with 1,600 the next time 5.5.
    assert [size[0] for size in sizes] == [400, 1600]
    assert [size[1] for size in sizes] == pytest.approx([6.9, 5.5], abs=0.1)


def test_every_view_beside_the_letter_answers_in_one_line_where_there_is_nothing(tiny_plan):
    evaluation = _evaluated(tiny_plan(), "first")
    for view in (views.marks_by_indicator, views.history_of_letters, views.detectable_changes, views.gaps_by_indicator):
        assert "せん。" in view(evaluation)._repr_html_()


def test_three_ratings_that_differ_are_named(tiny_plan):
    ratings = [{"period": "first", "target_id": "I-1", "rating": "D", "reason": "参加者が固定している"}]
    evaluation = _evaluated(tiny_plan(committee_ratings=ratings), "first")
    assert "違うのは「見守りの数」です" in wording.reading_of_three_ratings(evaluation)._repr_html_()
    assert evaluation.table["letter"].item() == "B"
