"""The look of the reports within JupyterLab: the same stylesheet, kept to the cells' outputs."""

from __future__ import annotations

import re
import sys
from pathlib import Path

TEMPLATE = Path(__file__).with_name("template")
STYLESHEET, HATCH = TEMPLATE / "report.css", TEMPLATE / "report" / "hatch.html.j2"
# The chapters of the stylesheet that dress tables, marks and figures; frame, narrow screens and print are the report's.
SHARED_CHAPTERS = "4567"
# Named twice, to go before JupyterLab's own rules for tables.
OUTPUT = ".jp-RenderedHTMLCommon.jp-RenderedHTMLCommon"
# JupyterLab stripes its tables and aligns every cell to the right.
RESETS = "table { table-layout: auto; } tbody tr, tbody tr:hover { background: none !important; } th, td { max-width: none; }"


def lab_stylesheet() -> str:
    """The report's colours and sizes, and its rules for tables, marks and figures within outputs."""
    text = STYLESHEET.read_text(encoding="utf-8")
    tokens = re.search(r":root \{.*?\n\}", text, re.DOTALL)
    tones = "\n".join(re.findall(r"^\[data-r=.*\}$", text, re.MULTILINE))
    chapters = re.split(r"^(?=/\* \d )", text, flags=re.MULTILINE)
    shared = [chapter for chapter in chapters if chapter[3:4] in SHARED_CHAPTERS and chapter.startswith("/* ")]
    return f"{tokens.group() if tokens else ''}\n{OUTPUT} {{\n{RESETS}\n{tones}\n{''.join(shared)}}}"


def show_lab_style() -> None:
    """Put the stylesheet into the load cell's output; outside a notebook nothing happens."""
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
        from IPython.display import HTML, display

        hatch = HATCH.read_text(encoding="utf-8")
        display(HTML(f"<style>{lab_stylesheet()}</style>{hatch}"))
