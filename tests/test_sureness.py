"""How sure the letters are: one value less, what changed a letter, other rules, weights, chance – worked by hand."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from case_table import read_cases
from plan_folder import csv_text, table_path, write_plan
from scheme_files import STEPS, write_scheme

from planeval import views, wording
from planeval.delivery.cli import main
from planeval.delivery.tables import tables
from planeval.judging.comparison import letters_by_scheme, rule_dependence, schemes_to_compare
from planeval.judging.evaluation import evaluate
from planeval.judging.history import history
from planeval.judging.summary import expected_false_alarms, weighted_on_pace
from planeval.telling.vocabulary import entry
from planeval.trust.workbook import load_workbook
from planeval.words.problems import DataProblems

STABILITY, ALERTS, DEPENDENCE = (read_cases(name) for name in ("stability", "alerts", "rule_dependence"))
HALVES = [
    {"id": "first", "label": "前半", "kind": "evaluation", "years": [2021, 2023]},
    {"id": "second", "label": "後半", "kind": "evaluation", "years": [2024, 2026]},
]
WHOLE = [{"id": "all", "label": "全期間", "kind": "evaluation", "years": [2021, 2026]}]


def evaluated(folder: Path, period: str = "second", scheme: str | None = None):
    return evaluate(load_workbook(folder.name, folder.parent), period, scheme)


def seen(values: dict[int, float], name: str = "I-1", **also: object) -> list[dict]:
    return [{"indicator_id": name, "fiscal_year": year, "value": value} | also for year, value in values.items()]


class Cells(HTMLParser):
    """The rows of the tables of a piece of HTML, as texts of cells."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.is_open = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")
            self.is_open = True

    def handle_endtag(self, tag):
        self.is_open = self.is_open and tag not in {"td", "th", "caption"}

    def handle_data(self, data):
        if self.is_open and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def rows_of(part) -> list[list[str]]:
    """Heading and rows of a view, texts only."""
    return [[" ".join(cell.split()) for cell in row] for row in Cells(part._repr_html_()).rows]


# --- one value less


def _values(text: str) -> list[dict]:
    """Example: "2022=50；2024=45 400 180" (value, 標本数, 該当数)."""
    rows = []
    for part in text.split("；"):
        year, _, cells = part.partition("=")
        names = ("value", "sample_size", "sample_count")
        rows.append({"fiscal_year": year} | dict(zip(names, cells.split(), strict=False)))
    return rows


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    """All indicators of the case table in one plan: outcomes and what they would be without one value."""
    names = ("target_kind", "direction", "unit", "baseline", "target", "target_upper", "is_count", "survey", "scheme")
    indicators = [{"indicator_id": row["case_id"]} | {name: row[name] for name in names} for row in STABILITY]
    observed = [{"indicator_id": row["case_id"]} | cells for row in STABILITY for cells in _values(row["seen"])]
    folder = tmp_path_factory.mktemp("firm") / "data" / "machi"
    evaluation = evaluated(write_plan(folder, indicators=indicators, observations=observed))
    return evaluation.stability.assign(outcome=evaluation.table["outcome"]).set_axis(evaluation.table["indicator_id"])


@pytest.mark.parametrize("row", STABILITY, ids=lambda row: row["case_id"])
def test_a_letter_is_as_firm_as_its_values_make_it(row, firm):
    names = ["outcome", "without_latest", "without_baseline", "stability"]
    assert firm.loc[row["case_id"], names].to_list() == [row[name] for name in names], row["arithmetic"]


def test_the_examples_show_every_kind_of_firmness():
    assert {row["stability"] for row in STABILITY} == {*entry("stability"), ""}


def test_settings_of_the_plan_and_the_scheme_asked_for_count_for_the_letters_without_one_value(tiny_plan):
    values = {2022: 41, 2024: 42}
    assert evaluated(tiny_plan(observations=seen(values))).stability["stability"].item() == "sensitive"
    small = tiny_plan(observations=seen(values), plan={"settings": {"material_share": 0.05}})
    assert evaluated(small).stability["stability"].item() == "stable"
    assert evaluated(small, scheme="kakogawa").stability["without_latest"].item() == "better"


def test_groups_have_a_firmness_of_their_own(tiny_plan):
    north = seen({2020: 40, 2022: 45, 2024: 60}, group_kind="地区", group="北")
    evaluation = evaluated(tiny_plan(observations=seen({2022: 62, 2024: 65}) + north))
    assert evaluation.stability.index.equals(evaluation.table.index)
    assert dict(zip(evaluation.table["group"], evaluation.stability["stability"], strict=True)) == {
        "": "stable",
        "北": "unstable",
    }


def test_a_bridged_series_is_judged_on_one_scale_without_a_value(tiny_plan):
    bridge = [{"indicator_id": "I-1", "fiscal_year": 2023, "break_kind": "接続", "bridge_ratio": 1.25}]
    folder = tiny_plan(indicators=[{"target": 75}], observations=seen({2022: 48, 2024: 75}), breaks=bridge)
    found = evaluated(folder).stability.iloc[0]
    # 40 and 48 are 50 and 60 on the new scale: 60 after a third of the way from 50 to 75 (58.3) is on pace.
    assert found[["without_latest", "without_baseline", "stability"]].to_list() == ["on_pace", "reached", "sensitive"]


# --- what changed a letter


def _written(folder: Path, values: dict[int, float]) -> None:
    """New figures in the department's file, all else left alone."""
    table_path(folder, "observations").write_text(csv_text("observations", seen(values)), encoding="utf-8-sig")


def _run_as_made(folder: Path, period: str, scheme: str | None = None) -> Path:
    """The table of a period as a run leaves it in the outputs folder, which is given back."""
    outputs = folder.parents[1] / "outputs"
    made = outputs / folder.name / period / "tables" / "evaluation.csv"
    made.parent.mkdir(parents=True, exist_ok=True)
    made.write_bytes(tables(evaluated(folder, period, scheme))["tables/evaluation.csv"])
    return outputs


def _adopt(folder: Path, *periods: str, scheme: str | None = None) -> int:
    for period in periods:
        outputs = _run_as_made(folder, period, scheme)
    return main(["adopt", folder.name, "--period", *periods, "--data", str(folder.parent), "--outputs", str(outputs)])


def _told(folder: Path, period: str = "second") -> list[tuple[str, str]]:
    """Letter and cause by period."""
    rows = history(evaluated(folder, period))
    return list(zip(rows["letter"], rows["cause"], strict=True))


def _revised(target: float) -> list[dict]:
    return [{"indicator_id": "I-1", "applies_from": 2024, "target_year": 2026, "target": target, "reason": "見直し"}]


@pytest.mark.parametrize(
    ("values", "target", "scheme", "told"),
    [
        # From 40 (2020) to 60 (2026): 50 by 2023.
        ({2023: 50, 2026: 60}, None, None, [("B", ""), ("A", "data")]),
        # 50 is behind the half of the way to 100; by 2026 100 is reached.
        ({2023: 50, 2026: 100}, 100, None, [("B", ""), ("A", "target、data")]),
        # Behind on the way to 100, then 90 in 2025: 10 are left of 60, as many as planned. B as before needs no cause.
        ({2023: 50, 2025: 90}, 100, None, [("B", ""), ("B", "")]),
        # A change of 1 is better for a rule without a tolerance.
        ({2023: 41, 2026: 60}, None, "kakogawa", [("C", ""), ("◎", "rule、data")]),
        ({2023: 41, 2026: 41.5}, None, "kakogawa", [("C", ""), ("○", "rule")]),
        # Better for the other rule; 41 has reached 41, and 39 in 2026 is worse.
        ({2023: 41, 2026: 39}, 41, "kakogawa", [("C", ""), ("△", "rule、target、data")]),
    ],
)
def test_a_letter_changes_by_rule_target_and_data_in_this_order(values, target, scheme, told, tiny_plan):
    periods = [HALVES[0] | {"scheme": "gap"}, HALVES[1] | ({"scheme": scheme} if scheme else {})]
    revisions = None if target is None else _revised(target)
    assert _told(tiny_plan(plan={"periods": periods}, observations=seen(values), target_revisions=revisions)) == told


def test_limits_that_a_scheme_changed_are_a_change_of_the_rule(tiny_plan):
    folder = tiny_plan(plan={"scheme": "own"}, observations=seen({2023: 43, 2026: 43}))
    relative = {"tolerance_kind": "relative", "tolerance_better": "5%"}
    write_scheme(folder / "schemes" / "own.yaml", settings=relative,
                 since=[{"year": 2024, "settings": {"tolerance_better": "10%"}}])  # fmt: skip
    assert _told(folder) == [("A", ""), ("B", "rule")]  # 43 is 7.5 % above 40


THIRDS = [
    {"id": name, "label": label, "kind": "evaluation", "years": [year, year + 1], "scheme": scheme}
    for name, label, year, scheme in (
        ("one", "一期", 2021, "three_step"),
        ("two", "二期", 2023, "kakogawa"),
        ("three", "三期", 2025, "gap"),
    )
]


def test_every_earlier_period_stands_in_the_table_with_its_own_letter_also_by_three_schemes(tiny_plan):
    folder = tiny_plan(plan={"periods": THIRDS}, observations=seen({2022: 47, 2024: 48, 2026: 60}))
    evaluation = evaluated(folder, "three")
    assert _told(folder, "three") == [("A-2", ""), ("○", "rule"), ("A", "rule、data")]
    assert rows_of(views.history_of_letters(evaluation)) == [
        ["指標", "前から変わった原因", "一期", "二期", "三期"],
        ["見守りの数", "評価基準が変わった、値が動いた", "○A-2", "○○", "◎A"],
    ]
    assert [row[0] for row in rows_of(views.history_of_letters(evaluated(folder, "two")))[0:1]] == ["指標"]


def test_periods_of_another_kind_and_later_ones_are_no_history(tiny_plan):
    years = [{"id": f"R{n}", "label": f"{2018 + n}", "kind": "progress", "years": [2018 + n] * 2} for n in (5, 6)]
    folder = tiny_plan(plan={"periods": [*HALVES, *years]}, observations=seen({2023: 50, 2024: 60}))
    assert history(evaluated(folder, "R6"))["period"].to_list() == ["R5", "R6"]
    assert history(evaluated(folder, "first"))["period"].to_list() == ["first"]
    assert "前の期間がないため" in views.history_of_letters(evaluated(folder, "first"))._repr_html_()


def test_groups_are_no_part_of_the_history(tiny_plan):
    north = seen({2020: 40, 2023: 30, 2026: 60}, group_kind="地区", group="北")
    folder = tiny_plan(observations=seen({2023: 50, 2026: 60}) + north)
    assert _adopt(folder, "first") == 0
    assert _told(folder) == [("B", ""), ("A", "data")]


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({2023: 50, 2026: 60}, [("B", ""), ("A", "data")]),  # nothing was revised
        ({2023: 51, 2026: 60}, [("B", ""), ("A", "data")]),  # 51 would have been B as well
        ({2023: 41, 2026: 41}, [("B", ""), ("C", "revision")]),  # 41 would have been C
        ({2023: 41, 2026: 60}, [("B", ""), ("A", "revision、data")]),
        ({2023: 41, 2025: 59}, [("B", ""), ("B", "")]),  # in the end the same letter
    ],
)
def test_a_published_letter_stands_and_a_revised_value_is_a_cause_where_it_changes_the_letter(now, told, tiny_plan):
    folder = tiny_plan(observations=seen({2023: 50}))
    assert _adopt(folder, "first") == 0
    _written(folder, now)
    assert _told(folder) == told
    rows = history(evaluated(folder))
    assert rows["published"].to_list() == ["B", ""] and rows["scheme"].to_list() == ["gap", "gap"]


def test_a_revised_baseline_is_a_revision_too(tiny_plan):
    folder = tiny_plan(observations=seen({2023: 50}))
    assert _adopt(folder, "first") == 0
    path = table_path(folder, "indicators")
    path.write_text(path.read_text("utf-8-sig").replace(",40,", ",49.5,", 1), "utf-8-sig")
    _written(folder, {2023: 50, 2026: 50})
    assert _told(folder) == [("B", ""), ("C", "revision")]  # 0.5 of the 10.5 that were missing


def test_a_letter_published_by_another_scheme_is_shown_as_it_was_and_the_rule_is_the_cause(tiny_plan):
    folder = tiny_plan(observations=seen({2023: 50}), plan={"scheme": "three_step"})
    assert _adopt(folder, "first") == 0
    plan = folder / "plan.yaml"
    plan.write_text(plan.read_text("utf-8").replace("three_step", "kakogawa"), "utf-8")
    _written(folder, {2023: 50, 2026: 50})
    rows = history(evaluated(folder))
    assert rows[["letter", "scheme", "cause"]].to_numpy().tolist() == [
        ["A-2", "three_step", ""],
        ["○", "kakogawa", "rule"],
    ]
    assert rows_of(views.history_of_letters(evaluated(folder)))[1] == ["見守りの数", "評価基準が変わった", "○A-2", "○○"]


def test_a_letter_published_by_a_scheme_that_is_gone_stands_by_itself(tiny_plan):
    folder = tiny_plan(observations=seen({2023: 50}), plan={"scheme": "own"})
    outcomes = {
        "特S": ["reached"],
        "特A": ["better", "improved"],
        "B": ["unclear"],
        "C": ["worse"],
        "－": ["not_rated"],
    }
    path = write_scheme(folder / "schemes" / "own.yaml", outcomes)
    assert _adopt(folder, "first") == 0
    write_scheme(path)
    _written(folder, {2023: 50, 2026: 60})
    assert rows_of(views.history_of_letters(evaluated(folder)))[1][2:] == ["特A", "SS"]
    path.unlink()
    plan = folder / "plan.yaml"
    plan.write_text(plan.read_text("utf-8").replace("scheme: own", "scheme: gap"), "utf-8")
    assert rows_of(views.history_of_letters(evaluated(folder)))[1][2:] == ["特A", "◎A"]


def test_the_history_stands_in_the_tables_in_japanese(tiny_plan):
    folder = tiny_plan(observations=seen({2023: 41, 2026: 60}), target_revisions=_revised(59))
    written = tables(evaluated(folder))["tables/history.csv"].decode("utf-8-sig")
    first, second = csv.DictReader(io.StringIO(written))
    assert (first["評価"], second["評価"]) == ("C", "A")
    assert (first["前から変わった原因"], second["前から変わった原因"]) == ("", "値が動いた")


# --- planeval adopt


def test_adopt_keeps_the_table_as_it_is_and_says_where(tiny_plan, capsys):
    folder = tiny_plan(observations=seen({2023: 50, 2026: 60}))
    assert _adopt(folder, "first", "second") == 0
    assert capsys.readouterr().out == (
        "公表した評価として置きました：machi/published/first.csv\n公表した評価として置きました：machi/published/second.csv\n"
    )
    for period in ("first", "second"):
        made = folder.parents[1] / "outputs" / "machi" / period / "tables" / "evaluation.csv"
        assert (folder / "published" / f"{period}.csv").read_bytes() == made.read_bytes()
    assert sorted(path.name for path in (folder / "published").iterdir()) == ["first.csv", "second.csv"]


def test_adopting_again_replaces_the_earlier_table(tiny_plan):
    folder = tiny_plan(observations=seen({2023: 50}))
    assert _adopt(folder, "first") == 0
    _written(folder, {2023: 41})
    assert _adopt(folder, "first") == 0
    assert _told(folder, "first") == [("C", "")]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["machi", "--period", "fist"], "期間「fist」はありません。近い名前：first。"),
        (["mach", "--period", "first"], "計画「mach」はありません。近い名前：machi。"),
        (["machi"], "--period が要ります。"),
        (["machi", "--period", "first"], "期間「first」の評価表（machi/first/tables/evaluation.csv）がありません。先に planeval run machi --period first を実行してください。"),
    ],
)  # fmt: skip
def test_adopt_refuses_what_it_does_not_know_or_has_not_seen(words, told, tiny_plan, capsys):
    folder = tiny_plan()
    code = main(["adopt", *words, "--data", str(folder.parent)])
    assert (code, capsys.readouterr().err.startswith(told)) == (2, True)
    assert not (folder / "published").exists()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("最新値", "値", "machi/published/first.csv 1行目：見出し「最新値」がない。正しい形：公表した評価表（evaluation.csv）。直し方：planeval adopt でもう一度置く。"),
        ("\"50\"", "\"五十\"", "machi/published/first.csv 2行目 列「最新値」：「五十」。正しい形：数。直し方：planeval adopt でもう一度置く。"),
    ],
)  # fmt: skip
def test_a_published_table_that_was_changed_by_hand_is_told(before, after, told, tiny_plan):
    folder = tiny_plan(observations=seen({2023: 50}))
    assert _adopt(folder, "first") == 0
    path = folder / "published" / "first.csv"
    path.write_text(path.read_text("utf-8-sig").replace(before, after, 1), "utf-8-sig")
    with pytest.raises(DataProblems) as caught:
        load_workbook(folder.name, folder.parent)
    assert told in [str(problem) for problem in caught.value.problems]


def test_a_row_that_stands_twice_in_a_published_table_is_told(tiny_plan):
    folder = tiny_plan(observations=seen({2023: 50}))
    assert _adopt(folder, "first") == 0
    path = folder / "published" / "first.csv"
    head, row = path.read_text("utf-8-sig").splitlines()
    path.write_text(f"{head}\n{row}\n{row}\n", "utf-8-sig")
    with pytest.raises(DataProblems) as caught:
        load_workbook(folder.name, folder.parent)
    assert str(caught.value.problems[0]) == (
        "machi/published/first.csv 3行目：「I-1」の行が二度ある。正しい形：行は一度。直し方：planeval adopt でもう一度置く。"
    )


# --- other rules


@pytest.fixture(scope="module")
def several(tmp_path_factory):
    """Six indicators of two programmes: reached, on pace, behind, unclear, worse and not rated."""
    values = {"a": 60, "b": 55, "c": 45, "d": 41, "e": 30}
    indicators = [
        {"indicator_id": name, "indicator_name": f"指標{name}", "program_id": "S-1" if name in "ab" else "S-2"}
        for name in (*values, "f")
    ]
    observed = [row for name, value in values.items() for row in seen({2024: value}, name)]
    programs = [
        {"program_id": "S-1", "program_name": "見守り", "goal": "1 つながり"},
        {"program_id": "S-2", "program_name": "相談", "goal": "1 つながり"},
    ]
    folder = tmp_path_factory.mktemp("several") / "data" / "machi"
    return write_plan(folder, indicators=indicators, observations=observed, programs=programs)


@pytest.mark.parametrize("row", DEPENDENCE, ids=lambda row: row["number"])
def test_letters_depend_on_the_rule_where_they_cannot_all_be_true(row, several):
    parts = [part.replace("=", ":").split(":") for part in row["letters"].split()]
    letters = pd.DataFrame(parts, columns=["scheme", "letter", "outcome"]).assign(indicator_id="I")
    found = rule_dependence(evaluated(several), letters)
    assert found.to_list() == {"yes": [True], "no": [False], "": []}[row["depends"]], row["reason"]


def test_the_reports_own_rule_stands_first_and_a_rule_for_fields_is_left_out(several):
    names = [scheme.name for scheme in schemes_to_compare(evaluated(several, scheme="kakogawa"))]
    assert names[0] == "kakogawa" and names[1:] == sorted(names[1:]) and "kanagawa" not in names
    assert len(names) == len(set(names)) == 15


def test_letters_by_rule_are_those_that_each_rule_gives(several):
    letters = letters_by_scheme(evaluated(several))
    wide = letters.pivot(index="indicator_id", columns="scheme", values="letter")
    assert wide["gap"].to_list() == ["A", "B", "B*", "C", "D", "E"]
    assert wide["kakogawa"].to_list() == ["◎", "○", "○", "○", "△", "－"]
    assert wide["sagamihara"].to_list() == [
        "A",
        "B",
        "C",
        "C",
        "C",
        wide["sagamihara"]["f"],
    ]  # 100, 91.7, 75, 68.3, 50 %
    assert wide["sano"].to_list() == ["7", "6", "4", "3", "2", "－"]


def test_the_table_of_rules_has_a_number_for_each_rule_and_a_legend(several):
    evaluation = evaluated(several)
    table, legend = views.letters_by_rule(evaluation).parts
    head, *rows = rows_of(table)
    assert head == ["指標", "規則によって", *(str(n) for n in range(1, 16))]
    by_name = {row[0]: row[1:] for row in rows}
    assert (by_name["指標a"][1], by_name["指標b"][1], by_name["指標c"][1]) == ("◎ A", "○ B", "△ B*")
    assert [by_name[f"指標{name}"][0] for name in "adf"] == ["変わらない", "変わる", "－"]
    lines = rows_of(legend)
    assert lines[0] == ["番号", "評価基準", "決め方", "文字", "評価できた数"] and len(lines) == 16
    assert [line[0] for line in lines[1:]] == [str(n) for n in range(1, 16)]
    first = lines[1]
    assert first[1] == "差の縮まりgap" and first[4] == "5"
    assert first[3] == (
        "◎ A（達成）、○ B（改善（目標値なし））、△ B*（改善・遅れ）、→ C（変化は不確か）、▼ D（悪化）、？ E（評価困難）"
    )


def test_a_leaning_letter_is_shown_with_its_lean(several):
    rows = rows_of(views.letters_by_rule(evaluated(several)).parts[0])
    assert next(row for row in rows if row[0] == "指標d")[2] == "→ C+"


def test_the_reading_of_rules_counts_what_depends(several):
    evaluation = evaluated(several)
    depends = rule_dependence(evaluation, letters_by_scheme(evaluation))
    count = int(depends.sum())
    assert depends["d"] and not depends["a"] and len(depends) == 5
    assert (
        f"15の評価基準で評価すると、どれかで評価できた5指標のうち{count}指標は規則によって評価が変わり、"
        f"{5 - count}指標はどの規則でも食い違いがありません。"
    ) in wording.reading_of_rules(evaluation)._repr_html_()


def test_programmes_have_their_letters_their_worst_and_one_letter_where_the_rule_has_one(several):
    found = views.letters_by_program(evaluated(several, scheme="kenko21"))
    rows = {row[0]: row for row in rows_of(found)[1:]}
    # A and B: (5 + 4) ÷ 2 = 4.5 → 4 → B. B*, B*, D: (4 + 4 + 2) ÷ 3 = 3.33 → C. All five: 19 ÷ 5 = 3.8 → 4, B → A and
    # B* → B: (5 + 5 + 4 + 4 + 2) ÷ 5 = 4 → B*.
    letters = evaluated(several, scheme="kenko21").table["letter"].to_list()
    assert letters == ["A", "B", "B*", "C", "D", "E"]
    assert {name: row[1] for name, row in rows.items()} == {"見守り": "指標b", "相談": "指標e", "1 つながり": "指標e"}
    # A and B: 4.5 → 4 → B. B*, C and D: 9 ÷ 3 = 3 → C. All: 18 ÷ 5 = 3.6 → 4, then B → A, B* → B: 19 ÷ 5 = 3.8 → B*.
    assert {name: row[2] for name, row in rows.items()} == {"見守り": "○B", "相談": "→C", "1 つながり": "△B*"}
    # All of them, two thirds, a half; else late.
    shares = {name: row[3] for name, row in rows.items()}
    assert shares["見守り"].startswith("1／2 ") and shares["1 つながり"].startswith("1／5 ")
    assert (shares["見守り"], shares["相談"]) == ("1／2 やや遅れ", "0／3 遅れ")


def test_a_rule_without_one_letter_for_several_gives_none(several):
    assert {row[2] for row in rows_of(views.letters_by_program(evaluated(several)))[1:]} == {"－"}


# --- weights and chance


def _weighted(folder: Path, weights: dict[str, object]):
    path = table_path(folder, "indicators")
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    for row in rows:
        row["重み"] = weights.get(row["指標ID"], "")
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), "utf-8-sig")
    return evaluated(folder)


def test_the_share_on_pace_is_told_with_weights_and_with_one_of_them_halved_or_doubled(several):
    # On pace: a (weight 4) and b (2) of a, b, c (1), d, e (an empty weight is 1); f is not rated and does not count.
    evaluation = _weighted(several, {"a": 4, "b": 2, "c": 1, "f": 50})
    found = weighted_on_pace(evaluation.indicators)
    assert (found.weighted, found.equal) == pytest.approx((6 / 9, 2 / 5))
    # Halved: a 4/7, b 5/8, c, d, e 6/8.5; doubled: a 10/13, b 8/11, c, d, e 6/10.
    assert (found.low, found.lowest, found.high, found.highest) == (
        pytest.approx(4 / 7), "指標a", pytest.approx(10 / 13), "指標a",
    )  # fmt: skip
    told = wording.reading_of_chance(evaluation)._repr_html_()
    assert (
        "重みを付けると、予定どおりの割合は67％（重みが同じなら40％）です。どれか一つの重みを半分か2倍にすると、"
        "57％（「指標a」）から77％（「指標a」）まで変わります。"
    ) in told
    _weighted(several, {})


@pytest.mark.parametrize("weights", [{}, {"f": 3}, dict.fromkeys("abcde", 0)])
def test_without_a_weight_that_counts_nothing_is_said_of_weights(weights, several):
    evaluation = _weighted(several, weights)
    assert weighted_on_pace(evaluation.indicators) is None
    assert "重み" not in wording.reading_of_chance(evaluation)._repr_html_()
    _weighted(several, {})


@pytest.mark.parametrize(
    ("routes", "level", "tested", "alarms"),
    [
        (["interval", "exact", "z", "run"], 0.05, 4, 0.2), (["size", "relative", "points", ""], 0.05, 0, 0.0),
        (["interval"] * 20, 0.05, 20, 1.0), (["interval"] * 20, 0.01, 20, 0.2),
    ],
)  # fmt: skip
def test_one_test_in_twenty_alarms_without_a_cause(routes, level, tested, alarms):
    rows = pd.DataFrame({"route": routes, "outcome": "unclear"})
    assert expected_false_alarms(rows, level) == (tested, pytest.approx(alarms))


def test_the_reading_of_chance_counts_the_tested_and_uses_the_level_of_the_plan(tiny_plan):
    indicators = [{"indicator_id": name, "is_count": "はい"} for name in "abcd"] + [{"indicator_id": "e"}]
    observed = [row for name in "abcde" for row in seen({2024: 45}, name)]
    usual = {"indicators": indicators, "observations": observed}
    told = wording.reading_of_chance(evaluated(tiny_plan(**usual)))._repr_html_()
    assert (
        "検定したのは4指標です。もし一つも本当には変わっていなくても、およそ5％、つまり0.2指標は「変わった」と出ます。"
        in told
    )
    stricter = evaluated(tiny_plan(**usual, plan={"settings": {"significance": 0.01}}))
    assert "およそ1％、つまり0.0指標は" in wording.reading_of_chance(stricter)._repr_html_()


def test_where_nothing_was_tested_it_is_said_so(tiny_plan):
    told = wording.reading_of_chance(evaluated(tiny_plan(observations=seen({2024: 45}))))._repr_html_()
    assert "誤差の資料がある指標がないため、検定をした指標はありません。" in told


# --- the mark of an alert, and what stands beside a letter


@pytest.mark.parametrize("row", ALERTS, ids=lambda row: row["number"])
def test_a_late_value_carries_an_alert_when_little_time_is_left(row, tiny_plan):
    own = {"settings": {"alert_from": row["alert_from"]}} if row["alert_from"] else {}
    folder = tiny_plan(plan={"periods": WHOLE, "scheme": row["scheme"]} | own,
                       observations=seen({int(row["year"]): float(row["value"])}))  # fmt: skip
    found = evaluated(folder, "all").table.iloc[0]
    assert found["outcome"] == row["outcome"], row["arithmetic"]
    assert ("alert" in found["marks"].split("、")) == (row["alert"] == "yes"), row["arithmetic"]
    if row["number"] == "A8":
        assert "missed" in found["marks"].split("、")


def test_the_outlook_the_firmness_and_the_marks_are_told_in_words(tiny_plan):
    indicators = [{"indicator_id": name, "indicator_name": f"指標{name}"} for name in "abc"]
    values = {"a": {2021: 41, 2022: 42, 2023: 43, 2024: 44}, "b": {2022: 45, 2024: 48}, "c": {2024: 55}}
    observed = [row for name, own in values.items() for row in seen(own, name)]
    evaluation = evaluated(tiny_plan(indicators=indicators, observations=observed))
    alert = "残りの期間が少なく、このままでは届かないおそれがある"
    # a: the line through 40 … 44 leads to exactly 46; without one value it is late as well. c: two values only.
    assert rows_of(views.marks_by_indicator(evaluation)) == [
        ["指標", "評価", "目標年度の見込み", "評価の確かさ", "印"],
        ["指標a", "△B* 改善・遅れ", "届きにくい（46件～46件）", "一つの値を除いても同じ", alert],
        ["指標b", "△B* 改善・遅れ", "5時点に満たない", "一つの値を除いても同じ", alert],
    ]
    assert (
        "一つの値を除いても同じ評価になるものが2指標、隣の評価になるものが0指標、大きく変わるものが0指標です。"
        "目標年度に届く見込みは0指標、分からないものは0指標、届きにくいものは1指標です。"
    ) in wording.reading_of_stability(evaluation)._repr_html_()


def test_years_of_a_shock_are_told_where_they_would_change_the_outlook(tiny_plan):
    values = {2015: 40, 2016: 42, 2017: 44, 2018: 46, 2019: 48, 2020: 30, 2021: 30}
    folder = tiny_plan(
        plan={"shocks": [{"years": [2020, 2021], "label": "感染症の流行"}], "periods": WHOLE},
        indicators=[{"baseline_year": 2015, "target": 55}], observations=seen({y: v for y, v in values.items() if y > 2015}),
    )  # fmt: skip
    row = rows_of(views.marks_by_indicator(evaluated(folder, "all")))[1]
    # Without the shock 2 a year from 40 lead to 62 by 2026.
    assert row[2].startswith("届く見込み（62件～62件）。外的ショックの年も含めると「") and "届く見込み」" not in row[2]


def test_every_word_of_firmness_outlook_and_cause_has_a_label():
    assert set(entry("stability")) == {"stable", "sensitive", "unstable"}
    assert set(entry("cause")) == {"rule", "target", "revision", "data"}
    assert set(entry("outlook")) == {"likely", "open", "unlikely"}
    assert STEPS["S"] == ["reached"]
