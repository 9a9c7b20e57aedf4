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
    path = next(path for path in NOTEBOOKS if path.stem.startswith(name))
    names = {"views": views, "charts": charts, "wording": wording, "evaluation": evaluation}
    found, heading = {"prose": ""}, ""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            found["prose"] += source
            if source.startswith("## "):
                heading = source.partition("\n")[0].removeprefix("## ")
                found[heading] = ""
        elif heading:
            found[heading] += shown(eval(source, names)) + "\n"
    return found


def shown(part: object) -> str:
    """The words of a view, sentence or picture, as a reader gets them; "" for None."""
    if part is None:
        return ""
    if hasattr(part, "png"):
        return f"{part.caption} {part.note} {part.alt}"
    text = re.sub(r"<(svg|style)\b.*?</\1>", " ", part._repr_html_(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text))).strip()
