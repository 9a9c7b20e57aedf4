"""datapackage.json: what the CSV tables of a run are, for tools (Frictionless Data Package, tabular profile).

Source: specs.frictionlessdata.io, Tabular Data Package, Tabular Data Resource, Table Schema and CSV Dialect 1.x.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping

from ..delivery.tables import RunTable
from ..judging.evaluation import Evaluation
from ..telling.imprint import banner, period_words
from ..words.fiscal_years import FIRST_YEAR, LAST_YEAR
from ..words.guard import guarded
from .codebook import Meaning, meanings, table_words, words

TYPES = {"text": "string", "year": "integer", "whole": "integer", "yes_no": "boolean"}  # every other kind: number
DIALECT = {
    "caseSensitiveHeader": True, "delimiter": ",", "doubleQuote": True, "header": True, "lineTerminator": "\n",
    "quoteChar": '"', "skipInitialSpace": False,
}  # fmt: skip
WORDS_OF_YES_NO = {"trueValues": ["はい"], "falseValues": ["いいえ"]}


def data_package(evaluation: Evaluation, tables: Mapping[str, RunTable], files: Mapping[str, bytes]) -> bytes:
    """The descriptor of the CSV tables as JSON with sorted keys; `files` has their bytes by path. No times.

    A licence is not named, since the data say none.
    """
    plan, period, scheme = evaluation.plan, evaluation.period, evaluation.scheme
    own = words()["package"]
    described = own["description"].format(plan=plan.name, period=period_words(evaluation), scheme=scheme.title)
    found = {
        "profile": "tabular-data-package",
        "name": re.sub(r"[^-a-z0-9._]", "-", f"{plan.id}-{period.id}-{scheme.name}".lower()),
        "title": f"{plan.name} {period.label}",
        "description": " ".join([*banner(evaluation), described, own["guard"]]),
        "sources": [_source(source) for source in plan.sources],
        "resources": [_resource(name, table, files[f"tables/{name}.csv"]) for name, table in tables.items()],
    }
    kept = {key: value for key, value in found.items() if value}
    return (json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")


def _source(source: Mapping) -> dict[str, str]:
    url = source.get("url")
    is_address = isinstance(url, str) and url.startswith(("https://", "http://"))
    return {"title": str(source["title"])} | ({"path": url} if is_address else {})


def _resource(name: str, table: RunTable, content: bytes) -> dict[str, object]:
    own, columns = table_words(name), meanings(name, table)
    key = [column.heading for column in columns if column.name in own["key"]]
    schema = {"fields": [_field(column, own["key"]) for column in columns], "missingValues": [""]}
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": f"tables/{name}.csv",
        "title": own["title"],
        "description": own["sentence"],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": DIALECT,
        "schema": schema | ({"primaryKey": key} if key else {}),
    }


def _field(column: Meaning, key: list[str]) -> dict[str, object]:
    """A column under its heading in the file. The first column of a key is never empty."""
    kind = TYPES.get(column.kind, "number")
    told = f"{column.text}単位：{column.unit}。" if column.unit else column.text
    field = {"name": guarded(column.heading), "title": column.heading, "type": kind, "description": told}
    is_filled = column.name in key and not column.name.startswith("group")
    constraints = {"required": True} if is_filled else {}
    if column.kind == "year":
        constraints |= {"minimum": FIRST_YEAR, "maximum": LAST_YEAR}
    return (
        field | (WORDS_OF_YES_NO if kind == "boolean" else {}) | ({"constraints": constraints} if constraints else {})
    )
