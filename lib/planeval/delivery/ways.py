"""Ways within a page, from summary to indicator, card and source: kept where the page has their end, plain words elsewhere."""

from __future__ import annotations

import re

# The ends that a notebook may leave out, and the links to them as our own templates write them.
ENDS = r"(?:i-|c-|source-|sources$|summary$)"
LINK = re.compile(r'<a\b[^<>]*\shref="#([^"]*)"[^<>]*>((?:(?!</?a\b).)*)</a>', re.DOTALL)
ID = re.compile(r'\sid="([^"]*)"')


def without_dead_ways(text: str) -> str:
    """A page in which no such link leads nowhere; every other dead link stays, as a fault of the page."""
    ids = set(ID.findall(text))

    def kept(link: re.Match[str]) -> str:
        end = link[1]
        return link[2] if re.match(ENDS, end) and end not in ids else link[0]

    return LINK.sub(kept, text)
