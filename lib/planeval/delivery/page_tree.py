"""A page as a tree of its elements, for those who tell it in another form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

# Elements that have no end tag.
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    """A tag with its attributes, and what stands in it: texts and further elements."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def classes(self) -> set[str]:
        """The words of its class."""
        return set(self.attributes.get("class", "").split())

    def every(self, *tags: str) -> Iterator[Element]:
        """Every element below with one of the tags, from the top of the page to its end."""
        for child in self.children:
            if isinstance(child, Element):
                if child.tag in tags:
                    yield child
                yield from child.every(*tags)


class TreeReader(HTMLParser):
    """Reads a page: the whole of it stands below `root`, an element without a tag; `open` are those that go on."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Element("")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element without content, as in drawings."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        """The innermost element of that name ends, with all that are open in it."""
        place = next((n for n in range(len(self.open) - 1, 0, -1) if self.open[n].tag == tag), None)
        if place is not None:
            del self.open[place:]

    def handle_data(self, data: str) -> None:
        """Text within the innermost element."""
        self.open[-1].children.append(data)
