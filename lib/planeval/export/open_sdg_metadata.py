"""The metadata file of one indicator for Open SDG: YAML between two lines of dashes, then what stands above the chart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any  # a row of a frame, whose columns are attributes

import pandas as pd
import yaml

from ..judging.evaluation import Evaluation
from ..telling.vocabulary import name_of, say
from ..words.contracts import SDG_GOALS
from .codebook import words

ADDRESS = re.compile(r"https?://[!#-;=?-~]+")  # without quotes and angle brackets
DIRECTIONS = {
    "increase": "positive", "at_least": "positive", "up": "positive",
    "decrease": "negative", "at_most": "negative", "suppress": "negative", "down": "negative",
}  # fmt: skip
TABLES_OF_INDICATOR = (
    "indicators",
    "observations",
    "period_years",
    "target_revisions",
    "milestones",
    "breaks",
    "corrections",
)
TABLES_OF_PROGRAM = ("programs", "sdg_links")


def metadata_file(evaluation: Evaluation, item: Any, *, place: int, has_values: bool) -> bytes:
    """The file of an indicator; `item` is its row of `evaluation.indicators`, `place` where it stands in the plan.

    Every text is safe in a web page. An indicator that rests on examples says so in its name and above its chart.
    """
    own, notice = words()["open_sdg"], _notice(evaluation, item)
    name = own["name_example"].format(name=item.indicator_name) if notice else item.indicator_name
    found = {
        "indicator_number": item.indicator_id, "indicator_name": name, "graph_title": name,
        "national_indicator_description": item.definition, "computation_units": item.unit,
        "national_geographical_coverage": evaluation.plan.municipality, "graph_type": "line",
        "data_non_statistical": False, "reporting_status": "complete" if has_values else "notstarted",
        "standalone": True, "sort": f"{place:05d}",
        "data_notice_class": "warning" if notice else "", "data_notice_text": notice,
        "data_notice_heading": own["example_heading"] if notice else "",
        "data_footnote": " ".join(_footnotes(evaluation, item)), "precision": _precision(item),
        **_goals(evaluation, item), **_targets(item), **_source(evaluation, item),
    }  # fmt: skip
    kept = {key: _safe(value) for key, value in found.items() if value != "" and value != []}
    front = yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=10_000)
    body = "\n\n".join([*([notice] if notice else []), _rating(evaluation, item)])
    return f"---\n{front}---\n\n{_safe(body)}\n".encode()


def _safe(value: object) -> object:
    """Texts in which no tag and no link of Markdown is left: what a page shows is what the data say."""
    if isinstance(value, str):
        text = re.sub(r"&(?=#?\w+;)", "&amp;", value)
        return text.replace("<", "&lt;").replace(">", "&gt;").replace("](", "]&#40;")
    if isinstance(value, list):
        return [_safe(part) for part in value]
    return {key: _safe(part) for key, part in value.items()} if isinstance(value, Mapping) else value


def _notice(evaluation: Evaluation, item: Any) -> str:
    """The sentence of the reports about examples, where rows that the page of this indicator rests on are some."""
    keys = {name: ("indicator_id", item.indicator_id) for name in TABLES_OF_INDICATOR}
    keys |= {name: ("program_id", item.program_id) for name in TABLES_OF_PROGRAM if item.program_id}
    titles = []
    for name, (key, value) in keys.items():
        frame = evaluation.workbook[name]
        if (frame[key].eq(value) & frame["status"].eq("example")).any():
            titles.append(evaluation.workbook.tables[name].contract.title)
    if not titles and evaluation.plan.status != "example":
        return ""
    named = "、".join(titles) or evaluation.plan.name
    return say("banner.example", tables=named, municipality=evaluation.plan.municipality)


def _goals(evaluation: Evaluation, item: Any) -> dict[str, object]:
    """The SDG goal and target that the indicator's programme serves first, and a tag for each of its goals."""
    links = evaluation.workbook["sdg_links"]
    links = links[links["program_id"].eq(item.program_id) & links["program_id"].ne("")]
    if links.empty:
        return {}
    links = links.assign(rank=links["strength"].ne("main")).sort_values(
        ["rank", "sdg_goal", "sdg_target"], kind="stable"
    )
    goal, target = int(links["sdg_goal"].iloc[0]), links["sdg_target"].iloc[0]
    tags = [words()["open_sdg"]["tag"].format(goal=int(number)) for number in dict.fromkeys(links["sdg_goal"])]
    return {
        "sdg_goal": str(goal), "goal_number": str(goal), "goal_name": SDG_GOALS[goal],
        "target_id": target, "target_number": target, "tags": tags,
    }  # fmt: skip


def _targets(item: Any) -> dict[str, object]:
    """The target as lines on the chart, and what Open SDG's own progress measure would need; the city's rating leads."""
    limits = [float(value) for value in (item.target, item.target_upper) if pd.notna(value)]
    label = {} if pd.isna(item.target_year) else {
        "label_content": words()["open_sdg"]["target"].format(year=int(item.target_year))
    }  # fmt: skip
    options: dict[str, object] = {"direction": DIRECTIONS.get(item.direction or item.target_kind, "")}
    options |= {"base_year": item.baseline_year, "target_year": item.target_year, "target": item.target}
    options = {key: _plain(value) for key, value in options.items() if pd.notna(value) and value != ""}
    return {
        "graph_target_lines": [{"value": _plain(limit), **label} for limit in limits],
        "auto_progress_calculation": False,
        "progress_calculation_options": [options] if "direction" in options else [],
    }


def _plain(value: Any) -> object:
    return value if isinstance(value, str) else int(value) if float(value).is_integer() else float(value)


def _source(evaluation: Evaluation, item: Any) -> dict[str, object]:
    """The department, and the source that the indicator itself names."""
    municipality = evaluation.plan.municipality
    office = words()["open_sdg"]["department"].format(municipality=municipality, department=item.department).strip()
    address = ADDRESS.search(item.source)
    return {
        "source_active_1": True,
        "source_organisation_1": office,
        "source_other_info_1": item.source,
        "source_url_1": address[0] if address else "",
    }


def _precision(item: Any) -> list[dict[str, int]]:
    return [] if pd.isna(item.decimals) else [{"decimals": int(item.decimals)}]


def _footnotes(evaluation: Evaluation, item: Any) -> Iterator[str]:
    """That groups are withheld, by name and without a figure, and that the baseline was bridged."""
    own, seen = words()["open_sdg"], evaluation.workbook["observations"]
    hidden = seen[seen["indicator_id"].eq(item.indicator_id) & seen["missing"].eq("withheld") & seen["group"].ne("")]
    hidden = hidden[hidden["fiscal_year"] <= evaluation.period.last_year]
    groups = dict.fromkeys(zip(hidden["group_kind"], hidden["group"], strict=True))
    if groups:
        named = "、".join(own["withheld_group"].format(kind=kind, group=group) for kind, group in groups)
        yield own["withheld"].format(groups=named)
    if pd.notna(item.baseline_bridge) and item.baseline_bridge != 1:
        yield own["bridged"]


def _rating(evaluation: Evaluation, item: Any) -> str:
    """The city's own rating in one line."""
    own, scheme = words()["open_sdg"], evaluation.schemes[item.scheme]
    word = scheme.letter_of(item.letter, item.outcome).word
    told = own["rating"].format(
        municipality=evaluation.plan.municipality, period=evaluation.period.label, letter=item.letter, word=word,
        scheme=scheme.title,
    )  # fmt: skip
    return told + (" " + own["not_rated"].format(reason=name_of("reason", item.reason)) if item.reason else "")
