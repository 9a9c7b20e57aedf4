"""Small numbers are withheld from everything that comes after the reading, and nothing gives them away."""

from __future__ import annotations

import inspect
from dataclasses import replace

import pandas as pd
import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from plan_folder import write_plan

from planeval.delivery import tables as exports
from planeval.delivery.examine import examine
from planeval.judging.disclosure import HUSHED, HUSHED_NOTE, disclosed
from planeval.judging.evaluation import evaluate
from planeval.judging.small_numbers import withheld_rows
from planeval.telling import charts, views, wording
from planeval.trust.workbook import load_workbook
from planeval.words.problems import DataProblems

THRESHOLD = 10
FIGURES = ["value", "sample_size", "sample_count", "standard_error", "design_effect"]
COUNT, RATE = {"is_count": "はい", "unit": "件"}, {"unit": "%", "survey": "標本"}
DISTRICTS = ["東", "西", "南", "北"]
# Every picture that is made of an evaluation.
CHARTS = [
    name
    for name, made in vars(charts).items()
    if inspect.isfunction(made) and list(inspect.signature(made).parameters) == ["evaluation"]
]


def counts(numbers: dict[str, float | str], year: int = 2023, kind: str = "地区") -> list[dict]:
    """Rows of a count by district; 全体 is the total, text the reason why there is no number."""
    return [
        {"fiscal_year": year, "missing" if isinstance(number, str) else "value": number}
        | ({} if name == "全体" else {"group_kind": kind, "group": name})
        for name, number in numbers.items()
    ]


def rates(numbers: dict[str, tuple[int, int]], year: int = 2023) -> list[dict]:
    """Rows of a rate by district: how many of how many."""
    return [
        {"fiscal_year": year, "value": round(100 * hits / size, 1), "sample_size": size, "sample_count": hits}
        | ({} if name == "全体" else {"group_kind": "地区", "group": name})
        for name, (hits, size) in numbers.items()
    ]


def seen_by_all(folder) -> pd.DataFrame:
    """Observations after disclosure control, by year and group."""
    workbook = disclosed(load_workbook(folder.name, folder.parent))
    return workbook["observations"].set_index(["fiscal_year", "group"])


def withheld(folder) -> set[str]:
    """Groups of any year that are withheld."""
    found = seen_by_all(folder)
    return set(found[found["missing"].eq("withheld")].index.get_level_values("group"))


def test_a_small_count_is_withheld_with_the_cheapest_that_protects_it(tiny_plan):
    rows = counts({"全体": 100, "東": 7, "西": 2, "南": 31, "北": 60})
    found = seen_by_all(tiny_plan(indicators=[COUNT], observations=rows))
    assert found["missing"].to_list() == ["", "withheld", "withheld", "withheld", ""]
    assert found.loc[found["missing"].eq("withheld"), FIGURES].isna().all(axis=None)
    assert found["value"].dropna().to_list() == [100, 60]


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [(None, {"東", "西", "南"}), (5, {"西", "東"}), (3, {"西", "東"}), (2, set()), (1, set()), (0, set())],
)
def test_the_plan_says_what_is_small(threshold, expected, tiny_plan):
    rows = counts({"全体": 100, "東": 7, "西": 2, "南": 31, "北": 60})
    plan = {} if threshold is None else {"disclosure_threshold": threshold}
    assert withheld(tiny_plan(plan=plan, indicators=[COUNT], observations=rows)) == expected


def test_without_a_total_a_small_count_needs_no_company(tiny_plan):
    rows = counts({"東": 7, "西": 20, "南": 31})
    assert withheld(tiny_plan(indicators=[COUNT], observations=rows)) == {"東"}


def test_two_kinds_of_group_have_the_same_total_though_it_is_not_sent(tiny_plan):
    rows = counts({"東": 7, "西": 20, "南": 31}) + counts({"女性": 30, "男性": 28}, kind="性別")
    assert withheld(tiny_plan(indicators=[COUNT], observations=rows)) == {"東", "西"}


def test_the_baseline_among_the_indicators_is_a_total_too(tiny_plan):
    rows = [*counts({"全体": 45}), *counts({"東": 4, "西": 16, "南": 20}, 2020)]
    assert withheld(tiny_plan(indicators=[COUNT | {"baseline": 40}], observations=rows)) == {"東", "西"}


def test_zeros_are_shown_unless_the_total_makes_them_revealing(tiny_plan):
    shown = counts({"全体": 50, "東": 0, "西": 7, "南": 13, "北": 30})
    assert withheld(tiny_plan(indicators=[COUNT], observations=shown)) == {"西", "南"}
    revealing = counts({"全体": 4, "東": 0, "西": 4, "南": 0, "北": 0})
    found = seen_by_all(tiny_plan(indicators=[COUNT], observations=revealing))
    assert found["value"].dropna().to_list() == [4] and found["missing"].eq("withheld").sum() == 4


def test_people_of_no_known_district_leave_room_for_doubt_only_where_they_are_many(tiny_plan):
    many = counts({"全体": 100, "東": 7, "西": 20, "南": 31})
    assert withheld(tiny_plan(indicators=[COUNT], observations=many)) == {"東"}
    few = counts({"全体": 60, "東": 7, "西": 20, "南": 31})
    assert withheld(tiny_plan(indicators=[COUNT], observations=few)) == {"東", "西"}


def test_groups_that_overlap_tell_nothing_of_each_other(tiny_plan):
    rows = counts({"全体": 40, "東": 7, "西": 20, "南": 31})
    assert withheld(tiny_plan(indicators=[COUNT], observations=rows)) == {"東"}


def test_a_rate_is_withheld_with_its_numerator_and_its_size(tiny_plan):
    rows = rates({"全体": (300, 1000), "東": (7, 137), "西": (90, 263), "南": (203, 600)})
    found = seen_by_all(tiny_plan(indicators=[RATE], observations=rows))
    assert found["missing"].to_list() == ["", "withheld", "withheld", ""]
    assert found.loc[found["missing"].ne(""), FIGURES].isna().all(axis=None)


def test_a_rate_and_its_size_give_the_numerator_away(tiny_plan):
    rows = rates({"全体": (300, 1000), "東": (7, 137), "西": (90, 263), "南": (203, 600)})
    without_hits = [{name: cell for name, cell in row.items() if name != "sample_count"} for row in rows]
    assert withheld(tiny_plan(indicators=[RATE], observations=without_hits)) == {"東", "西"}


def test_few_people_asked_are_withheld_so_that_their_number_is_not_the_rest_of_all(tiny_plan):
    rows = rates({"全体": (30, 200), "東": (0, 6), "西": (14, 84), "南": (16, 110)})
    assert withheld(tiny_plan(indicators=[RATE], observations=rows)) == {"東", "西"}


def test_what_a_department_withholds_is_protected_by_the_same_attack(tiny_plan):
    rows = counts({"全体": 100, "東": "秘匿", "西": 25, "南": 31, "北": 38})
    found = seen_by_all(tiny_plan(indicators=[COUNT], observations=rows))
    assert found["missing"].to_list() == ["", "withheld", "withheld", "", ""]


def test_a_department_that_withheld_enough_is_left_alone(tiny_plan):
    rows = counts({"全体": 100, "東": "秘匿", "西": "秘匿", "南": 31, "北": 38})
    assert withheld(tiny_plan(indicators=[COUNT], observations=rows)) == {"東", "西"}


def test_a_department_whose_numbers_do_not_fit_costs_no_more_than_its_own(tiny_plan):
    rows = counts({"全体": 50, "東": "秘匿", "西": 25, "南": 31})
    assert withheld(tiny_plan(indicators=[COUNT], observations=rows)) == {"東"}


def test_districts_of_an_area_do_not_give_each_other_away(tiny_plan):
    plan = {"districts": DISTRICTS, "areas": {"東部": ["東", "南"]}}
    rows = counts({"全体": 100, "東部": 38, "東": 7, "南": 31, "西": 25, "北": 37})
    assert withheld(tiny_plan(plan=plan, indicators=[COUNT], observations=rows)) >= {"東", "南"}
    assert withheld(tiny_plan(indicators=[COUNT], observations=rows)) == {"東"}  # undeclared, they only overlap


def test_a_group_withheld_in_an_earlier_year_is_withheld_again_before_another(tiny_plan):
    rows = counts({"全体": 100, "東": 7, "西": 25, "南": 68}, 2022)
    rows += counts({"全体": 100, "東": 7, "西": 75, "南": 18}, 2023)
    found = seen_by_all(tiny_plan(indicators=[COUNT], observations=rows))
    assert found[found["missing"].eq("withheld")].index.to_list() == [
        (y, g) for y in (2022, 2023) for g in ("東", "西")
    ]


def test_what_is_withheld_for_others_is_not_rated_and_says_the_same_reason(tiny_plan):
    rows = [row for year in (2020, 2023) for row in counts({"全体": 100, "東": 7, "西": 25, "南": 68}, year)]
    folder = tiny_plan(indicators=[COUNT | {"baseline": 100, "target": 200}], observations=rows)
    table = evaluate(load_workbook("machi", folder.parent), "first").table.set_index("group")
    assert table["reason"].to_dict() == {
        "": "", "東": "withheld_small_number", "西": "withheld_small_number", "南": "",
    }  # fmt: skip
    assert table.loc["西", ["value", "baseline", "change", "count", "closed_share"]].isna().all()
    assert set(table.loc[["東", "西"], "letter"]) == {"E"}


def test_a_withheld_year_between_enters_no_trend(tiny_plan):
    rows = [row for y, n in zip(range(2020, 2024), (40, 7, 46, 50), strict=True) for row in counts({"東": n}, y)]
    folder = tiny_plan(indicators=[COUNT], observations=[*rows, *counts({"全体": 500})])
    evaluation = evaluate(load_workbook("machi", folder.parent), "first")
    east = evaluation.table.set_index("group").loc["東"]
    assert (east["reason"], east["n_points"]) == ("", 3)
    points = evaluation.points.merge(evaluation.table[["group"]], left_on="case", right_index=True)
    assert points.loc[points["group"].eq("東"), "value"].to_list() == [40, 46, 50]


def test_a_workbook_goes_through_disclosure_once(tiny_plan):
    folder = tiny_plan(indicators=[COUNT], observations=counts({"全体": 100, "東": 7, "西": 25, "南": 68}))
    once = disclosed(load_workbook("machi", folder.parent))
    assert disclosed(once) is once and len(once.withheld) == 2


def everything(folder) -> str:
    """All that a plan says of its first period: every view, sentence and picture's text, every exported table."""
    evaluation = evaluate(load_workbook(folder.name, folder.parent), "first")
    asked = [
        getattr(home, name)(evaluation)
        for home, names in ((views, views.__all__), (wording, wording.__all__), (charts, CHARTS))
        for name in names
        if name != "colophon"  # it tells a fingerprint of the files
    ]
    told = [part._repr_html_() if hasattr(part, "_repr_html_") else part for part in asked]
    told += [content.decode() for content in exports.tables(evaluation).values()]
    told += [evaluation.workbook[name].to_csv() for name in evaluation.workbook.tables]
    return "\n".join(map(str, [*told, evaluation.points.to_csv(), evaluation.table.to_csv()]))


@pytest.mark.parametrize(("small", "shift"), [(1, 8), (4, 3)])
def test_no_output_depends_on_what_is_withheld(small, shift, tmp_path):
    """Two plans that differ only in withheld numbers say the same, word for word."""
    told = []
    for number in (small, small + shift):
        east = {"全体": 100, "東": number, "西": 30 - number, "南": 30, "北": 40}
        rows = [*counts(east, 2020), *counts(east, 2021), *counts({"全体": 500, "東": 40, "南": 30, "北": 200})]
        fix = {"indicator_id": "I-1", "fiscal_year": 2021, "group_kind": "地区", "group": "東"}
        fix |= {"reported": number, "corrected": number, "reason": f"数え直しても{number}だった"}
        folder = write_plan(
            tmp_path / "machi", indicators=[COUNT | {"baseline": 100, "target": 300}], plan={"districts": DISTRICTS},
            observations=rows, corrections=[fix],
        )  # fmt: skip
        assert withheld(folder) == {"東", "西"}
        told.append(everything(folder))
    assert told[0] == told[1]
    assert "秘匿" in told[0] and "200" in told[0]


@pytest.fixture(scope="module")
def counting(tmp_path_factory):
    """A workbook of one count, into which observations are put without a file."""
    folder = write_plan(tmp_path_factory.mktemp("p") / "machi", indicators=[COUNT])
    workbook = load_workbook("machi", folder.parent)
    table = workbook.tables["observations"]

    def put(rows: list[dict]):
        one = table.frame.iloc[[0] * len(rows)].reset_index(drop=True).assign(value=float("nan"))
        frame = one.assign(**{name: pd.Series([row.get(name, one[name][0]) for row in rows]) for name in one})
        frame = frame.astype(table.frame.dtypes.to_dict())
        return replace(workbook, tables={**workbook.tables, "observations": replace(table, frame=frame)})

    return put


@given(st.lists(st.integers(0, 40), min_size=3, max_size=8), st.lists(st.integers(0, 40), min_size=1, max_size=2))
def test_no_withheld_group_can_be_worked_out_of_the_others(counting, districts, ages):
    whole = sum(districts)
    assume(sum(ages) <= whole)
    rows = counts({"全体": whole} | {f"地区{n}": number for n, number in enumerate(districts)})
    rows += counts({f"年齢{n}": number for n, number in enumerate([*ages, whole - sum(ages)])}, kind="年齢")
    workbook = counting(rows)
    found = workbook["observations"].assign(is_hidden=lambda f: f.index.isin(withheld_rows(workbook)))
    for _, own in found[found["group"].ne("")].groupby("group_kind"):
        shown, hidden = own.loc[~own["is_hidden"], "value"], own["is_hidden"]
        assert not shown.between(1, THRESHOLD - 1).any()
        # each hidden number may be anything from 0 to the rest, where there are two of them
        assert not hidden.any() or hidden.all() or (hidden.sum() >= 2 and whole - shown.sum() >= THRESHOLD)


MERGED = {"districts": DISTRICTS, "merged_districts": {"東・西": ["東", "西"]}}


def test_merged_districts_are_shown_as_one_and_nothing_is_withheld(tiny_plan):
    rows = counts({"全体": 100, "東": 7, "西": 25, "南": 68})
    workbook = disclosed(load_workbook("machi", tiny_plan(plan=MERGED, indicators=[COUNT], observations=rows).parent))
    seen = workbook["observations"]
    assert seen[["group", "value", "missing"]].to_numpy().tolist() == [
        ["", 100, ""],
        ["東・西", 32, ""],
        ["南", 68, ""],
    ]
    assert workbook.plan.districts == ("東・西", "南", "北") and workbook.withheld == frozenset()
    place = workbook.tables["observations"].place(1, "value")
    assert str(place) == "machi/observations/ka.csv 3行目、machi/observations/ka.csv 4行目"


def test_merged_rates_are_weighted_by_their_size(tiny_plan):
    rows = rates({"全体": (300, 1000), "東": (7, 137), "西": (90, 263), "南": (203, 600)})
    found = seen_by_all(tiny_plan(plan=MERGED, indicators=[RATE], observations=rows)).loc[(2023, "東・西")]
    assert (found["value"], found["sample_size"], found["sample_count"]) == (24.25, 400, 97)


def test_merged_means_are_weighted_by_their_size(tiny_plan):
    rows = [{"fiscal_year": 2023, "value": v, "sample_size": n, "group_kind": "地区", "group": g} for v, n, g in ((2.0, 30, "東"), (4.0, 10, "西"))]  # fmt: skip
    assert seen_by_all(tiny_plan(plan=MERGED, observations=rows)).loc[(2023, "東・西"), "value"] == 2.5


@pytest.mark.parametrize(
    ("west", "reason"), [({"西": "秘匿"}, "withheld"), ({"西": "未調査"}, "not_surveyed"), ({}, "unknown")]
)
def test_a_merged_value_is_missing_where_a_district_is(west, reason, tiny_plan):
    folder = tiny_plan(plan=MERGED, indicators=[COUNT], observations=counts({"全体": 500, "東": 40} | west))
    found = seen_by_all(folder).loc[(2023, "東・西")]
    assert pd.isna(found["value"]) and found["missing"] == reason


def test_a_rate_without_its_size_cannot_be_merged(tiny_plan):
    rows = [{"fiscal_year": 2023, "value": 50, "group_kind": "地区", "group": g} for g in ("東", "西")]
    assert seen_by_all(tiny_plan(plan=MERGED, indicators=[{"unit": "%"}], observations=rows))["value"].isna().all()


def test_a_row_that_was_sent_for_the_merged_districts_counts(tiny_plan):
    rows = counts({"全体": 500, "東": 4, "西": 30, "東・西": 35})
    found = seen_by_all(tiny_plan(plan=MERGED, indicators=[COUNT], observations=rows))
    assert found["value"].to_list() == [500, 35]


def test_what_was_corrected_in_a_merged_district_tells_no_number_of_it(tiny_plan):
    fix = {"indicator_id": "I-1", "fiscal_year": 2023, "group_kind": "地区", "group": "東", "reported": 7}
    fix |= {"corrected": 8, "reason": "8人だった"}
    rows = counts({"全体": 101, "東": 7, "西": 25, "南": 68})
    folder = tiny_plan(plan=MERGED, indicators=[COUNT], observations=rows, corrections=[fix])
    evaluation = evaluate(load_workbook("machi", folder.parent), "first")
    assert evaluation.workbook["observations"]["value"].to_list() == [101, 33, 68]
    remarks = views.remarks_on_values(evaluation).frame
    assert remarks[["what", "remark"]].to_numpy().tolist() == [["秘匿", HUSHED]]


@pytest.mark.parametrize(
    ("declared", "found"),
    [
        ({"merged_districts": {"東中": ["東", "中"]}}, "「中」は地区（districts）にない"),
        ({"merged_districts": {"東": ["東", "西"]}}, "「東」は地区（districts）の名と同じ"),
        ({"merged_districts": {"東西": ["東", "西"], "東南": ["東", "南"]}}, "「東」が二度ある"),
        ({"merged_districts": {"東西": ["東"]}}, "「東西」の地区が一覧でないか、2つ未満"),
        ({"merged_districts": {"東西": "東と西"}}, "「東西」の地区が一覧でないか、2つ未満"),
        ({"merged_districts": ["東", "西"]}, "「merged_districts」の値が「['東', '西']」"),
        ({"areas": {"東部": ["東", "中"]}}, "「中」は地区（districts）にない"),
    ],
)  # fmt: skip
def test_a_bundle_of_districts_that_cannot_be_is_told(declared, found, tiny_plan):
    folder = tiny_plan(plan={"districts": DISTRICTS} | declared)
    with pytest.raises(DataProblems) as caught:
        load_workbook("machi", folder.parent)
    assert [problem.found for problem in caught.value.problems] == [found]


def notes(folder) -> list[str]:
    return [str(note) for note in disclosed(load_workbook(folder.name, folder.parent)).notes]


def test_a_note_says_what_was_withheld_and_that_districts_can_be_merged(tiny_plan):
    rows = counts({"全体": 100, "東": 7, "西": 25, "南": 68})
    folder = tiny_plan(plan={"districts": DISTRICTS}, indicators=[COUNT], observations=rows)
    assert notes(folder) == [
        "machi/plan.yaml：指標 I-1（見守りの数）で、地区「東」「西」の値を、少ない数を守るために伏せた。"
        "直し方：隣り合う地区と合わせて示すなら、plan.yaml の merged_districts に「名: [地区, 地区]」と書く。"
        "伏せた地区どうしを合わせると、ほかの地区を伏せずに済みやすい。"
    ]
    assert [str(note) for note in examine("machi", folder.parent).notes] == notes(folder)


def test_remarks_and_notes_of_the_reading_tell_no_withheld_number(tiny_plan):
    rows = rates({"全体": (300, 1000), "東": (7, 137), "西": (90, 263), "南": (203, 600)})
    rows[1] |= {"value": 8.6, "remark": "一三七人のうち7人", "source": "集計表4"}
    folder = tiny_plan(indicators=[RATE], observations=rows)
    found = seen_by_all(folder)
    assert found.loc[(2023, "東"), ["remark", "source"]].to_list() == [HUSHED, HUSHED]
    assert any("値が8.6" in str(note) for note in load_workbook("machi", folder.parent).notes)
    told = "".join(notes(folder))
    assert HUSHED_NOTE in told and "8.6" not in told and "5.1" not in told


def test_a_sentence_that_may_tell_a_withheld_number_is_pointed_out(tiny_plan):
    rows = counts({"全体": 100, "東": 7, "西": 25, "南": 68})
    texts = ["東の地区では、７人に手紙を送った。", "東の地区では手紙を送った。7人の応募があった。", "南は68人だった。"]
    written = [{"period": "first", "target_id": "I-1", "narrative": text} for text in texts[:1]]
    folder = tiny_plan(indicators=[COUNT], observations=rows, narratives=written)
    assert sum("値を伏せた「東」の数に見える文がある" in note for note in notes(folder)) == 1
    for text in texts[1:]:
        folder = tiny_plan(indicators=[COUNT], observations=rows, narratives=[written[0] | {"narrative": text}])
        assert not any("数に見える文" in note for note in notes(folder))


def test_the_shipped_plans_withhold_nothing_more_than_their_departments_did(data_dir):
    for plan in ("tokorozawa", "kenko21"):
        workbook = load_workbook(plan, data_dir)
        assert (
            workbook.plan.disclosure_threshold
            == yaml.safe_load((data_dir / plan / "plan.yaml").read_text("utf-8"))["disclosure_threshold"]
        )
        assert disclosed(workbook).withheld == frozenset()
