"""What every page shares: the stylesheet with its hash, and the rules that a page must keep before it is published."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from .page_tree import VOID, Element, TreeReader

TEMPLATES = Path(__file__).with_name("template")
ADDRESS_ATTRIBUTES = {"src", "href", "xlink:href", "srcset", "action", "formaction", "data", "poster", "background"}
# What is added to the stylesheet of a page, and the only thing that may stand there.
RUNNING = ('@page { @bottom-left { content: "', '"; font: 8pt "BIZ UDPGothic", sans-serif; color: #4a4a4a; } }\n')
RUNNING_LINE = re.compile(rf"(?:{re.escape(RUNNING[0])}(?:\w|\\[0-9A-F]+ )+{re.escape(RUNNING[1])})?")
FORBIDDEN = {"script", "iframe", "object", "embed", "form", "base", "link"}


def stylesheet(running: str = "") -> dict[str, str]:
    """`css`, the stylesheet, and `style_hash`, the hash by which the page's security policy names it.

    `running` is the line at the foot of every printed page; a stylesheet alone can print one.
    """
    css = _report_css() + (_css_string(running).join(RUNNING) if running else "")
    return {"css": css, "style_hash": _hash_of(css)}


def _hash_of(css: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(css.encode('utf-8')).digest()).decode('ascii')}"


@cache
def _report_css() -> str:
    return (TEMPLATES / "report.css").read_text(encoding="utf-8")


def _css_string(text: str) -> str:
    """A text between quotation marks of a stylesheet: everything but letters and digits by its number."""
    return "".join(char if char.isalnum() else f"\\{ord(char):X} " for char in text)


def period_anchor(period: str) -> str:
    """Where the plan's index tells of a period."""
    return f"period-{period}"


class ReadPage(NamedTuple):
    """A page's elements below one without a tag, and every rule that it breaks."""

    root: Element
    faults: tuple[str, ...]


@lru_cache(maxsize=1)
def read_page(text: str) -> ReadPage:
    """Read a page once for all who ask for it one after the other; nobody may change what is given."""
    reader = _PageReader()
    reader.feed(text)
    reader.close()
    faults = [*reader.faults, *(f"<{element.tag}> が閉じていない" for element in reader.open[1:])]
    if not text.lower().startswith("<!doctype html>") or not text.rstrip().endswith("</html>"):
        faults.append("文書が途中で切れている")
    if reader.count_of_h1 != 1:
        faults.append(f"h1 が{reader.count_of_h1}個ある")
    css = "".join(reader.styles)
    running = RUNNING_LINE.fullmatch(css.removeprefix(_report_css())) if css.startswith(_report_css()) else None
    if running is None or _hash_of(css) not in reader.policy:
        faults.append("書式が決まったもの一つでない（load のセルには、タグ no-report を付ける）")
    faults += [f"id「{name}」が二度ある" for name in sorted({n for n in reader.ids if reader.ids.count(n) > 1})]
    faults += [f"リンク先「#{name}」がない" for name in sorted(reader.targets - set(reader.ids))]
    return ReadPage(reader.root, tuple(faults))


def faults_of_page(text: str) -> list[str]:
    """Every rule that a page breaks; none for a good page."""
    return list(read_page(text).faults)


class _PageReader(TreeReader):
    """Collects ids, links within the page, styles and forbidden parts besides."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.targets: set[str] = set()
        self.count_of_h1 = 0
        self.styles: list[str] = []
        self.policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        line = f"{self.getpos()[0]}行目の <{tag}>"
        if tag in FORBIDDEN:
            self.faults.append(f"{line} は使えない")
        self.count_of_h1 += tag == "h1"
        if tag == "meta" and dict(attrs).get("http-equiv") == "Content-Security-Policy":
            self.policy = dict(attrs).get("content") or ""
        for name, value in attrs:
            self._check_attribute(tag, name, (value or "").strip(), line)
        if tag == "img" and not (dict(attrs).get("alt") or "").strip():
            self.faults.append(f"{line} に代わりの文（alt）がない")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_startendtag(tag, attrs)
        if tag not in VOID and not any(element.tag == "svg" for element in self.open):
            self.faults.append(f"{self.getpos()[0]}行目の <{tag}/> は、閉じたことにならない")

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1].tag != tag and tag not in VOID:
            self.faults.append(f"{self.getpos()[0]}行目の </{tag}> が、開いた要素と合わない")
        super().handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        super().handle_data(data)
        if self.open[-1].tag == "style":
            self.styles.append(data)

    def _check_attribute(self, tag: str, name: str, value: str, line: str) -> None:
        if name == "style" or name.startswith("on"):
            self.faults.append(f"{line} に属性 {name} がある")
        if name == "id":
            self.ids.append(value)
        if name not in ADDRESS_ATTRIBUTES:
            return
        if value.startswith("#"):
            self.targets.add(value[1:])
        scheme = value.partition(":")[0].lower() if ":" in value.partition("/")[0] else ""
        is_outside = bool(scheme) or value.startswith("//")
        is_image = tag in {"img", "image"} and value.startswith("data:image/")
        if is_outside and not is_image and not (tag == "a" and scheme in {"http", "https", "mailto"}):
            self.faults.append(f"{line} が外を指している（{value[:60]}）")
