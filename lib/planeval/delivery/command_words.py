"""The words of the command line: its options, and a reader of them that speaks Japanese."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Sequence
from typing import NoReturn

from ..words.problems import WrongUse, unknown_name
from .parameters import CELL_SECONDS

# What an option is called, and what argparse should make of it.
OPTIONS: dict[str, tuple[str, dict]] = {
    "plans": (
        "plans",
        {"nargs": "*", "metavar": "PLAN", "help": "計画（データのフォルダの名前）。なければ、すべての計画"},
    ),
    "period": ("--period", {"nargs": "+", "action": "extend", "metavar": "ID", "help": "期間。なければ、すべての期間"}),
    "file": ("file", {"metavar": "FILE", "help": "所管課から届いたファイル（xlsx か CSV）"}),
    "cases": ("cases", {"metavar": "CASES.csv", "help": "一行に一件の表（CSV か xlsx）。列は docs/method.md にある"}),
    "named_scheme": (
        "--scheme",
        {"metavar": "NAME", "required": True, "help": "評価基準の名前、そのファイル（.yaml）、または all（すべて）"},
    ),
    "output": ("--output", {"metavar": "OUT.csv", "help": "書き出すファイル。なければ標準出力"}),
    "plan": ("plan", {"metavar": "PLAN", "help": "計画（データのフォルダの名前）"}),
    "named_period": (
        "--period",
        {"nargs": "+", "action": "extend", "required": True, "metavar": "ID", "help": "公表した期間"},
    ),
    "one_period": ("--period", {"required": True, "metavar": "ID", "help": "期間"}),
    "form": ("--to", {"required": True, "metavar": "FORM", "help": "書き出しの形。open_sdg"}),
    "output_folder": (
        "--output",
        {"metavar": "DIR", "help": "書き出すフォルダ。なければ、出力のフォルダの exports/形/計画/期間"},
    ),
    "department": (
        "--department",
        {"nargs": "+", "action": "extend", "metavar": "NAME", "help": "所管課。なければ、すべての課"},
    ),
    "folder": ("--output", {"metavar": "DIR", "help": "書き出すフォルダ（初めは outputs/PLAN/collect/ID）"}),
    "reminder": (
        "--reminder",
        {"action": "store_true", "help": "届いていないものを、課ごとの文面にして出す（--output があれば、そこに書く）"},
    ),
    "replace": ("--force", {"action": "store_true", "help": "内容の違うファイルがあっても上書きする"}),
    "new_plan": ("plan", {"metavar": "PLAN", "help": "新しい計画（フォルダの名前。半角の英数字と - _ がよい）"}),
    "from": (
        "--from",
        {
            "metavar": "FILE.xlsx",
            "dest": "source",
            "help": "市の指標の一覧（xlsx か CSV）。見出しは data/README.md にある",
        },
    ),
    "municipality": ("--municipality", {"metavar": "NAME", "help": "市町村などの名"}),
    "scheme": ("--scheme", {"metavar": "NAME", "help": "計画が決めたものに代えて使う評価基準"}),
    "jobs": ("--jobs", {"type": int, "metavar": "N", "help": "同時に実行する数（初めは処理装置の数、最大4）"}),
    "force": ("--force", {"action": "store_true", "help": "変わっていないものも実行する"}),
    "strict": ("--strict", {"action": "store_true", "help": "セルが警告を出したら、失敗とする"}),
    "cell_seconds": (
        "--cell-seconds",
        {
            "type": int,
            "default": CELL_SECONDS,
            "metavar": "N",
            "help": f"一つのセルを待つ秒数（初めは{CELL_SECONDS}）。過ぎたら失敗とする",
        },
    ),
    "plain_kernels": (
        "--plain-kernels",
        {
            "action": "store_true",
            "help": "カーネルを一つずつ新しく起動する（Linux のほかは、いつもこれ。遅いが出力は同じ）",
        },
    ),
    "shard": (
        "--shard",
        {
            "metavar": "I/N",
            "help": "N個に分けたうちのI番目だけを実行する（例 3/8）。目次は、終わってから planeval index で",
        },
    ),
    "dask": (
        "--dask",
        {"metavar": "ADDRESS", "help": "dask のクラスタで実行する（tcp://… か、スケジューラのファイル）"},
    ),
    "pdf": (
        "--pdf",
        {"action": "store_true", "help": "報告書を PDF でも作る（Chrome、Edge、Chromium のどれかが要る）"},
    ),
    "runs": (
        "runs",
        {"nargs": "?", "metavar": "DIR", "help": "公表した期間か計画のフォルダ。なければ、出力のフォルダの全部"},
    ),
    "json": ("--json", {"action": "store_true", "help": "JSON で出す"}),
    "data": ("--data", {"metavar": "DIR", "help": "データのフォルダ（初めは data）"}),
    "outputs": ("--outputs", {"metavar": "DIR", "help": "出力のフォルダ（初めはデータの隣の outputs）"}),
}


def read_words(command: str, sentence: str, arguments: Iterable[str], words: Sequence[str]) -> argparse.Namespace:
    """What the words after a command say. Raises: WrongUse with the nearest known options."""
    parser = _Parser(prog=f"planeval {command}", description=sentence)
    known = ["--help"]
    for argument in arguments:
        name, settings = OPTIONS[argument]
        parser.add_argument(name, **settings)
        known.append(name)
    given, unknown = parser.parse_known_args(words)
    for word in unknown:
        kind = "オプション" if word.startswith("-") else "引数"
        raise unknown_name(kind, word.partition("=")[0], [name for name in known if name.startswith("-")])
    return given


class _Formatter(argparse.HelpFormatter):
    """Help in Japanese."""

    def add_usage(self, usage: str | None, actions: object, groups: object, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, prefix or "使い方: ")


class _Parser(argparse.ArgumentParser):
    """argparse that says in Japanese what is wrong."""

    def __init__(self, **settings: object) -> None:
        super().__init__(add_help=False, allow_abbrev=False, formatter_class=_Formatter, **settings)
        self._positionals.title, self._optionals.title = "対象", "オプション"
        self.add_argument("-h", "--help", action="help", help="この説明を出す")

    def error(self, message: str) -> NoReturn:
        missing = re.search(r"required: (.+)", message)
        if missing:
            raise WrongUse(f"{missing[1].replace(', ', '、')} が要ります。{self.prog} --help で使い方が出ます。")
        option = re.search(r"argument (\S+?):", message)
        what = f"オプション {option[1]} の値が正しくないか、ありません。" if option else "書き方が正しくありません。"
        raise WrongUse(f"{what}{self.prog} --help で使い方が出ます。")
