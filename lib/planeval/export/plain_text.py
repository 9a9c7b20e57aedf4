"""The text edition of a report, to be read aloud: the whole page without marks of a page, tables as 列名：値."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..delivery.page_rules import read_page
from ..delivery.page_tree import Element
from ..telling.vocabulary import entry, say

BYTE_ORDER_MARK = "\ufeff"  # by which the editor of Windows knows UTF-8
LEFT_OUT = {
    "skip",
    "top",
    "links",
    "screen-only",
    "defs",
    "band",
    "term",
}  # ways around on a screen, bars of numbers beside them, and marks of terms
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
BLOCKS = HEADINGS | {
    "p", "ul", "ol", "li", "dl", "table", "figure", "pre", "div", "section", "article", "header", "footer", "main", "nav",
}  # fmt: skip
NONE = "－"
SPACES = re.compile(r"[ \t\r\n\f]+")


def text_edition(page: str) -> bytes:
    """A report page as text: UTF-8 with its mark and lines ended as Windows does, the same bytes for the same page."""
    lines = [say("text_edition.first"), "", *_lines(next(read_page(page).root.every("body")))]
    return (BYTE_ORDER_MARK + "\r\n".join(_without_double_gaps(lines)) + "\r\n").encode("utf-8")


def _without_double_gaps(lines: list[str]) -> Iterator[str]:
    before = ""
    for line in [*lines, ""]:
        if line or before:
            yield line
        before = line


def _lines(element: Element) -> Iterator[str]:
    """The lines of a block; words that stand between blocks make a line of their own."""
    loose: list[Element | str] = []
    for child in element.children:
        if isinstance(child, str) or not _is_block(child):
            loose.append(child)
            continue
        yield from _line(loose)
        loose = []
        if not _is_left_out(child):
            yield from FORMS.get(child.tag, _lines)(child)
    yield from _line(loose)


def _line(children: list[Element | str]) -> Iterator[str]:
    text = _words(Element("", children=children))
    if text:
        yield text


def _is_block(element: Element) -> bool:
    return element.tag in BLOCKS or next(element.every(*BLOCKS), None) is not None


def _is_left_out(element: Element) -> bool:
    return bool(element.classes & LEFT_OUT) or element.attributes.get("aria-hidden") == "true"


def _words(element: Element) -> str:
    """What an element says in one line."""
    return SPACES.sub(" ", "".join(_pieces(element))).strip()


def _pieces(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child
        elif _is_left_out(child):
            continue
        elif child.tag in {"img", "svg"}:
            told = child.attributes.get("alt") or child.attributes.get("aria-label")
            yield say("text_edition.picture", text=told) if told else ""
        elif child.tag == "br":
            yield say("text_edition.line_break")
        else:
            text, address = "".join(_pieces(child)), child.attributes.get("href", "")
            text += " " if "num" in child.classes else ""
            is_told = "://" not in address or address in text
            yield text if is_told else say("text_edition.link", text=text, address=address)


def _heading(element: Element) -> Iterator[str]:
    yield from ["", say(f"text_edition.{element.tag}", text=_words(element)), ""]


def _paragraph(element: Element) -> Iterator[str]:
    yield from [_words(element), ""]


def _preformatted(element: Element) -> Iterator[str]:
    yield from ["".join(_pieces(element)), ""]


def _list(element: Element) -> Iterator[str]:
    items = [child for child in element.children if isinstance(child, Element)]
    for number, item in enumerate(items, 1):
        key = "text_edition.numbered" if element.tag == "ol" else "text_edition.item"
        yield say(key, number=number, text=_words(item))
    yield ""


def _navigation(element: Element) -> Iterator[str]:
    yield from ["", say("text_edition.contents", text=element.attributes.get("aria-label", "")), ""]
    yield from (say("text_edition.item", text=_words(item)) for item in element.every("li"))
    yield ""


def _terms(element: Element) -> Iterator[str]:
    term = ""
    for part in element.every("dt", "dd"):
        if part.tag == "dt":
            term = _words(part)
        else:
            yield say("text_edition.term", term=term, text=_words(part))
    yield ""


def _figure(element: Element) -> Iterator[str]:
    caption = next(element.every("figcaption"), None)
    if caption:
        yield from ["", say("text_edition.figure", text=_words(caption))]
    yield from _line([child for child in element.children if child is not caption])
    yield ""


def _division(element: Element) -> Iterator[str]:
    """A box; one to write in by hand is told by its title."""
    if "opinion" in element.classes:
        yield from [say("text_edition.field", text=_words(element)), ""]
    else:
        yield from _lines(element)


def _table(element: Element) -> Iterator[str]:
    """Caption and note, then for each row its name and one line a column; empty columns are named together."""
    caption = next(element.every("caption"))
    note = next(caption.every("small"), None)
    yield from ["", say("text_edition.table", text=_words(_without(caption, note)))]
    if note:
        yield _words(note)
    heads = [_words(head) for head in next(element.every("thead")).every("th")]
    for body in element.every("tbody"):
        for row in body.every("tr"):
            yield from _row(heads, list(row.every("th", "td")))
    yield ""


def _without(element: Element, part: Element | None) -> Element:
    return Element(element.tag, children=[child for child in element.children if child is not part])


def _row(heads: list[str], cells: list[Element]) -> Iterator[str]:
    if len(cells) == 1:
        yield say("text_edition.group", text=_words(cells[0]))
        return
    name = next((place for place, cell in enumerate(cells) if cell.tag == "th"), 0)
    told = [(head, "" if _is_left_out(cell) else _words(cell)) for head, cell in zip(heads, cells, strict=True)]
    yield say("text_edition.row", head=told[name][0], text=told[name][1])
    others = told[:name] + told[name + 1 :]
    # A column without any word is a picture of the numbers beside it.
    yield from (say("text_edition.cell", head=head, text=text) for head, text in others if text not in {"", NONE})
    empty = [head for head, text in others if text == NONE]
    if empty:
        yield say("text_edition.empty", heads=entry("text_edition")["comma"].join(empty), none=NONE)


# How each element is told; every other block is told by what stands in it.
FORMS = {
    **dict.fromkeys(HEADINGS, _heading),
    "p": _paragraph,
    "pre": _preformatted,
    "ul": _list,
    "ol": _list,
    "dl": _terms,
    "nav": _navigation,
    "figure": _figure,
    "div": _division,
    "table": _table,
}
