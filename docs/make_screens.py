"""Takes the pictures of `docs/report.md` from a finished run of both plans: `python docs/make_screens.py [OUTPUTS]`.

Needs Chromium, Playwright and, for paper, pdftoppm (poppler-utils).
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from planeval.export.browsers import find_browser

IMAGES = Path(__file__).with_name("images")
REAL, SAMPLE = "kenko21/final/04_committee_report.html", "tokorozawa/R6-R8/04_committee_report.html"
PLAN = "tokorozawa/R6-R8/03_sdg_stakeholder_analysis.html"
# Of each picture: page, width of the screen, and what it shows; None for the top of the page, of this height.
SCREENS = {
    "report_summary_1280": (REAL, 1280, None, 1240),
    "report_summary_390": (REAL, 390, None, 1240),
    "report_projection_1280": (f"{REAL}#projection", 1280, None, 900),
    "report_indicators_1280": (REAL, 1280, "#goal-2 .ind, .goal:nth-of-type(2) .ind", 0),
    "report_card_1280": (REAL, 1280, "#c-HJF-023", 0),
    "report_card_390": (REAL, 390, "#c-HJF-023", 0),
    "report_indicator_390": (REAL, 390, ".ind tbody tr:not(.group)", 0),
    "report_index_1280": ("kenko21/index.html", 1280, None, 700),
}
# Every matrix, by the id and the page of its table, is taken at both widths and on paper.
MATRICES = {
    "change": ("t-change", SAMPLE),
    "actors": ("t-actor_roles", PLAN),
    "actor_letters": ("t-letters_by_actor", PLAN),
    "sdgs": ("t-sdg_goals", PLAN),
    "sdg_letters": ("t-letters_by_sdg_goal", PLAN),
    "fields": ("t-letters_by_field", PLAN),
    "crosswalk": ("t-crosswalk_matrix", PLAN),
    "years": ("t-values_by_year", "tokorozawa/R6-R8/01_data_loading.html"),
}
# Of each sheet of paper: the page, and what stands on it; "" for the first.
SHEETS = {
    "report_a4_page1": (REAL, ""),
    "report_a4_goal": (REAL, ".goal:nth-of-type(2) .ind caption"),
    "report_a4_card": (REAL, "#c-HJF-023 h4, #c-HJF-023 h3"),
}


def main(outputs: Path) -> None:
    """Take every picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find_browser()), args=["--no-sandbox"])
        for name, (page, width, part, height) in SCREENS.items():
            _write(name, _screen(browser, f"{outputs.resolve().as_uri()}/{page}", width, part, height))
        for name, (page, part) in SHEETS.items():
            _write(name, _sheet(browser, f"{outputs.resolve().as_uri()}/{page}", part))
        for name, (table, page) in MATRICES.items():
            address = f"{outputs.resolve().as_uri()}/{page}"
            for width in (1280, 390):
                _write(f"report_{name}_{width}", _screen(browser, address, width, f".scroll:has(#{table})", 0))
            _write(f"report_a4_{name}", _sheet(browser, address, f"#{table}"))
        browser.close()


def _screen(browser: Browser, address: str, width: int, part: str | None, height: int) -> bytes:
    page = browser.new_page(viewport={"width": width, "height": height or 900}, offline=True)
    page.goto(address, wait_until="load")
    picture = page.locator(part).first.screenshot() if part else page.screenshot()
    page.close()
    return picture


def _sheet(browser: Browser, address: str, part: str) -> bytes:
    """The sheet of paper on which a part of the page stands. Raises: StopIteration where no sheet has its words."""
    page = browser.new_page(offline=True)
    page.goto(address, wait_until="load")
    words = _joined(page.locator(part).first.inner_text().split("\n")[0]) if part else ""
    with tempfile.TemporaryDirectory() as room:
        page.pdf(path=f"{room}/x.pdf", prefer_css_page_size=True, print_background=True)
        sheets = _told("pdftotext", f"{room}/x.pdf", "-").split("\f")
        number = str(next(n for n, text in enumerate(sheets, 1) if words in _joined(text)))
        _told("pdftoppm", "-png", "-r", "90", "-f", number, "-l", number, "-singlefile", f"{room}/x.pdf", f"{room}/x")
        picture = Path(room, "x.png").read_bytes()
    page.close()
    return picture


def _told(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


def _joined(text: str) -> str:
    """As it can be compared: without spaces, and in the letters that a PDF has for those of its fonts."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _write(name: str, picture: bytes) -> None:
    """With few colours, so that it stays small."""
    small = Image.open(io.BytesIO(picture)).convert("RGB").quantize(64)
    small.save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "outputs"))
