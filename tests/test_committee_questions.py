"""Ten questions of a committee member, each answered on a named page; and pages that follow the data, whatever the plan."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from notebook_sections import NOTEBOOKS, page, sections

from planeval.judging.evaluation import evaluate
from planeval.telling.formats import money, percent
from planeval.telling.vocabulary import entry
from planeval.trust.workbook import load_workbook
from planeval.words.contracts import SDG_GOALS, label

FIRST, SECOND = "R3-R5", "R6-R8"
REPORT, LINKS = "04", "03"


@pytest.fixture(scope="module")
def evaluations(data_dir):
    workbook = load_workbook("tokorozawa", data_dir)
    return {period: evaluate(workbook, period) for period in (FIRST, SECOND)}


@pytest.fixture(scope="module")
def read(evaluations):
    """Report and period → texts of its sections, and rows of their tables."""
    return {
        (name, period): page(name, evaluation) for name in (REPORT, LINKS) for period, evaluation in evaluations.items()
    }


@pytest.fixture(scope="module")
def pages(read):
    """Report → period → section → its text."""
    return {name: {period: read[name, period][0] for period in (FIRST, SECOND)} for name in (REPORT, LINKS)}


@pytest.fixture(scope="module")
def rows(read):
    """Report → period → section → the rows of its tables, each as the texts of its cells."""
    return {name: {period: read[name, period][1] for period in (FIRST, SECOND)} for name in (REPORT, LINKS)}


@pytest.fixture(params=[FIRST, SECOND])
def period(request):
    return request.param


def late_of(evaluation):
    return evaluation.indicators[lambda f: f["outcome"].eq("behind")]


def with_words(found, *texts):
    """The rows that hold every text in a cell of its own, in this order; a cell may say more after it."""
    pattern = re.compile("".join(f".*\0{re.escape(text)}" for text in texts), re.DOTALL)
    return [row for row in found if pattern.match("".join(f"\0{cell}" for cell in row))]


def test_how_many_are_late_and_which(evaluations, pages, rows, period):
    late = late_of(evaluations[period])
    assert len(late) and f"改善・遅れ（B*）は{len(late)}指標" in pages[REPORT][period]["総括"]
    listed = [row for row in rows[REPORT][period]["話し合っていただきたい点"] if row[0].endswith("B* 改善・遅れ")]
    assert {row[1] for row in listed} == set(late["indicator_name"]) and len(listed) == len(late)


def test_why_they_are_late(evaluations, rows, period):
    written = evaluations[period].workbook["narratives"]
    written = written[written["period"].eq(period)].set_index("target_id")
    for item in late_of(evaluations[period]).itertuples():
        lag = f"進んだ割合{percent(item.closed_share)}、予定{percent(item.planned_share)}（"
        assert with_words(rows[REPORT][period]["話し合っていただきたい点"], item.indicator_name, lag)
        told = (
            written.loc[item.indicator_id] if item.indicator_id in written.index else {"cause": "", "next_action": ""}
        )
        cause, action = told["cause"] or "未記入", told["next_action"] or "未記入"
        assert with_words(rows[REPORT][period]["基本目標ごとの評価"], item.indicator_name, cause, action)


def test_who_answers_for_each(evaluations, rows, period):
    found = evaluations[period].indicators[lambda f: f["outcome"].isin(["behind", "worse", "not_rated"])]
    asked = rows[LINKS][period]["分野と所管課ごとに、何に答えるか"]
    for item in found.itertuples():
        assert with_words(rows[REPORT][period]["話し合っていただきたい点"], item.indicator_name, item.department)
        owners = [row[0] for row in asked if len(row) == 4 and f"「{item.indicator_name}」" in row[3]]
        assert set(owners) == {item.department, item.field}


def test_what_was_said_last_time_and_what_came_of_it(evaluations, pages, rows):
    opinions = evaluations[SECOND].workbook["opinions"]
    assert len(opinions)
    for item in opinions.itertuples():
        state = label("answer_state", item.answer_state)
        told = with_words(rows[REPORT][SECOND]["意見と考え方"], item.opinion, item.answer, state)
        assert told and told[0][2] == (item.reflected_in or "－")
    years = evaluations[SECOND].workbook["project_years"].set_index(["project_id", "fiscal_year"])
    names = evaluations[SECOND].workbook["projects"].set_index("project_id")["project_name"]
    done = {
        "expand": lambda was, now: now["budget"] > was["budget"],
        "improve": lambda _, now: now["decision"] != "improve",
    }
    section, seen = rows[REPORT][SECOND]["前回からの変化"], 0
    for ident, was in years.xs(2023, level="fiscal_year").iterrows():
        if was["decision"] in done:
            answer = "行われた" if done[was["decision"]](was, years.loc[(ident, 2025)]) else "まだ"
            assert with_words(section, names[ident], label("decision", was["decision"]), answer), names[ident]
            seen += 1
    ended = int(years.xs(2023, level="fiscal_year")["decision"].isin(["end", "reduce"]).sum())
    left = sum(row[-1] == "まだ" for row in section)
    told = f"と決めた{seen + ended}事業のうち、{seen + ended - left}事業で行われました。まだのものは{left}事業です"
    assert left and told in pages[REPORT][SECOND]["前回からの変化"]


def test_what_changes_next(evaluations, pages, rows, period):
    carried = pages[REPORT][period]["推進の体制"]
    goes_to = {FIRST: "下半期", SECOND: "第４次所沢市地域福祉計画"}[period]
    assert f"「{goes_to}」へ持ち越すこと" in carried
    workbook = evaluations[period].workbook
    years = workbook["project_years"]
    last = years[years["fiscal_year"].eq({FIRST: 2023, SECOND: 2025}[period])]
    names = workbook["projects"].set_index("project_id")["project_name"]
    changed = last[last["decision"].isin(["expand", "improve", "reduce", "end"])]
    assert len(changed) and f"事業が{len(changed)}件" in carried
    for item in changed.itertuples():
        told = (names[item.project_id], item.difficulty or "未記入", label("decision", item.decision), item.person)
        assert with_words(rows[REPORT][period]["推進の体制"], *told), told


def test_only_the_last_period_hands_over_to_the_next_plan(evaluations, pages, rows):
    assert "への引継ぎはまだありません" in pages[REPORT][FIRST]["推進の体制"]
    found = {row[0]: row[1:] for row in rows[REPORT][SECOND]["推進の体制"] if len(row) == 3}
    outcomes = evaluations[SECOND].indicators.groupby("outcome")["indicator_name"].agg(list)
    missed = [name for kind in ("better", "behind", "unclear", "worse") for name in outcomes.get(kind, [])]
    for words, names in (("届いていない指標", missed), ("評価できなかった指標", outcomes["not_rated"])):
        assert found[words][0] == str(len(names)) and all(name in found[words][1] for name in names)
    assert "対応が終わっていない意見" in found and "主担当がいないか、担い手が一つの施策" in found


def test_which_district_or_group_is_behind(evaluations, pages, rows, period):
    for name, heading in ((REPORT, "話し合っていただきたい点"), (LINKS, "取り残されている地区や人は、いないか")):
        shown = pages[name][period][heading]
        count, named = re.search(r"取り残されているおそれのある区分は(\d+)です：([^。]+)。", shown).groups()
        assert len(re.findall(r"[^・、]+", re.sub(r"「[^」]+」の", "", named))) == int(count) > 0
        whole = evaluations[period].indicators.set_index("indicator_id")["outcome"]
        behind = evaluations[period].groups[lambda f: f["outcome"].isin(["unclear", "worse"])]
        behind = behind[behind["indicator_id"].map(whole).isin(["reached", "on_pace"])]
        assert all(group in named for group in behind["group"])
    groups = evaluations[period].groups[lambda f: f["reason"].eq("") & f["value"].notna()]
    names = evaluations[period].indicators.set_index("indicator_id")["indicator_name"]
    told = rows[LINKS][period]["取り残されている地区や人は、いないか"]
    for (indicator, kind), own in groups.groupby(["indicator_id", "group_kind"]):
        own = own.sort_values("value", ascending=own["target_kind"].iloc[0] in {"decrease", "at_most"})
        best, worst = own["group"].iloc[0], own["group"].iloc[-1]
        assert with_words(told, names[indicator], f"{best} ", f"{worst} "), (indicator, kind)


def test_which_partner_does_what(evaluations, pages, rows, period):
    workbook, plan = evaluations[period].workbook, evaluations[period].plan
    roles = {(r.actor, r.program_id): label("role", r.role) for r in workbook["actor_links"].itertuples()}
    for name, heading in ((LINKS, "だれが、どの施策を担うか"), (REPORT, "推進の体制")):
        for actor in plan.actors:
            own = [roles.get((actor, program), "－") for program in workbook["programs"]["program_id"]]
            assert [actor, *own] in rows[name][period][heading]
    together = rows[LINKS][period]["市の計画と活動計画は、かみ合っているか"]
    pairs = workbook["crosswalk"].merge(workbook["partner_activities"], on="activity_id")
    for pair in pairs.itertuples():
        activity = f"{pair.activity_id} {pair.activity_name}"
        assert with_words(together, pair.program_id, label("relation", pair.relation), activity)
    for name in workbook["partner_activities"].loc[
        lambda f: ~f["activity_id"].isin(pairs["activity_id"]), "activity_name"
    ]:
        assert name in pages[LINKS][period]["市の計画と活動計画は、かみ合っているか"]
    assert any(row[-1] == "食い違う" for row in together)
    meetings = workbook["meetings"][lambda f: f["body"].str.contains("合同")]
    assert len(meetings) and all(with_words(together, r.held_on, r.body, r.agenda) for r in meetings.itertuples())


def test_where_the_money_went(evaluations, pages, rows, period):
    workbook, ends = evaluations[period].workbook, evaluations[period].period
    years = workbook["project_years"].merge(workbook["projects"][["project_id", "program_id"]], on="project_id")
    own = years[years["fiscal_year"].between(ends.first_year, ends.last_year)]
    for name, heading in ((REPORT, "財源と社会の変化"), (LINKS, "限られた財源は、どこに使われたか")):
        shown = pages[name][period][heading]
        assert f"予算は{money(own['budget'].sum())}千円、決算は{money(own['spending'].sum())}千円" in shown
        assert "因果を示すものではありません" in shown
    names = workbook["programs"].set_index("program_id")["program_name"]
    for program, sums in own.groupby("program_id")[["budget", "spending"]].sum().iterrows():
        told = (f"{program} {names[program]}", money(sums["budget"]), money(sums["spending"]))
        assert with_words(rows[LINKS][period]["限られた財源は、どこに使われたか"], *told), told


def test_which_goal_is_not_watched(evaluations, pages, period):
    links = evaluations[period].workbook["sdg_links"]
    watched = set(links.loc[links["program_id"].isin(evaluations[period].indicators["program_id"]), "sdg_goal"])
    missing = [f"{goal} {name}" for goal, name in SDG_GOALS.items() if goal not in watched]
    for name, heading in ((REPORT, "SDGsとの関係"), (LINKS, "どの施策が、どのゴールに寄与するか")):
        shown = pages[name][period][heading]
        assert missing and "（" + "、".join(missing) + "）" in shown
        assert "寄与" in shown


def test_how_sure_each_letter_is(evaluations, pages, rows, period):
    shown, told = pages[REPORT][period]["方法、データ、用語"], rows[REPORT][period]["方法、データ、用語"]
    stability = evaluations[period].stability["stability"][evaluations[period].table["group"].eq("")]
    names = evaluations[period].indicators["indicator_name"]
    assert f"一つの値を除いても同じ評価になるものが{stability.eq('stable').sum()}指標" in shown
    known = [(name, code) for name, code in zip(names, stability, strict=True) if code]
    assert len(known) > 10
    for name, code in known:
        assert with_words(told, name, entry("stability")[code]), name


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


LATER = 20  # years; a year of the plan that is still told as it was is typed somewhere
OLD_YEARS = re.compile(r"\((2021|2022|2023|2024|2026)\)")


@pytest.fixture(scope="module")
def changed(data_dir, tmp_path_factory):
    """A plan in which names of every kind, one budget, a department's file and all years are others; none is typed."""
    folder = tmp_path_factory.mktemp("data") / "tokorozawa"
    shutil.copytree(data_dir / "tokorozawa", folder, ignore=shutil.ignore_patterns("*.xlsx"))
    for path in (*folder.rglob("*.csv"), folder / "plan.yaml"):
        text = path.read_text(encoding="utf-8")
        for old, new in CHANGES.items():
            text = text.replace(old, new)
        text = re.sub(r"(?<!\d)20\d\d(?!\d)", lambda year: str(int(year[0]) + LATER), text)
        path.write_text(text, encoding="utf-8")
    return evaluate(load_workbook("tokorozawa", folder.parent), SECOND)


def test_no_name_or_number_is_stale_when_the_plan_changes(changed, evaluations, pages):
    whole = {path.stem: "".join(sections(path.stem, changed).values()) for path in NOTEBOOKS}
    for name, text in whole.items():
        assert [old for old in CHANGES if old in text] == [], name
        assert OLD_YEARS.findall(text) == [], name
    everything = "".join(whole.values())
    assert [new for new in CHANGES.values() if new[0] != "," and new not in everything] == []
    before, after = (
        e.workbook["project_years"][lambda f, e=e: f["fiscal_year"].ge(e.period.first_year)]
        for e in (evaluations[SECOND], changed)
    )
    old, new = (f"予算は{money(own['budget'].sum())}千円" for own in (before, after))
    counts = [e.indicators["outcome"].eq("not_rated").sum() for e in (evaluations[SECOND], changed)]
    assert counts[0] != counts[1] and f"評価困難（E）は{counts[1]}指標" in whole["04_committee_report"]
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
