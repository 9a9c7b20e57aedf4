"""A plan: what `plan.yaml` says of its years, periods, bodies, actors and settings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..words.contracts import CONTRACTS
from ..words.fiscal_years import FIRST_YEAR, LAST_YEAR
from ..words.lists import PERIOD_KINDS
from ..words.methods import Value
from ..words.paths import LONGEST_PLAN_NAME, is_plan_name
from ..words.problems import DataProblems, Problem, known_names, unknown_name
from .bundles import bundle_problems, bundles
from .yaml_files import YamlDocument, check_keys, read_settings, setting_problems

STATES = CONTRACTS["indicators"].column("status").choices or {}
NAME = re.compile(r"[0-9A-Za-z_-]{1,40}")


@dataclass(frozen=True)
class Period:
    """A span of fiscal years that is evaluated (a half of the plan) or checked (a year)."""

    id: str
    label: str
    kind: str
    first_year: int
    last_year: int
    scheme: str | None = None


@dataclass(frozen=True)
class Plan:
    """One plan, read from `plan.yaml`; `lists` keeps schedule, bodies, shocks, sources as the file has them."""

    id: str
    name: str
    nickname: str
    municipality: str
    first_year: int
    last_year: int
    year_of_making: int | None
    parent_plan: str
    successor_plan: str
    partner_plan: Mapping[str, str]
    scheme: str
    settings: Mapping[str, Value]
    stale_after: int
    disclosure_threshold: int
    periods: tuple[Period, ...]
    schedule: tuple[Mapping, ...]
    bodies: tuple[Mapping, ...]
    shocks: tuple[Mapping, ...]
    sources: tuple[Mapping, ...]
    actors: tuple[str, ...]
    fields: tuple[str, ...]
    districts: tuple[str, ...]
    group_orders: Mapping[str, tuple[str, ...]]
    merged_districts: Mapping[str, tuple[str, ...]]
    areas: Mapping[str, tuple[str, ...]]
    explanations: Mapping[str, str]
    status: str

    def period(self, period_id: str) -> Period:
        """The period of that id. Raises: WrongUse with the nearest known ids."""
        for period in self.periods:
            if period.id == period_id:
                return period
        raise unknown_name("期間", period_id, [period.id for period in self.periods])

    def earlier_period(self, period: Period) -> Period | None:
        """The last period of the same kind that ended before this one began."""
        earlier = [p for p in self.periods if p.kind == period.kind and p.last_year < period.first_year]
        return max(earlier, key=lambda p: p.last_year, default=None)

    def later_period(self, period: Period) -> Period | None:
        """The first period of the same kind that begins after this one."""
        later = [p for p in self.periods if p.kind == period.kind and p.first_year > period.last_year]
        return min(later, key=lambda p: p.first_year, default=None)

    def is_shock(self, fiscal_year: int) -> bool:
        """Whether the plan names a shock for that year."""
        return any(shock["years"][0] <= fiscal_year <= shock["years"][1] for shock in self.shocks)


PLAN_KEYS: dict[str, tuple[type, ...]] = {
    "id": (str,),
    "name": (str,),
    "nickname": (str,),
    "municipality": (str,),
    "years": (list,),
    "year_of_making": (int,),
    "parent_plan": (str,),
    "successor_plan": (str,),
    "partner_plan": (dict,),
    "scheme": (str,),
    "settings": (dict,),
    "stale_after": (int,),
    "disclosure_threshold": (int,),
    "periods": (list,),
    "schedule": (list,),
    "bodies": (list,),
    "shocks": (list,),
    "sources": (list,),
    "actors": (list,),
    "fields": (list,),
    "districts": (list,),
    "group_orders": (dict,),
    "merged_districts": (dict,),
    "areas": (dict,),
    "explanations": (dict,),
    "status": (str,),
}
ITEM_KEYS: dict[str, tuple[dict[str, tuple[type, ...]], set[str]]] = {
    "periods": (
        {"id": (str,), "label": (str,), "kind": (str,), "years": (list,), "scheme": (str,)},
        {"id", "label", "kind", "years"},
    ),
    "schedule": ({"body": (str,), "years": (list,), "activity": (str,), "status": (str,)}, {"years", "activity"}),
    "bodies": ({"id": (str,), "name": (str,), "role": (str,)}, {"id", "name"}),
    "shocks": ({"years": (list,), "label": (str,), "reason": (str,)}, {"years", "label"}),
    "sources": ({"id": (str,), "title": (str,), "url": (str,), "note": (str,)}, {"title"}),
}
LISTS_OF_NAMES = ("actors", "fields", "districts")


def load_plan(path: Path, file: str) -> Plan:
    """The plan of one `plan.yaml`. Raises: DataProblems with all its faults."""
    document = YamlDocument(path, file)
    problems = check_keys(document, (), PLAN_KEYS, {"id", "name", "municipality", "years", "periods"})
    if not problems:
        problems = _item_problems(document) or _meaning_problems(document, path.parent.name)
    if problems:
        raise DataProblems(problems)
    return _plan(document.value)


def _item_problems(document: YamlDocument) -> list[Problem]:
    problems = []
    for name, (known, needed) in ITEM_KEYS.items():
        for n, _ in enumerate(document.value.get(name) or []):
            problems += check_keys(document, (name, n), known, needed)
    for name in LISTS_OF_NAMES:
        for n, item in enumerate(document.value.get(name) or []):
            if not isinstance(item, str):
                problems.append(Problem(document.place(name, n), f"「{name}」に「{item}」", "文字", "引用符で囲む"))
    return [*problems, *_order_problems(document)]


def _order_problems(document: YamlDocument) -> Iterator[Problem]:
    """Each order of groups is a list of names, least advantaged first."""
    for kind, names in (document.value.get("group_orders") or {}).items():
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            remedy = "[最も不利な区分, …, 最も有利な区分] の形で書く"
            yield document.problem(("group_orders", kind), f"「{kind}」の並びが「{names}」", "区分の名の一覧", remedy)


def _meaning_problems(document: YamlDocument, folder: str) -> list[Problem]:
    value, problems = document.value, []
    if value["id"] != unicodedata.normalize("NFC", folder):
        found, expected = f"id が「{value['id']}」", f"フォルダの名前と同じ「{folder}」"
        problems.append(document.problem(("id",), found, expected, "どちらかをそろえる"))
    elif not is_plan_name(value["id"]):
        expected = f"{LONGEST_PLAN_NAME}文字以内の半角の英数字、かな漢字、- _"
        problems.append(
            document.problem(("id",), f"計画の名前が「{value['id']}」", expected, "フォルダの名前と id を変える")
        )
    status = value.get("status") or ""
    if status and status not in STATES:
        found = f"status が「{status}」"
        problems.append(document.problem(("status",), found, "、".join(STATES), known_names(status, STATES)))
    problems += [*_span_problems(document), *_period_problems(document), *bundle_problems(document)]
    return [*problems, *setting_problems(document)]


def _span_problems(document: YamlDocument) -> Iterator[Problem]:
    """Every `years` names a first and a last fiscal year."""
    value = document.value
    keys = [(name, n, "years") for name in ("periods", "schedule", "shocks") for n in range(len(value.get(name) or []))]
    for key in [("years",), *keys]:
        years = value["years"] if len(key) == 1 else value[key[0]][key[1]]["years"]
        are_years = len(years) == 2 and all(type(y) is int and FIRST_YEAR <= y <= LAST_YEAR for y in years)
        if not are_years or years[0] > years[1]:
            found = f"years が [{', '.join(map(str, years))}]"
            yield document.problem(key, found, "[始まりの年度, 終わりの年度]（西暦）", "西暦の年度を2つ書く")


def _period_problems(document: YamlDocument) -> Iterator[Problem]:
    periods = document.value["periods"]
    ids = [period["id"] for period in periods]
    for n, period in enumerate(periods):
        id_key, kind_key = ("periods", n, "id"), ("periods", n, "kind")
        if not NAME.fullmatch(period["id"]) or not is_plan_name(period["id"]):
            expected = "半角の英数字と - _ で40文字以内"
            found = f"期間の id が「{period['id']}」"
            yield document.problem(id_key, found, expected, "R3-R5 のように書く")
        if ids.count(period["id"]) > 1:
            found = f"期間「{period['id']}」が二度ある"
            yield document.problem(id_key, found, "期間の id は一度だけ", "どちらかを変える")
        if period["kind"] not in PERIOD_KINDS:
            remedy = "evaluation（評価）か progress（進捗確認）にする"
            yield document.problem(kind_key, f"kind が「{period['kind']}」", "、".join(PERIOD_KINDS), remedy)
    if not periods:
        yield document.problem(("periods",), "期間が一つもない", "期間が一つ以上", "periods に期間を足す")


def _plan(value: dict) -> Plan:
    def text(name: str) -> str:
        return value.get(name) or ""

    def items(name: str) -> tuple:
        return tuple(value.get(name) or ())

    periods = tuple(
        Period(p["id"], p["label"], p["kind"], p["years"][0], p["years"][1], p.get("scheme")) for p in value["periods"]
    )
    return Plan(
        id=value["id"],
        name=value["name"],
        nickname=text("nickname"),
        municipality=value["municipality"],
        first_year=value["years"][0],
        last_year=value["years"][1],
        year_of_making=value.get("year_of_making"),
        parent_plan=text("parent_plan"),
        successor_plan=text("successor_plan"),
        partner_plan=value.get("partner_plan") or {},
        scheme=text("scheme") or "gap",
        settings=read_settings(value.get("settings")),
        stale_after=value.get("stale_after") or 0,
        disclosure_threshold=10 if value.get("disclosure_threshold") is None else value["disclosure_threshold"],
        periods=periods,
        schedule=items("schedule"),
        bodies=items("bodies"),
        shocks=items("shocks"),
        sources=items("sources"),
        actors=items("actors"),
        fields=items("fields"),
        districts=items("districts"),
        group_orders={kind: tuple(names) for kind, names in (value.get("group_orders") or {}).items()},
        merged_districts=bundles(value, "merged_districts"),
        areas=bundles(value, "areas"),
        explanations=value.get("explanations") or {},
        status=STATES.get(text("status"), ""),
    )
