"""Links between the first use of a term in a report and its entry in the glossary, both ways."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser

from ..telling.parts import Part
from ..telling.vocabulary import say
from .page_tree import VOID

# Where a term counts as used, and where it never does: headings, captions, links, pictures, the glossary itself.
USED_IN = {"p", "li", "td", "dd", "row"}
NEVER_IN = {"a", "caption", "figcaption", "th", "svg", "dt", "h1", "h2", "h3", "h4", "nav", "header", "footer", "dl"}
KANJI = re.compile(r"[一-龠々ァ-ヶー]")


def with_term_links(text: str, terms: Sequence[str]) -> str:
    """A page in which each term's first use leads to its entry `term-N`, and the entry back; as it was without a glossary."""
    if 'id="term-1"' not in text:
        return text
    reader = _Texts(text)
    places: dict[int, int] = {}
    taken: list[tuple[int, int]] = []
    for number in sorted(range(len(terms)), key=lambda n: -len(terms[n])):
        found = _first_use(reader.texts, html.escape(terms[number]), taken)
        if found:
            places[number + 1] = found[1]
            taken.append(found)
    pieces = [(place, _html("use", n, terms[n - 1])) for n, place in places.items()]
    pieces += [(end, _html("back", n, terms[n - 1])) for n in places if (end := _end_of_entry(text, n)) >= 0]
    for place, piece in sorted(pieces, reverse=True):
        text = text[:place] + piece + text[place:]
    return text


def _first_use(texts: list[tuple[int, str]], term: str, taken: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Start and end in the page; part of a longer word, as in the name of a plan, is no use of the term."""
    for start, own in texts:
        for first, last in _places(own, term):
            span = (start + first, start + last)
            is_free = all(span[1] <= before or span[0] >= after for before, after in taken)
            if is_free and not _goes_on(own, first - 1, 0) and not _goes_on(own, last, -1):
                return span
    return None


def _places(text: str, term: str) -> Iterator[tuple[int, int]]:
    """Where a term stands in a text, start and end, from left to right."""
    place = text.find(term)
    while place >= 0:
        yield place, place + len(term)
        place = text.find(term, place + len(term))


def _goes_on(own: str, beside: int, edge: int) -> bool:
    """Whether the character beside a term joins it to a compound of kanji or katakana."""
    inner = own[beside + 1] if edge == 0 else own[beside - 1]
    return 0 <= beside < len(own) and bool(KANJI.match(own[beside])) and bool(KANJI.match(inner))


def _html(macro: str, number: int, term: str) -> str:
    words = {name: say(f"term_links.{macro}.{name}", number=number, term=term) for name in ("text", "label")}
    return Part("terms", macro, (number, words))._repr_html_()


def _end_of_entry(text: str, number: int) -> int:
    return text.find("</dd>", text.find(f'id="term-{number}"'))


class _Texts(HTMLParser):
    """The running texts of the main part, each with its place in the page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.texts: list[tuple[int, str]] = []
        self._open: list[str] = []
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self._open.append("row" if tag == "th" and ("scope", "row") in attrs else tag)

    def handle_endtag(self, tag: str) -> None:
        tag = "row" if tag == "th" and self._open[-1:] == ["row"] else tag
        if tag in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        inside = set(self._open)
        if "main" in inside and inside & USED_IN and not inside & NEVER_IN:
            line, column = self.getpos()
            self.texts.append((self._lines[line - 1] + column, data))
