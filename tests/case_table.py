"""Flat tables of cases, one row a case: as the frames that `judge` takes, and as the tables of a plan."""

from __future__ import annotations

import ast
import csv
from pathlib import Path

import pandas as pd

from planeval.judging.ratings import judge
from planeval.trust.schemes import load_scheme
from planeval.words.contracts import label

CASES = Path(__file__).resolve().parent / "cases"
Row = dict[str, str]
# The columns of a flat case, and what `judge` calls them.
NUMBERS = {
    "baseline_year": "baseline_year", "baseline": "baseline", "target_year": "target_year", "target": "target",
    "target_upper": "target_upper", "year": "fiscal_year", "actual": "value", "min_change": "min_change",
    "baseline_n": "baseline_n", "baseline_x": "baseline_x", "baseline_se": "baseline_se", "n": "n", "x": "x",
    "se": "se", "design_effect": "design_effect", "baseline_exposure": "baseline_exposure", "exposure": "exposure",
}  # fmt: skip
YEARS = {"baseline_year": "Int64", "target_year": "Int64", "fiscal_year": "Int64"}


def read_cases(name: str) -> list[Row]:
    """The rows of `cases/<name>.csv`, every cell as text."""
    with (CASES / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def kind_of(row: Row) -> str:
    """A flat case says "maintain" and which side is better; the library knows "at least" and "at most"."""
    if row["direction"] == "maintain":
        return {"up": "at_least", "down": "at_most"}[row["better"]]
    return row["direction"]


def pairs_of(text: str | None) -> dict[int, float]:
    """Example: "2015=40;2016=41.4" → {2015: 40.0, 2016: 41.4}."""
    return {int(part.split("=")[0]): float(part.split("=")[1]) for part in (text or "").split(";") if part.strip()}


def judged(rows: list[Row], scheme: str = "gap", **settings: float) -> pd.DataFrame:
    """What `judge` makes of the rows, by case_id."""
    return judge(*frames(rows), load_scheme(scheme), settings).set_index("indicator_id")


def frames(rows: list[Row]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Cases, points and milestones, as `judge` takes them."""
    columns: dict[str, object] = {
        own: pd.Series([_number(row.get(flat)) for row in rows], dtype="float64").astype(YEARS.get(own, "float64"))
        for flat, own in NUMBERS.items()
    }
    texts = {
        "indicator_id": [row["case_id"] for row in rows],
        "target_kind": [kind_of(row) for row in rows],
        "direction": [row.get("better", "") if kind_of(row) == "none" else "" for row in rows],
        "unit": [row.get("unit", "") for row in rows],
        "path": [row.get("path") or "linear" for row in rows],
        "survey": ["sample" if row.get("is_survey") == "true" else "" for row in rows],
    }
    cases = pd.DataFrame({name: pd.Series(cells, dtype="str") for name, cells in texts.items()}).assign(
        **columns,
        is_count=pd.Series([row.get("is_count") == "true" for row in rows], dtype="bool"),
        group_kind="", group="", flags="", reason="", is_restarted=False, baseline_bridge=1.0,
    )  # fmt: skip
    cases["baseline_design_effect"] = cases["design_effect"]
    cases["baseline_count"] = cases["baseline"].where(cases["is_count"])
    cases["count"] = cases["value"].where(cases["is_count"])
    points = [(n, *point) for n, row in enumerate(rows) for point in sorted(series_of(row).items())]
    steps = [(n, *step) for n, row in enumerate(rows) for step in pairs_of(row.get("milestones")).items()]
    names = ["case", "fiscal_year", "value"]
    return cases, pd.DataFrame(points, columns=names), pd.DataFrame(steps, columns=names)


def series_of(row: Row) -> dict[int, float]:
    """All values of a case from baseline to latest, both included."""
    ends = [(row["baseline_year"], row["baseline"]), (row["year"], row["actual"])]
    return pairs_of(row.get("series")) | {int(year): float(value) for year, value in ends if year and value}


def plan_tables(rows: list[Row]) -> dict[str, list[dict]]:
    """The same cases as the tables of one plan, in the words of its files."""
    indicators, observations, milestones = [], [], []
    for row in rows:
        own = {"indicator_id": row["case_id"]}
        kind, direction, path = kind_of(row), row.get("better", ""), row.get("path") or "linear"
        indicators.append(own | {
            "indicator_name": row.get("description", row["case_id"]).replace(",", "、"),
            "unit": row.get("unit", ""), "target_kind": label("target_kind", kind), "path": label("path", path),
            "direction": label("direction", direction) if direction else "",
            "is_count": "はい" if row.get("is_count") == "true" else "",
            **{name: row.get(name) for name in ("baseline_year", "baseline", "target_year", "target", "target_upper", "min_change")},
        })  # fmt: skip
        observations += [own | seen for seen in _observations(row)]
        milestones += [own | {"fiscal_year": y, "value": v} for y, v in pairs_of(row.get("milestones")).items()]
    return {"programs": None, "indicators": indicators, "observations": observations, "milestones": milestones}


def _observations(row: Row) -> list[dict]:
    seen = {year: {"fiscal_year": year, "value": value} for year, value in series_of(row).items()}
    for prefix, year in (("baseline_", row["baseline_year"]), ("", row["year"])):
        if year and int(year) in seen:
            size = row.get(f"{prefix}n") or row.get(f"{prefix}exposure")
            seen[int(year)] |= {
                "sample_size": size, "sample_count": row.get(f"{prefix}x"),
                "standard_error": row.get(f"{prefix}se"), "design_effect": row.get("design_effect"),
            }  # fmt: skip
    return list(seen.values())


def edge_case(row: Row) -> Row:
    """A row of `gap_edge_cases.csv`, which has its own columns, as a flat case."""
    seen = pairs_of(row["observations"])
    later = {year: value for year, value in seen.items() if year > int(row["baseline_year"])}
    year = max(later, default="")
    target, _, upper = row["target"].partition("..")
    flat = {
        "case_id": row["case"], "description": row["description"], "baseline_year": row["baseline_year"],
        "baseline": str(seen.get(int(row["baseline_year"]), "")), "target_year": row["target_year"],
        "target": target, "target_upper": upper, "year": str(year), "actual": str(later.get(year, "")),
        "series": row["observations"], "direction": row["target_kind"].replace("at_least", "maintain"),
        "better": "up" if row["target_kind"] == "at_least" else "",
    }  # fmt: skip
    name, _, content = row["extra"].partition("=")
    return flat | (_extra(name, content, int(row["baseline_year"]), year) if name else {})


def _extra(name: str, content: str, first: int, last: int) -> Row:
    """What the column `extra` adds to a case of `gap_edge_cases.csv`."""
    if name == "count":
        return {"is_count": "true"}
    if name in {"path", "direction"}:
        return {"path" if name == "path" else "better": content}
    value = ast.literal_eval(content)
    if name == "mile":
        return {"path": "milestones", "milestones": ";".join(f"{year}={step}" for year, step in value)}
    if name == "se":
        return {"baseline_se": str(value[first]), "se": str(value[last])}
    (x1, n1), (x2, n2) = value[first], value[last]
    return {"unit": "%", "baseline_n": str(n1), "baseline_x": str(x1), "n": str(n2), "x": str(x2)}


def _number(text: str | None) -> float:
    return float(text) if text not in ("", None) else float("nan")
