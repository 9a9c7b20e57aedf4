"""Strict YAML: text stays text, a key stands once, nothing refers to anything else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from ..words.methods import METHODS, SETTINGS, Value
from ..words.own_files import LOADER
from ..words.problems import DataProblems, Place, Problem, known_names

TAGS = frozenset({"str", "timestamp", "null", "bool", "int", "float"})
LARGEST = 1_000_000
DEEPEST = 10


class YamlDocument:
    """A YAML mapping and the line of each of its keys."""

    def __init__(self, path: Path, file: str) -> None:
        """Raises: DataProblems when the file is no strict YAML mapping."""
        self.file = file
        self.lines: dict[tuple[object, ...], int] = {}
        self.value = self._read(path)

    def place(self, *key: object) -> Place:
        """Where a key stands; the nearest key above it when it is absent."""
        while key and key not in self.lines:
            key = key[:-1]
        return Place(self.file, row=self.lines.get(key, 1))

    def problem(self, key: tuple[object, ...], found: str, expected: str, remedy: str) -> Problem:
        """A problem at the place of a key."""
        return Problem(self.place(*key), found, expected, remedy)

    def _read(self, path: Path) -> dict:
        if not path.is_file():
            raise self._fault(1, "ふつうのファイルでない", "YAML のファイル")
        try:
            text = path.read_bytes().decode("utf-8-sig")
            if len(text) > LARGEST:
                raise self._fault(1, "大きすぎる", f"{LARGEST:,}文字以内")
            node = yaml.compose(text, Loader=LOADER)
        except UnicodeDecodeError:
            raise self._fault(1, "文字コードが UTF-8 ではない", "UTF-8 の YAML") from None
        except (yaml.YAMLError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            raise self._fault(
                mark.line + 1 if mark else 1, "YAML として読めない", "字下げと「:」のそろった YAML"
            ) from None
        if not isinstance(node, yaml.MappingNode):
            raise self._fault(1, "「見出し: 値」の形でない", "「見出し: 値」が並ぶ YAML")
        return self._value(node, (), set())

    def _value(self, node: yaml.Node, key: tuple[object, ...], seen: set[int]) -> object:
        line = node.start_mark.line + 1
        if id(node) in seen or len(key) > DEEPEST:
            raise self._fault(line, "参照（&、*）か深すぎる入れ子がある", f"参照のない{DEEPEST}段以内の入れ子")
        seen.add(id(node))
        self.lines.setdefault(key, line)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(child, (*key, n), seen) for n, child in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            mapping: dict[str, object] = {}
            for name, child in node.value:
                if not isinstance(name, yaml.ScalarNode):
                    raise self._fault(name.start_mark.line + 1, "文字でない見出し", "文字の見出し")
                if name.value in mapping:
                    raise self._fault(name.start_mark.line + 1, f"「{name.value}」が二度ある", "見出しは一度だけ")
                self.lines[(*key, name.value)] = name.start_mark.line + 1
                mapping[name.value] = self._value(child, (*key, name.value), seen)
            return mapping
        return self._scalar(node, line)

    def _scalar(self, node: yaml.ScalarNode, line: int) -> object:
        tag = node.tag.removeprefix("tag:yaml.org,2002:")
        if tag not in TAGS:
            raise self._fault(line, f"「{node.tag}」の値", "文字、整数、小数、true、false")
        if node.style in {"'", '"', "|", ">"} or tag in {"str", "timestamp"}:
            return node.value
        if tag == "null":
            return None
        if node.value in {"true", "false"}:
            return node.value == "true"
        if (
            tag == "int"
            and node.value.lstrip("-").isdigit()
            and (node.value.lstrip("-")[0] != "0" or node.value == "0")
        ):
            return int(node.value)
        if tag == "float" and node.value.replace(".", "", 1).lstrip("-").isdigit():
            return float(node.value)
        return node.value

    def _fault(self, line: int, found: str, expected: str) -> DataProblems:
        return DataProblems([Problem(Place(self.file, row=line), found, expected, f"{line}行目を直す")])


def check_keys(
    document: YamlDocument, key: tuple[object, ...], known: Mapping[str, tuple[type, ...]], needed: set[str]
) -> list[Problem]:
    """Unknown keys, absent keys and values of another type in one mapping of a document."""

    value: object = document.value
    for step in key:
        value = value[step]  # type: ignore[index]  # the caller names a path that exists
    where = "の".join(f"{part + 1}番目" if isinstance(part, int) else f"「{part}」" for part in key) or document.file
    if not isinstance(value, dict):
        return [document.problem(key, f"{where}が「見出し: 値」の形でない", "、".join(known), "形を直す")]
    problems = []
    for name, content in value.items():
        if name not in known:
            problems.append(document.problem((*key, name), f"知らない見出し「{name}」", "", known_names(name, known)))
        elif content is not None and type(content) not in known[name]:  # true is no whole number
            words = "か".join(dict.fromkeys(TYPE_WORDS[kind] for kind in known[name]))
            found = f"「{name}」の値が「{content}」"
            problems.append(document.problem((*key, name), found, words, f"{words}で書く"))
    for name in sorted(needed - {name for name, content in value.items() if content is not None}):
        found = f"{where}に「{name}」がない"
        problems.append(document.problem(key, found, f"「{name}」が要る", f"「{name}: …」を足す"))
    return problems


TYPE_WORDS = {
    str: "文字（引用符で囲む）",
    int: "整数",
    float: "数",
    bool: "true か false",
    list: "一覧",
    dict: "見出しと値の組",
}


def setting_problems(document: YamlDocument, key: tuple[object, ...] = (), method: str = "") -> list[Problem]:
    """Settings (of the mapping at `key`) that do not exist, that the method does not use, or whose value is none."""
    value: object = document.value
    for step in key:
        value = value[step]  # type: ignore[index]  # the caller names a path that exists
    usable = METHODS[method].settings if method in METHODS else tuple(SETTINGS)
    problems = []
    for name, written in (value.get("settings") or {}).items():
        place = (*key, "settings", name)
        if name not in SETTINGS:
            expected = "、".join(usable) if method in METHODS else "docs/method.md にある設定"
            problems.append(document.problem(place, f"知らない設定「{name}」", expected, known_names(name, usable)))
        elif name not in usable:
            found = f"方法「{method}」が使わない設定「{name}」"
            problems.append(document.problem(place, found, "、".join(usable), "この行を消す"))
        elif SETTINGS[name].read(written) is None:
            setting = SETTINGS[name]
            shown = "、".join(map(str, written)) if isinstance(written, list) else written
            found, remedy = f"設定「{name}」が「{shown}」", f"{setting.meaning}を書く"
            problems.append(document.problem(place, found, setting.expected, remedy))
    return problems


def read_settings(written: Mapping[str, object] | None) -> dict[str, Value]:
    """The values of settings that were found to have no problem."""
    return {name: SETTINGS[name].read(value) for name, value in (written or {}).items()}
