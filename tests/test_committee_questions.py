"""Ten questions of a committee member, each answered on a named page; and pages that follow the data, whatever the plan."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from notebook_sections import NOTEBOOKS, sections

from planeval.judging.evaluation import evaluate
from planeval.telling.formats import money, percent
from planeval.trust.workbook import load_workbook
from planeval.words.contracts import SDG_GOALS, label

FIRST, SECOND = "R3-R5", "R6-R8"
REPORT, LINKS = "04", "03"


@pytest.fixture(scope="module")
def evaluations(data_dir):
    workbook = load_workbook("tokorozawa", data_dir)
    return {period: evaluate(workbook, period) for period in (FIRST, SECOND)}


@pytest.fixture(scope="module")
def pages(evaluations):
    """Report → period → section → its text."""
    return {
        name: {period: sections(name, evaluation) for period, evaluation in evaluations.items()}
        for name in (REPORT, LINKS)
    }


@pytest.fixture(params=[FIRST, SECOND])
def period(request):
    return request.param


def test_how_many_are_late_and_which(evaluations, pages, period):
    late = evaluations[period].indicators[lambda f: f["outcome"].eq("behind")]
    assert f"改善・遅れ（B*）は{len(late)}指標" in pages[REPORT][period]["総括"]
    named = pages[REPORT][period]["話し合っていただきたい点"]
    assert len(late) and [name for name in late["indicator_name"] if name not in named] == []


def test_why_they_are_late(evaluations, pages, period):
    late = evaluations[period].indicators[lambda f: f["outcome"].eq("behind")]
    shown = pages[REPORT][period]["話し合っていただきたい点"]
    for item in late.itertuples():
        assert f"進んだ割合{percent(item.closed_share)}、予定{percent(item.planned_share)}" in shown
    written = evaluations[period].workbook["narratives"]
    causes = written.loc[written["period"].eq(period) & written["target_id"].isin(late["indicator_id"]), "cause"]
    told = pages[REPORT][period]["基本目標ごとの評価"]
    assert [cause for cause in causes if cause not in told] == []
    assert len(causes) == len(late) or "未記入" in told


def test_who_answers_for_each(evaluations, pages, period):
    late = evaluations[period].indicators[lambda f: f["outcome"].isin(["behind", "worse", "not_rated"])]
    asked = pages[LINKS][period]["分野と所管課ごとに、何に答えるか"].partition("所管課ごとの、会議で答えること")[2]
    for item in late.itertuples():
        place = asked.index(f"「{item.indicator_name}」")
        owners = [name for name in set(late["department"]) if name in asked[:place]]
        assert max(owners, key=lambda name: asked[:place].rindex(name)) == item.department


def test_what_was_said_last_time_and_what_came_of_it(evaluations, pages):
    opinions = evaluations[SECOND].workbook["opinions"]
    shown = pages[REPORT][SECOND]["意見と考え方"]
    for item in opinions.itertuples():
        assert item.opinion in shown and item.answer in shown
        assert label("answer_state", item.answer_state) in shown.partition(item.answer)[2]
    decided = pages[REPORT][SECOND]["前回からの変化"]
    assert re.search(r"\d+事業のうち、\d+事業で行われました", decided) and "地域福祉の担い手養成講座" in decided


def test_what_changes_next(evaluations, pages, period):
    carried = pages[REPORT][period]["推進の体制"]
    goes_to = {FIRST: "下半期", SECOND: "第４次所沢市地域福祉計画"}[period]
    assert f"「{goes_to}」へ持ち越すこと" in carried
    years = evaluations[period].workbook["project_years"]
    last = years[years["fiscal_year"].eq({FIRST: 2023, SECOND: 2025}[period])]
    names = evaluations[period].workbook["projects"].set_index("project_id")["project_name"]
    changed = last.loc[last["decision"].isin(["expand", "improve", "reduce", "end"]), "project_id"].map(names)
    assert len(changed) and [name for name in changed if name not in carried] == []


def test_only_the_last_period_hands_over_to_the_next_plan(pages):
    assert "への引継ぎはまだありません" in pages[REPORT][FIRST]["推進の体制"]
    handed = pages[REPORT][SECOND]["推進の体制"].partition("「第４次所沢市地域福祉計画」への引継ぎ")[2]
    for words in ("届いていない指標", "評価できなかった指標", "対応が終わっていない意見", "担い手が一つの施策"):
        assert words in handed


def test_which_district_or_group_is_behind(evaluations, pages, period):
    for name, heading in ((REPORT, "話し合っていただきたい点"), (LINKS, "取り残されている地区や人は、いないか")):
        shown = pages[name][period][heading]
        count = int(re.search(r"取り残されているおそれのある区分は(\d+)です", shown)[1])
        assert count == 0 or re.search(r"区分は\d+です：「[^」]+」の[^。]+。", shown)
    gaps = pages[LINKS][period]["取り残されている地区や人は、いないか"]
    assert all(district in gaps for district in ("柳瀬", "並木"))


def test_which_partner_does_what(evaluations, pages, period):
    shown = pages[LINKS][period]["だれが、どの施策を担うか"]
    assert [actor for actor in evaluations[period].plan.actors if actor not in shown] == []
    together = pages[LINKS][period]["市の計画と活動計画は、かみ合っているか"]
    activities = evaluations[period].workbook["partner_activities"]["activity_name"]
    assert [name for name in activities if name not in together] == []
    assert "食い違う" in together and "合同会議" in together


def test_where_the_money_went(evaluations, pages, period):
    years = evaluations[period].workbook["project_years"]
    ends = evaluations[period].period
    own = years[years["fiscal_year"].between(ends.first_year, ends.last_year)]
    for name, heading in ((REPORT, "財源と社会の変化"), (LINKS, "限られた財源は、どこに使われたか")):
        shown = pages[name][period][heading]
        assert f"予算は{money(own['budget'].sum())}千円、決算は{money(own['spending'].sum())}千円" in shown
        assert "因果を示すものではありません" in shown


def test_which_goal_is_not_watched(evaluations, pages, period):
    links = evaluations[period].workbook["sdg_links"]
    watched = set(links.loc[links["program_id"].isin(evaluations[period].indicators["program_id"]), "sdg_goal"])
    missing = [f"{goal} {name}" for goal, name in SDG_GOALS.items() if goal not in watched]
    for name, heading in ((REPORT, "SDGsとの関係"), (LINKS, "どの施策が、どのゴールに寄与するか")):
        shown = pages[name][period][heading]
        assert missing and "（" + "、".join(missing) + "）" in shown
        assert "寄与" in shown


def test_how_sure_each_letter_is(evaluations, pages, period):
    shown = pages[REPORT][period]["方法、データ、用語"]
    assert re.search(r"一つの値を除いても同じ評価になるものが\d+指標", shown)
    marks = evaluations[period].stability["stability"]
    known = evaluations[period].table[marks.ne("") & evaluations[period].table["group"].eq("")]
    names = evaluations[period].indicators.set_index("indicator_id")["indicator_name"]
    assert len(known) and [own for own in known["indicator_id"] if names[own] not in shown] == []


# What stands in the files of tokorozawa → what another city would write.
CHANGES = {
    "福祉総務課": "福祉企画室",
    "地域の見守りと支え合い": "となり近所の声かけ",
    "福祉ボランティアの登録者数": "登録した支え手の人数",
    "電話とICTによる見守り": "機器による安否の確認",
    "災害ボランティアセンターの訓練": "災害時の受入れの練習",
    "社会福祉法人": "福祉の法人連合",
    "SMILEプラン": "KIZUNAプラン",
    "WITHプラン": "HANDプラン",
    "第６次所沢市総合計画": "第７次市の総合計画",
    "若い世代のつながりの低さに手を打ってほしい。": "働く人が集まれる場を増やしてほしい。",
    "防犯・防災": "安全・安心",
    ",8800,,協議体": ",18765,,協議体",
}


@pytest.fixture(scope="module")
def changed(data_dir, tmp_path_factory):
    """A plan in which names of every kind, and one budget, are others; none of them is typed into a page."""
    folder = tmp_path_factory.mktemp("data") / "tokorozawa"
    shutil.copytree(data_dir / "tokorozawa", folder)
    for path in (*folder.rglob("*.csv"), folder / "plan.yaml"):
        text = path.read_text(encoding="utf-8")
        for old, new in CHANGES.items():
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    return evaluate(load_workbook("tokorozawa", folder.parent), SECOND)


def test_no_name_or_number_is_stale_when_the_plan_changes(changed, evaluations, pages):
    whole = {path.stem: "".join(sections(path.stem, changed).values()) for path in NOTEBOOKS}
    for name, text in whole.items():
        assert [old for old in CHANGES if old in text] == [], name
    everything = "".join(whole.values())
    assert [new for new in CHANGES.values() if new[0] != "," and new not in everything] == []
    before, after = (
        e.workbook["project_years"][lambda f: f["fiscal_year"].ge(2024)] for e in (evaluations[SECOND], changed)
    )
    old, new = (f"予算は{money(own['budget'].sum())}千円" for own in (before, after))
    assert old != new and old in pages[REPORT][SECOND]["財源と社会の変化"]
    assert old not in everything and new in whole["04_committee_report"] and new in whole["03_sdg_stakeholder_analysis"]


@pytest.mark.parametrize("name", [path.stem for path in NOTEBOOKS])
def test_every_section_says_something_for_a_plan_with_only_the_three_required_tables(tiny_plan, name):
    folder = tiny_plan()
    for period in ("first", "second"):
        found = sections(name, evaluate(load_workbook(folder.name, folder.parent), period))
        assert [heading for heading, text in found.items() if not text.strip()] == []
        assert not re.search(r"\bnan\b|None|<NA>|\{\w*\}", "".join(found.values()))


@pytest.mark.parametrize("name", [path.stem for path in NOTEBOOKS])
def test_every_section_says_something_for_a_plan_of_another_kind(data_dir, name):
    found = sections(name, evaluate(load_workbook("kenko21", data_dir), "final"))
    assert [heading for heading, text in found.items() if not text.strip()] == []
    assert not re.search(r"\bnan\b|None|<NA>|\{\w*\}|所沢", "".join(found.values()))


# What a report shows as it is, and needs no sentence.
WITHOUT_READING = {"letters", "reading_guide", "plain_words", "method_box", "opinion_sheets", "goal_reports"}


@pytest.mark.parametrize("name", [LINKS, REPORT])
def test_every_table_and_picture_has_a_computed_sentence_in_its_section(name):
    path = next(path for path in NOTEBOOKS if path.stem.startswith(name))
    sections_of, lonely = [[]], []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            sections_of.append([])
        elif call := re.match(r"(views|charts|wording)\.(\w+)", source):
            sections_of[-1].append(call.groups())
    for cells in sections_of:
        # a run of tables and pictures ends, or begins, with its sentence
        runs = "".join("r" if kind == "wording" else "-" if name in WITHOUT_READING else "t" for kind, name in cells)
        if "t" in runs and not re.fullmatch(r"(-|r*t{1,3}r+|r+t{1,2}|r)*", runs):
            lonely.append(cells)
    assert lonely == []
