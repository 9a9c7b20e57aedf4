"""The tables of a plan folder: for each column its name, Japanese header, kind, closed list or range; for each table its key.

A column exists once, here. `kind` is text, identifier, year, number, whole, yes (はい or empty), date, choice or
choices (several, joined by 、). `needed` columns must stand in the file, and `filled` ones hold a value in every row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from . import lists


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    header: str
    kind: str = "text"
    filled: bool = False
    needed: bool = False
    choices: Mapping[str, str] | None = None
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class Contract:
    """One table: its columns, its key and whether a plan can do without it."""

    name: str
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = False
    folder: bool = False

    def column(self, name: str) -> Column:
        """The column of that name. Raises: KeyError."""
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> list[str]:
        """Names of the columns, in the order of the file."""
        return [column.name for column in self.columns]


def _identifier(name: str, header: str) -> Column:
    return Column(name, header, "identifier", filled=True, needed=True)


def _year(name: str = "fiscal_year", header: str = "年度", *, filled: bool = True) -> Column:
    return Column(name, header, "year", filled=filled, needed=filled)


def _needed(name: str, header: str) -> Column:
    return Column(name, header, filled=True, needed=True)


def _choice(name: str, header: str, choices: Mapping[str, str], *, filled: bool = False) -> Column:
    return Column(name, header, "choice", filled=filled, needed=filled, choices=choices)


def _amount(name: str, header: str, **limits: float) -> Column:
    return Column(name, header, "number", **limits)


INDICATOR, PROGRAM, PERIOD = ("indicator_id", "指標ID"), ("program_id", "施策ID"), ("period", "期間")
TARGET_ID, ACTIVITY, PROJECT = ("target_id", "対象ID"), ("activity_id", "活動ID"), ("project_id", "事業ID")
GROUP_KIND, GROUP = Column("group_kind", "区分"), Column("group", "区分値")
STATUS, SOURCE = _choice("status", "状態", lists.STATUSES), Column("source", "出典")
REMARK, DEPARTMENT = Column("remark", "備考"), Column("department", "所管課")
TAIL = (STATUS, SOURCE)


def _ratings(name: str, title: str) -> Contract:
    columns = (_identifier(*PERIOD), _identifier(*TARGET_ID), _needed("rating", "評価"), Column("reason", "理由"), *TAIL)
    return Contract(name, title, ("period", "target_id"), columns)


CONTRACTS: dict[str, Contract] = {contract.name: contract for contract in (
    Contract("indicators", "指標", ("indicator_id",), (
        _identifier(*INDICATOR), _needed("indicator_name", "指標名"), Column("definition", "定義"),
        Column("program_id", "施策ID", "identifier"), DEPARTMENT,
        _choice("indicator_kind", "種別", lists.INDICATOR_KINDS), _choice("involvement", "関与", lists.INVOLVEMENTS),
        Column("unit", "単位"), Column("decimals", "小数桁", "whole", minimum=0, maximum=6),
        _choice("target_kind", "目標の型", lists.TARGET_KINDS, filled=True),
        _choice("direction", "望ましい向き", lists.DIRECTIONS),
        _year("baseline_year", "基準年度", filled=False), _amount("baseline", "基準値"),
        _year("target_year", "目標年度", filled=False), _amount("target", "目標値"), _amount("target_upper", "目標上限"),
        _choice("path", "道筋", lists.PATHS), _amount("min_change", "最小意味差", minimum=0),
        Column("is_count", "件数", "yes"), _choice("survey", "調査", lists.SURVEYS),
        _amount("weight", "重み", minimum=0), Column("valid_years", "有効年数", "whole", minimum=0, maximum=30),
        Column("scheme", "評価方式"), *TAIL, REMARK), required=True),
    Contract("observations", "実績値", ("indicator_id", "fiscal_year", "group_kind", "group"), (
        _identifier(*INDICATOR), _year(), GROUP_KIND, GROUP, Column("indicator_name", "指標名"),
        Column("value", "値", "number", needed=True), Column("unit", "単位"),
        _amount("sample_size", "標本数", minimum=0), _amount("sample_count", "該当数", minimum=0),
        _amount("standard_error", "標準誤差", minimum=0), _amount("design_effect", "設計効果", minimum=0),
        _choice("missing", "欠測", lists.MISSING), Column("flags", "旗", "choices", choices=lists.FLAGS),
        SOURCE, REMARK, STATUS), required=True, folder=True),
    Contract("period_years", "期間ごとの評価年度", ("period", "indicator_id"), (
        _identifier(*PERIOD), _identifier(*INDICATOR), _year(), *TAIL)),
    Contract("target_revisions", "目標の改定", ("indicator_id", "applies_from"), (
        _identifier(*INDICATOR), _year("applies_from", "適用開始年度"), _year("target_year", "目標年度", filled=False),
        _amount("target", "目標値"), _amount("target_upper", "目標上限"), Column("reason", "理由"), *TAIL)),
    Contract("milestones", "節目", ("indicator_id", "fiscal_year"), (
        _identifier(*INDICATOR), _year(), Column("value", "値", "number", filled=True, needed=True), *TAIL)),
    Contract("breaks", "系列の区切り", ("indicator_id", "fiscal_year"), (
        _identifier(*INDICATOR), _year(), _choice("break_kind", "種類", lists.BREAK_KINDS),
        _amount("bridge_ratio", "接続比", minimum=0), Column("reason", "理由"), *TAIL)),
    Contract("corrections", "訂正", ("indicator_id", "fiscal_year", "group_kind", "group"), (
        _identifier(*INDICATOR), _year(), GROUP_KIND, GROUP, _amount("reported", "報告値"),
        Column("corrected", "訂正値", "number", filled=True, needed=True), _needed("reason", "理由"),
        Column("decided_by", "決定者"), Column("decided_on", "決定日", "date"), *TAIL)),
    Contract("programs", "施策", ("program_id",), (
        _identifier(*PROGRAM), _needed("program_name", "施策名"), Column("goal", "基本目標"),
        _choice("program_kind", "区分", lists.PROGRAM_KINDS), Column("field", "分野"),
        Column("department", "主管課"), *TAIL)),
    Contract("projects", "事業", ("project_id",), (
        _identifier(*PROJECT), _needed("project_name", "事業名"), Column("program_id", "施策ID", "identifier"),
        DEPARTMENT, *TAIL)),
    Contract("project_years", "事業の年度", ("project_id", "fiscal_year"), (
        _identifier(*PROJECT), _year(), _amount("budget", "予算額(千円)", minimum=0),
        _amount("spending", "決算額(千円)", minimum=0), Column("activity", "活動内容"),
        Column("self_check", "自己評価"), Column("difficulty", "課題"),
        _choice("decision", "今後の方向", lists.DECISIONS), Column("person", "担当"), Column("due", "期限"),
        Column("tags", "タグ"), *TAIL)),
    Contract("sdg_links", "施策とSDGs", ("program_id", "sdg_goal", "sdg_target"), (
        _identifier(*PROGRAM), Column("sdg_goal", "ゴール", "whole", filled=True, needed=True, minimum=1, maximum=17),
        Column("sdg_target", "ターゲット"), _choice("strength", "強さ", lists.STRENGTHS, filled=True), *TAIL)),
    Contract("actor_links", "施策と主体", ("program_id", "actor"), (
        _identifier(*PROGRAM), _needed("actor", "主体"), _choice("role", "役割", lists.ROLES, filled=True),
        Column("content", "内容"), *TAIL)),
    Contract("partner_activities", "活動計画の項目", ("activity_id",), (
        _identifier(*ACTIVITY), _needed("activity_name", "活動名"), Column("pillar", "柱"),
        Column("progress", "進捗"), *TAIL)),
    Contract("crosswalk", "両計画の対応", ("program_id", "activity_id"), (
        _identifier(*PROGRAM), _identifier(*ACTIVITY), _choice("relation", "関係", lists.RELATIONS), *TAIL)),
    _ratings("department_ratings", "所管課の評価"),
    _ratings("committee_ratings", "委員会の評価"),
    Contract("narratives", "質的評価", ("period", "target_id"), (
        _identifier(*PERIOD), _identifier(*TARGET_ID), Column("narrative", "質的評価"), Column("cause", "要因"),
        Column("next_action", "次の取組"), *TAIL)),
    Contract("meetings", "会議", ("meeting_id",), (
        _identifier("meeting_id", "会議ID"), Column("body", "体"), Column("held_on", "日", "date"),
        Column("agenda", "議題"), *TAIL)),
    Contract("opinions", "意見", ("opinion_id",), (
        _identifier("opinion_id", "意見ID"), _identifier(*PERIOD), Column("meeting_id", "会議", "identifier"),
        _needed("opinion", "意見"), Column("answer", "市の考え方"), Column("reflected_in", "反映先"),
        _choice("answer_state", "状況", lists.ANSWER_STATES), *TAIL)),
    Contract("context", "社会の状況", ("item", "fiscal_year"), (
        _needed("item", "項目"), _year(), Column("value", "値", "number", filled=True, needed=True),
        Column("unit", "単位"), SOURCE, STATUS)),
    Contract("glossary", "用語", ("term",), (
        _needed("term", "用語"), _needed("explanation", "説明"), Column("first_use", "初出"), *TAIL)),
    Contract("published_ratings", "公表済みの評価", ("period", "indicator_id"), (
        _identifier(*PERIOD), _identifier(*INDICATOR), _needed("rating", "評価"), Column("scheme", "方式"),
        SOURCE, STATUS)),
)}
