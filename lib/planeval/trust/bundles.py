"""Districts taken together: those that are shown as one, and the areas that they add up to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..words.problems import Problem, known_names
from .yaml_files import YamlDocument


def bundle_problems(document: YamlDocument) -> Iterator[Problem]:
    """Merged districts and areas name districts of the plan, two or more, and none twice."""
    known = document.value.get("districts") or []
    for key in ("merged_districts", "areas"):
        seen: list[str] = []
        for name, own in (document.value.get(key) or {}).items():
            place = (key, name)
            if not isinstance(own, list) or len(own) < 2:
                yield document.problem(
                    place, f"「{name}」の地区が一覧でないか、2つ未満", "[地区, 地区]", "地区を2つ以上書く"
                )
                continue
            for district in own:
                if district not in known:
                    found, near = f"「{district}」は地区（districts）にない", known_names(str(district), known)
                    yield document.problem(place, found, "districts にある地区", near)
                elif district in seen:
                    yield document.problem(place, f"「{district}」が二度ある", "地区は一度だけ", "どちらかを消す")
            seen += own
            if name in known:
                found = f"「{name}」は地区（districts）の名と同じ"
                yield document.problem(place, found, "地区の名でない名", "ほかの名にする")


def bundles(value: Mapping, key: str) -> dict[str, tuple[str, ...]]:
    """The districts of each bundle by its name."""
    return {name: tuple(own) for name, own in (value.get(key) or {}).items()}
