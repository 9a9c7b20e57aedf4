"""The schemes of other publishers give what those published; every exception is named with its reason."""

from __future__ import annotations

import csv
import math

import pytest
from case_table import CASES, edge_case, read_cases

from planeval.judging.aggregation import points_mean, reached_share
from planeval.judging.flat import rate
from planeval.trust.flat_cases import read_flat_cases
from planeval.trust.schemes import load_scheme, read_scheme, scheme_paths
from planeval.words.flat_cases import NEEDED
from planeval.words.lists import OUTCOMES, REASONS

PUBLISHED = read_cases("published_ratings")
SCHEME_OF = {
    "HJ21-2": "kenko21", "HJ21-2-mid": "kenko21_mid", "Kakogawa": "kakogawa", "A1A2A3C": "three_step",
    "Sagamihara": "sagamihara", "Kanagawa-aggregate": "kanagawa", "binary": "binary",
}  # fmt: skip
# Rows that the publisher's rule, applied to the published figures, does not give.
EXCEPTIONS = {
    "HJF-015": "the publisher tested an age-adjusted value", "HJF-030": "the baseline is not published",
    "HJF-031": "the target is relative to life expectancy", "HJF-032": "the target is relative to life expectancy",
    "HJF-033": "the experts overrode the rule",
    "HJM-002": "rated as improving at +3.1 %", "HJM-004": "rated a, though behind the straight line",
    "HJM-007": "rated b, though 521 is above the line of the ceiling (499)",
    "HJM-009": "rated d because the indicator had been replaced",
    "KNA-001": "set after a council's review", "KNA-005": "set after a council's review",
    "KNA-009": "set after a council's review", "KNA-013": "set after a council's review",
    "KNA-015": "set after a council's review",
}  # fmt: skip
# What the plain file of published figures does not say in its columns: a ceiling on a growing number.
CEILINGS = ("HJF-011", "HJF-017", "HJM-007")
DECIDABLE = [row for row in PUBLISHED if row["scheme"] in SCHEME_OF]


def _flat(row: dict[str, str]) -> dict[str, str]:
    kept = {name: row.get(name, "") for name in NEEDED}
    return kept | {"direction": "suppress"} if row["case_id"] in CEILINGS else kept


@pytest.fixture(scope="module")
def rated(tmp_path_factory):
    """What `rate` answers for rows (one file of them), by case_id."""

    def answer(rows, scheme="gap"):
        names = list(dict.fromkeys(name for row in rows for name in row))
        path = tmp_path_factory.mktemp("flat") / "cases.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names, restval="")
            writer.writeheader()
            writer.writerows(rows)
        flat = read_flat_cases(path)
        found = read_scheme(scheme) if hasattr(scheme, "suffix") else load_scheme(scheme)
        return rate(flat, found).set_index(flat.frame["case_id"])

    return answer


def _case(number: object, **cells: object) -> dict[str, str]:
    usual = dict.fromkeys(NEEDED, "") | {
        "baseline_year": 2015,
        "target_year": 2025,
        "year": 2020,
        "direction": "increase",
    }
    return {name: str(cell) for name, cell in (usual | {"case_id": number} | cells).items()}


@pytest.fixture(scope="module")
def published(rated):
    """The computed letter of every published row, each by the scheme of its publisher."""
    groups = {scheme: [row for row in DECIDABLE if row["scheme"] == scheme] for scheme in SCHEME_OF}
    found = {scheme: rated([_flat(row) for row in rows], SCHEME_OF[scheme]) for scheme, rows in groups.items()}
    return {name: letter for answers in found.values() for name, letter in answers["rating"].items()}


@pytest.mark.parametrize("row", DECIDABLE, ids=lambda row: row["case_id"])
def test_a_published_rating_comes_out_or_is_a_known_exception(row, published):
    found = published[row["case_id"]]
    assert (found == row["published_rating"]) == (row["case_id"] not in EXCEPTIONS), found


def test_most_published_ratings_are_no_exceptions():
    assert len(DECIDABLE) > 70 and len(EXCEPTIONS) == 14


def test_the_published_rates_of_achievement_come_out(rated):
    rows = [row for row in PUBLISHED if row["scheme"] == "Sagamihara"]
    found = rated([_flat(row) for row in rows], "sagamihara")["value"]
    printed = [math.floor(1000 * value + 0.5) / 10 for value in found]
    assert printed == [float(row["published_achievement_pct"]) for row in rows]


def test_the_published_difference_of_sano_is_worth_four_points(rated):
    row = next(row for row in PUBLISHED if row["scheme"] == "Sano")
    assert rated([_flat(row)], "sano")["rating"].item() == "4"


@pytest.mark.parametrize("row", read_cases("open_sdg_published"), ids=lambda row: f"{row['set']} {row['series']}")
def test_a_national_sdg_site_published_the_same_value_status_and_score(row, rated):
    direction = {"1": "increase", "-1": "decrease"}[row["direction"]]
    flat = _case("s", direction=direction, baseline_year=row["base_year"], baseline=row["base_value"],
                 year=row["current_year"], actual=row["current_value"], target=row["target"],
                 target_year=row["target_year"], limit=row["limit"])  # fmt: skip
    found = rated([flat], "open_sdg").squeeze()
    assert found["rating"] == row["published_status"]
    assert found["value"] == pytest.approx(float(row["published_progress_value"]), abs=1e-9)
    assert found["score"] == pytest.approx(float(row["published_score"]), abs=1e-6)


@pytest.mark.parametrize("row", read_cases("healthy_people_rules"), ids=lambda row: row["case"])
def test_a_rule_of_healthy_people_gives_its_class(row, rated):
    flat = _case("h", direction=row["direction"], baseline=row["baseline"], actual=row["recent"],
                 target=row["target"], baseline_se=row["se_baseline"], se=row["se_recent"])  # fmt: skip
    found = rated([flat], "healthy_people").squeeze()
    if row["case"] == "H11":
        assert (found["rating"], found["reason"]) == ("not assessed", "not_applicable")
    else:
        assert row["expected"].startswith(found["rating"])
        assert found["rating"] == row["expected"].partition(" (")[0]
    if row["pct_targeted_change"] not in {"", "not assessed"}:
        assert 100 * found["value"] == pytest.approx(float(row["pct_targeted_change"]))


# What the levels of the comparison mean in the letters of each scheme.
LEVELS = {
    "opensdg_2_4": ("open_sdg", {
        "target_met": {"target_achieved"}, "on_track": {"substantial_progress"}, "moderate": {"moderate_progress"},
        "limited": {"limited_progress"}, "worse": {"deterioration"}, "not_rated": {"not_available"},
        "n/a": {"not_available"}, "division_by_zero": {"not_available"},
    }),
    "eurostat": ("eurostat", {
        "target_met": {"significant"}, "on_track": {"significant"}, "moderate": {"moderate"},
        "limited": {"insufficient"}, "worse": {"away", "moderate_away", "significant_away"},
        "not_rated": {"not_available"}, "n/a": {"not_available"},
    }),
    "sdsn_trend": ("sdsn_trend", {
        "target_met": {"on track"}, "on_track": {"on track"}, "moderate": {"moderately improving"},
        "limited": {"stagnating"}, "worse": {"decreasing"}, "not_rated": {"not available"}, "n/a": {"not available"},
    }),
    "healthy_people_noSE": ("healthy_people", {
        "target_met": {"target met or exceeded"}, "on_track": {"improving"}, "worse": {"getting worse"},
        "no_change": {"little or no detectable change"}, "n/a": {"not assessed"},
    }),
    "kenko21_noSE": ("kenko21", {
        "target_met": {"A"}, "on_track": {"A", "B"}, "moderate": {"B*"}, "no_change": {"C"}, "worse": {"D"}, "n/a": {"E"},
    }),
}  # fmt: skip
EDGES = read_cases("gap_edge_cases")
# kenko21 has a rule for ranges and yes-or-no targets here; the comparison has none.
OWN_RULES = {"range", "binary"}


# The comparison was made without sampling information.
LEFT_OUT = {"description", "baseline_se", "se", "n", "x", "baseline_n", "baseline_x"}
KNOWN = [
    (column, row)
    for column in LEVELS
    for row in EDGES
    if column != "kenko21_noSE" or row["target_kind"] not in OWN_RULES
]


def _flat_edge(row: dict[str, str]) -> dict[str, str]:
    return dict.fromkeys(NEEDED, "") | {name: text for name, text in edge_case(row).items() if name not in LEFT_OUT}


@pytest.fixture(scope="module")
def edges(rated):
    return {scheme: rated([_flat_edge(row) for row in EDGES], scheme)["rating"] for scheme, _ in LEVELS.values()}


@pytest.mark.parametrize(("column", "row"), KNOWN, ids=lambda value: value if isinstance(value, str) else value["case"])
def test_an_edge_case_gets_the_level_of_each_known_rule(row, column, edges):
    scheme, letters = LEVELS[column]
    assert edges[scheme][row["case"]] in letters[row[column]]


@pytest.mark.parametrize("row", read_cases("aggregation"), ids=lambda row: row["ratings"])
def test_letters_are_combined_as_the_table_says(row):
    found = points_mean(row["ratings"].split(), load_scheme("kenko21"))
    assert found.of_mean == row["kenko21_mean_5down6up"]
    assert (
        math.isnan(found.number)
        if row["mean_points"] == ""
        else found.number == pytest.approx(float(row["mean_points"]), abs=5e-5)
    )
    assert f"{found.counted}/{found.total}" == row["coverage_rated_of_all"]


def test_an_item_with_a_part_that_is_late_is_told_by_what_is_expected_of_it():
    found = points_mean(["A", "B", "B*", "C"], load_scheme("kenko21"))
    assert (found.of_mean, found.letter) == ("B", "B*")  # (5 + 5 + 4 + 3) ÷ 4 = 4.25 → 4 → B*


ITEMS = {
    "HJG-001": "C B*", "HJG-002": "C D", "HJG-003": "B B* A B B B* B* B", "HJG-004": "B* B* B* B* B*", "HJG-005": "A A",
    "HJG-006": "D B* D", "HJG-007": "A B", "HJG-008": "A B*",
}  # fmt: skip


@pytest.mark.parametrize(
    "row", [row for row in PUBLISHED if row["scheme"] == "HJ21-2-aggregate"], ids=lambda row: row["case_id"]
)
def test_an_item_of_several_indicators_gets_its_published_letter(row):
    assert points_mean(ITEMS[row["case_id"]].split(), load_scheme("kenko21")).letter == row["published_rating"]


@pytest.mark.parametrize(
    ("reached", "total", "letter"),
    [(3, 3, "順調に進んでいる"), (2, 3, "概ね順調に進んでいる"), (1, 2, "やや遅れている"), (7, 13, "やや遅れている"),
     (2, 10, "遅れている"), (0, 4, "遅れている"), (0, 0, "－")],
)  # fmt: skip
def test_the_share_of_reached_targets_gets_its_label(reached, total, letter):
    assert reached_share(reached, total, total, load_scheme("kanagawa")).letter == letter


RULES = read_cases("scheme_rules")


@pytest.fixture(scope="module")
def worked(rated):
    schemes = dict.fromkeys(row["scheme"] for row in RULES)
    left_out = {"scheme", "expected", "reason", "arithmetic"}
    flat = [{name: text for name, text in row.items() if name not in left_out} | {"of": row["scheme"]} for row in RULES]
    return {scheme: rated([row for row in flat if row["of"] == scheme], scheme) for scheme in schemes}


@pytest.mark.parametrize("row", RULES, ids=lambda row: f"{row['scheme']} {row['case_id']}")
def test_a_worked_example_of_a_scheme_gets_its_letter(row, worked):
    found = worked[row["scheme"]].loc[row["case_id"]]
    assert (found["rating"], found["reason"]) == (row["expected"], row["reason"]), row["arithmetic"]


def test_every_scheme_has_worked_examples_of_all_its_letters_or_published_rows():
    shown = {(row["scheme"], row["expected"]) for row in RULES}
    shown |= {(SCHEME_OF[row["scheme"]], row["published_rating"]) for row in DECIDABLE}
    shown |= {("open_sdg", row["published_status"]) for row in read_cases("open_sdg_published")}
    shown |= {("healthy_people", row["expected"].partition(" (")[0]) for row in read_cases("healthy_people_rules")}
    shown |= {(scheme, letter) for column, (scheme, letters) in LEVELS.items() for row in EDGES
              if len(letters[row[column]]) == 1 for letter in letters[row[column]]}  # fmt: skip
    named = set(scheme_paths()) - {"gap", "kenko21", "kenko21_mid"}
    missing = [
        (name, letter.letter)
        for name in sorted(named)
        for letter in load_scheme(name).letters
        if (name, letter.letter) not in shown
    ]
    assert missing == []


@pytest.mark.parametrize("name", scheme_paths())
def test_every_case_gets_a_letter_of_the_scheme_or_a_reason(name, rated):
    rows = [_flat_edge(row) for row in EDGES]
    rows += [_case(f"x{n}", direction=kind, better=better) for n, kind in enumerate(
        ("increase", "decrease", "maintain", "range", "suppress", "binary", "none", "unknown", "")) for better in ("", "up")]  # fmt: skip
    found = rated([row | {"case_id": str(n)} for n, row in enumerate(rows)], name)
    scheme = load_scheme(name)
    assert set(found["rating"]) <= {letter.letter for letter in scheme.letters}
    unrated = found["rating"].eq(scheme.of_outcome("not_rated").letter)
    assert found.loc[unrated, "reason"].isin(REASONS).all() and found.loc[~unrated, "reason"].eq("").all()


def test_outcomes_of_letters_are_known():
    assert all(set(letter.outcomes) <= set(OUTCOMES) for name in scheme_paths() for letter in load_scheme(name).letters)


def test_the_cases_are_those_of_the_published_file():
    assert (CASES / "open_sdg_published.csv").is_file() and len(read_cases("open_sdg_published")) == 12
