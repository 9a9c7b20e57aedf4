"""A notebook's sections as plain text: its cells called in this process, with an evaluation given."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

from planeval.judging.evaluation import Evaluation
from planeval.telling import charts, views, wording

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


def sections(name: str, evaluation: Evaluation) -> dict[str, str]:
    """What the cells of each section `## …` show, by its heading; what is written around them stands under `prose`."""
    return page(name, evaluation)[0]


def page(name: str, evaluation: Evaluation) -> tuple[dict[str, str], dict[str, list[list[str]]]]:
    """The texts of each section, as `sections`, and the rows of its tables, each as the texts of its cells."""
    path = next(path for path in NOTEBOOKS if path.stem.startswith(name))
    names = {"views": views, "charts": charts, "wording": wording, "evaluation": evaluation}
    found, rows, heading = {"prose": ""}, {}, ""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            found["prose"] += source
            if source.startswith("## "):
                heading = source.partition("\n")[0].removeprefix("## ")
                found[heading], rows[heading] = "", []
        elif heading:
            part = eval(source, names)
            found[heading] += shown(part) + "\n"
            rows[heading] += rows_of(part)
    return found, rows


def rows_of(part: object) -> list[list[str]]:
    """The rows of the tables of a view, each as the texts of its cells."""
    html_text = "" if part is None or hasattr(part, "png") else part._repr_html_()
    rows = re.findall(r"<tr\b.*?</tr>", html_text, re.DOTALL)
    return [[words(cell) for cell in re.findall(r"<t[hd]\b.*?</t[hd]>", row, re.DOTALL)] for row in rows]


def shown(part: object) -> str:
    """The words of a view, sentence or picture, as a reader gets them; "" for None."""
    if part is None:
        return ""
    if hasattr(part, "png"):
        return f"{part.caption} {part.note} {part.alt}"
    return words(part._repr_html_())


def words(text: str) -> str:
    """The words of a piece of HTML."""
    text = re.sub(r"<(svg|style)\b.*?</\1>", " ", text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text))).strip()
