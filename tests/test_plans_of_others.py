"""Plans unlike ours: empty tables, no money, one period, nothing matched, long texts; every section still reads well."""

from __future__ import annotations

import inspect
import re
import shutil

import pytest
from commands import PROJECT
from notebook_sections import sections

from planeval.delivery.doors import open_plan
from planeval.judging.evaluation import evaluate
from planeval.telling import charts, views, wording
from planeval.trust.workbook import load_workbook
from planeval.words.contracts import CONTRACTS
from planeval.words.problems import DataProblems

REPORTS = ["03_sdg_stakeholder_analysis", "04_committee_report"]
PROGRAMS = [
    {"program_id": "S-1", "program_name": "見守り", "goal": "1 支え合い", "field": "高齢者", "department": "福祉課"},
    {"program_id": "S-2", "program_name": "相談"},
]
PROJECTS = [
    {"project_id": "P-1", "project_name": "声かけ", "program_id": "S-1", "department": "福祉課"},
    {"project_id": "P-2", "project_name": "施策のない事業"},
]
LONG = "とても長い意見です。" * 100
EMPTY = {name: [] for name, contract in CONTRACTS.items() if not contract.required}
# Zero budgets and years without one, a project of no programme, an actor without a role, nothing matched, targets of
# SDGs, an opinion of a thousand letters, one period that is the last, and an indicator that hangs on nothing.
AWKWARD = {
    "plan": {
        "actors": ["市", "市民"],
        "partner_plan": {"name": "活動計画"},
        "shocks": [{"years": [2011, 2011], "label": "震災"}, {"years": [2022, 2022], "label": "感染症"}],
        "periods": [{"id": "first", "label": "全期間", "kind": "evaluation", "years": [2021, 2026]}],
        "successor_plan": "次のまちの計画",
    },
    "indicators": [{"program_id": "S-1"}, {"indicator_id": "I-2", "indicator_name": "つながりのない数"}],
    "observations": [{"fiscal_year": year, "value": 45} for year in range(2021, 2025)],
    "programs": PROGRAMS,
    "projects": PROJECTS,
    "project_years": [
        {"project_id": "P-1", "fiscal_year": 2021, "budget": 0, "spending": 0, "decision": "拡充"},
        {"project_id": "P-1", "fiscal_year": 2024, "budget": 0, "tags": "オンライン、訪問"},
        {"project_id": "P-2", "fiscal_year": 2023},
        {"project_id": "P-2", "fiscal_year": 2024, "difficulty": "人が足りない"},
    ],
    "sdg_links": [
        {"program_id": "S-1", "sdg_goal": 3, "sdg_target": target, "strength": strength}
        for target, strength in (("3.4", "主"), ("3.8", "副"))
    ],
    "actor_links": [{"program_id": "S-1", "actor": "市", "role": "支援"}],
    "partner_activities": [{"activity_id": "W-1", "activity_name": "会議"}],
    "opinions": [{"opinion_id": "O-1", "period": "first", "opinion": LONG, "answer": LONG, "answer_state": "対応中"}],
}


@pytest.fixture
def evaluation_of(tiny_plan):
    def evaluation(period="first", **tables):
        folder = tiny_plan(**tables)
        return evaluate(load_workbook(folder.name, folder.parent), period)

    return evaluation


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("tables", [EMPTY, AWKWARD], ids=["tables that are there but empty", "an awkward plan"])
def test_every_section_reads_well(evaluation_of, tables, name):
    found = sections(name, evaluation_of(**tables))
    assert [heading for heading, text in found.items() if not text.strip()] == []
    assert not re.search(r"\bnan\b|\binf\b|None|<NA>|\{\w*\}", "".join(found.values()))


def test_what_an_awkward_plan_lacks_is_told_by_name(evaluation_of):
    evaluation = evaluation_of(**AWKWARD)
    links, report = (sections(name, evaluation) for name in REPORTS)
    assert "役割を定めていない主体：「市民」" in links["だれが、どの施策を担うか"]
    assert "担い手が定められていない" in links["だれが、どの施策を担うか"]
    assert "どのゴールにもつながらない指標" in links["どの施策が、どのゴールに寄与するか"]
    assert "両計画の対応（crosswalk）がない" in links["市の計画と活動計画は、かみ合っているか"]
    money = links["限られた財源は、どこに使われたか"]
    assert "（施策のない事業）" in money and "期間の予算は0千円、決算は0千円" in money
    assert "配り方の計算はできません" in money
    handed = report["推進の体制"].partition("「次のまちの計画」への引継ぎ")[2]
    assert "つながりのない数" in handed and LONG in handed and "届いていない指標が" in handed


def test_a_goal_named_by_several_targets_counts_each_indicator_once(evaluation_of):
    frame = views.letters_by_sdg_goal(evaluation_of(**AWKWARD)).frame
    assert frame["total"].astype(int).tolist() == [0, 0, 1] + [0] * 14 + [1]  # and the one that serves no goal


def test_three_goals_of_sixty_indicators_each_fill_their_tables_and_the_pictures(evaluation_of, monkeypatch):
    programs = [PROGRAMS[0] | {"program_id": f"S-{n}", "goal": f"{n % 3 + 1} 目標"} for n in range(9)]
    many = [{"indicator_id": f"I-{n:03}", "indicator_name": f"数{n}", "program_id": f"S-{n % 9}"} for n in range(180)]
    seen = [{"indicator_id": f"I-{n:03}", "fiscal_year": 2023, "value": 35 + n % 30} for n in range(180)]
    evaluation = evaluation_of(programs=programs, indicators=many, observations=seen)
    report = sections("04", evaluation)
    assert report["基本目標ごとの評価"].count("60指標の内わけ") == 3 and "計（再掲を除く）" not in report["総括"]
    sizes = []
    monkeypatch.setattr(charts, "drawn", lambda size, *_, **__: sizes.append(size) or b"")
    assert charts.progress_bars(evaluation).alt.startswith("進んだ割合の図。180指標")
    figures = [part.arguments[0] for part in charts.series_by_indicator(evaluation).parts]
    assert [f["caption"][:5] + f["caption"][-5:] for f in figures[:4]] == [
        "1 目標：（1／3）", "1 目標：（2／3）", "1 目標：（3／3）", "2 目標：（1／3）",
    ]  # fmt: skip
    assert len(figures) == 9 and all(height / width < 22 / 17 for width, height in sizes[1:])
    assert all("".join(f["alt"] for f in figures).count(f"数{n}は") == 1 for n in (0, 59, 60, 179))


OPTIONAL = [
    name
    for name, contract in CONTRACTS.items()
    if not contract.required and (PROJECT / "data" / "tokorozawa" / f"{name}.csv").exists()
]


@pytest.mark.parametrize("name", OPTIONAL)
def test_each_optional_table_alone_may_have_nothing_but_its_headings(name, tmp_path):
    shutil.copytree(PROJECT / "data" / "tokorozawa", tmp_path / "tokorozawa")
    table = tmp_path / "tokorozawa" / f"{name}.csv"
    table.write_text(table.read_text("utf-8-sig").splitlines()[0] + "\n", "utf-8-sig")
    try:
        evaluation = evaluate(open_plan("tokorozawa", tmp_path), "R6-R8")
    except DataProblems as error:  # another table names rows of this one
        assert error.problems
        return
    for tell in (getattr(module, view) for module in (views, wording) for view in module.__all__):
        if list(inspect.signature(tell).parameters) == ["evaluation"]:
            shown = getattr(tell(evaluation), "_repr_html_", None)
            assert shown is None or shown().strip()
