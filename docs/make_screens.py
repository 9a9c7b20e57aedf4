"""Takes the pictures of `docs/report.md` from a finished run of both plans: `python docs/make_screens.py [OUTPUTS]`.

Needs Chromium, Playwright and, for paper, pdftoppm (poppler-utils).
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from planeval.export.browsers import find_browser

IMAGES = Path(__file__).with_name("images")
REAL, SAMPLE = "kenko21/final/04_committee_report.html", "tokorozawa/R6-R8/04_committee_report.html"
MATRICES = "tokorozawa/R6-R8/03_sdg_stakeholder_analysis.html"
# Of each picture: page, width of the screen, and what it shows; None for the top of the page, of this height.
SCREENS = {
    "report_summary_1280": (REAL, 1280, None, 1240),
    "report_summary_390": (REAL, 390, None, 1240),
    "report_projection_1280": (f"{REAL}#projection", 1280, None, 900),
    "report_indicators_1280": (REAL, 1280, "#goal-2 .ind, .goal:nth-of-type(2) .ind", 0),
    "report_card_1280": (REAL, 1280, "#c-HJF-023", 0),
    "report_card_390": (REAL, 390, "#c-HJF-023", 0),
    "report_change_1280": (SAMPLE, 1280, ".scroll:has(#t-change)", 0),
    "report_indicator_390": (REAL, 390, ".ind tbody tr:not(.group)", 0),
    "report_actors_1280": (MATRICES, 1280, ".scroll:has(#t-actor_roles)", 0),
    "report_sdgs_1280": (MATRICES, 1280, ".scroll:has(#t-sdg_goals)", 0),
    "report_sdgs_390": (MATRICES, 390, ".scroll:has(#t-sdg_goals)", 0),
    "report_index_1280": ("kenko21/index.html", 1280, None, 700),
}
SHEETS = {"report_a4_page1": (REAL, 1), "report_a4_goal": (REAL, 7), "report_a4_change": (SAMPLE, 3)}


def main(outputs: Path) -> None:
    """Take every picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find_browser()), args=["--no-sandbox"])
        for name, (page, width, part, height) in SCREENS.items():
            _write(name, _screen(browser, f"{outputs.resolve().as_uri()}/{page}", width, part, height))
        for name, (page, number) in SHEETS.items():
            _write(name, _sheet(browser, f"{outputs.resolve().as_uri()}/{page}", number))
        browser.close()


def _screen(browser: Browser, address: str, width: int, part: str | None, height: int) -> bytes:
    page = browser.new_page(viewport={"width": width, "height": height or 900}, offline=True)
    page.goto(address, wait_until="load")
    picture = page.locator(part).first.screenshot() if part else page.screenshot()
    page.close()
    return picture


def _sheet(browser: Browser, address: str, number: int) -> bytes:
    """One sheet of paper."""
    page = browser.new_page(offline=True)
    page.goto(address, wait_until="load")
    with tempfile.TemporaryDirectory() as room:
        page.pdf(path=f"{room}/x.pdf", prefer_css_page_size=True, print_background=True)
        words = ["-png", "-r", "90", "-f", str(number), "-l", str(number), "-singlefile", f"{room}/x.pdf", f"{room}/x"]
        subprocess.run([shutil.which("pdftoppm") or "pdftoppm", *words], check=True)
        picture = Path(room, "x.png").read_bytes()
    page.close()
    return picture


def _write(name: str, picture: bytes) -> None:
    """With few colours, so that it stays small."""
    small = Image.open(io.BytesIO(picture)).convert("RGB").quantize(64)
    small.save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "outputs"))
