"""The command line: `planeval run`, `check`, `read`, `rate` and so on. Each command imports its own, so that mistakes are told at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .. import __version__
from ..words.problems import Busy, DataProblems, WrongUse, unknown_name
from .own_names import take_names_for_utf_8

if TYPE_CHECKING:
    import argparse

DONE, FAILED, WRONG_USE, BUSY, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 130, 143


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the words of the command line say and give the exit code."""
    if argv is None:
        take_names_for_utf_8()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        return _dispatch(list(sys.argv[1:] if argv is None else argv))
    except WrongUse as error:
        print(error, file=sys.stderr)
        return WRONG_USE
    except DataProblems as error:  # a scheme file of a plan is at fault
        print(error, file=sys.stderr)
        return FAILED
    except Busy as error:
        print(error, file=sys.stderr)
        return BUSY
    except KeyboardInterrupt as error:
        print("中断しました。公表済みの報告書はそのままです。", file=sys.stderr)
        from ..batch.signals import Terminated

        return TERMINATED if isinstance(error, Terminated) else INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        from ..batch.publish import cause_of

        print(
            f"「{Path(error.filename or '').name}」を読み書きできませんでした（{cause_of(error)}）。", file=sys.stderr
        )
        return FAILED


def _dispatch(words: list[str]) -> int:
    if "--version" in words[:1]:
        print(f"planeval {__version__}")
        return DONE
    if not words or words[0] in {"-h", "--help"}:
        print(_overview(), file=sys.stdout if words else sys.stderr)
        return DONE if words else WRONG_USE
    name, *rest = words
    if name not in COMMANDS:
        raise unknown_name(
            "オプション" if name.startswith("-") else "コマンド", name, [*COMMANDS, "--version", "--help"]
        )
    sentence, arguments, action = COMMANDS[name]
    from .command_words import read_words

    return action(read_words(name, sentence, arguments, rest))


def _run(given: argparse.Namespace) -> int:
    from .choice import choose

    choice = choose(given.data, given.plans, periods=given.period or (), scheme=given.scheme)
    from ..batch.command import run_command

    return run_command(given, choice, _outputs(given, choice.data_dir))


def _check(given: argparse.Namespace) -> int:
    from .choice import choose

    choice = choose(given.data, given.plans)
    from .examine import examine, report, report_json

    found = [examine(plan, choice.data_dir) for plan in choice.plans]
    print(report_json(found) if given.json else report(found))
    return FAILED if any(examination.problems for examination in found) else DONE


def _read(given: argparse.Namespace) -> int:
    path = Path(given.file)
    if not path.is_file():
        raise WrongUse(f"ファイル「{path.name}」がありません。場所と名前を確かめてください。")
    from ..intake.answers import answer, answer_json, answer_text

    found = answer(path)
    print(answer_json(found) if given.json else answer_text(found))
    return FAILED if found["messages"] else DONE


def _rate(given: argparse.Namespace) -> int:
    from .rated_files import rate_file

    rate_file(given, _scheme_data(given))
    return DONE


def _schemes(given: argparse.Namespace) -> int:
    from ..trust.schemes import known_schemes, read_scheme

    for name, path in sorted(known_schemes(_scheme_data(given)).items()):
        scheme = read_scheme(path)
        print(f"{name}　{scheme.title}\n    {scheme.sentence}")
    return DONE


def _scheme_data(given: argparse.Namespace) -> Path:
    """The data folder whose own schemes count."""
    from ..words.paths import default_data_dir
    from .choice import choose

    return choose(given.data).data_dir if given.data else default_data_dir()


def _adopt(given: argparse.Namespace) -> int:
    from .choice import choose

    choice = choose(given.data, [given.plan], periods=given.period)
    from .adopt import adopt

    for period in given.period:
        kept = adopt(choice.data_dir / given.plan, period, _outputs(given, choice.data_dir))
        print(f"公表した評価として置きました：{given.plan}/{kept.parent.name}/{kept.name}")
    return DONE


def _export(given: argparse.Namespace) -> int:
    from ..export.command import FOLDER, check_form, export
    from .choice import choose

    check_form(given.to)
    choice = choose(given.data, [given.plan], periods=[given.period])
    home = _outputs(given, choice.data_dir) / FOLDER / given.to / given.plan / given.period
    print(export(choice, given.to, Path(given.output).resolve() if given.output else home))
    return DONE


def _collect(given: argparse.Namespace) -> int:
    from .choice import choose

    choice = choose(given.data, [given.plan], periods=[given.period])
    from ..intake.commands import collected

    home = _outputs(given, choice.data_dir) / given.plan / "collect" / given.period
    print(collected(given, choice.data_dir, home))
    return DONE


def _new(given: argparse.Namespace) -> int:
    from ..intake.commands import started

    print(started(given))
    return DONE


def _index(given: argparse.Namespace) -> int:
    from .choice import choose

    choice = choose(given.data)
    from ..batch.command import index_command

    index_command(choice.data_dir, _outputs(given, choice.data_dir))
    return DONE


def _verify(given: argparse.Namespace) -> int:
    from ..batch.verify import verify
    from ..words.paths import default_data_dir

    data_dir = Path(given.data).resolve() if given.data else default_data_dir()
    told, is_good = verify(
        Path(given.runs).resolve() if given.runs else data_dir.parent / "outputs", as_json=given.json
    )
    print(told)
    return DONE if is_good else FAILED


def _outputs(given: argparse.Namespace, data_dir: Path) -> Path:
    """The outputs folder asked for, else the one beside the data folder."""
    return Path(given.outputs).resolve() if given.outputs else data_dir.parent / "outputs"


# What a command does, its options, and its function.
COMMANDS: dict[str, tuple[str, tuple[str, ...], Callable[[argparse.Namespace], int]]] = {
    "run": (
        "評価し、報告書を作り、公表の場所に置く",
        (
            "plans",
            "period",
            "scheme",
            "jobs",
            "force",
            "pdf",
            "strict",
            "cell_seconds",
            "plain_kernels",
            "shard",
            "dask",
            "data",
            "outputs",
        ),
        _run,
    ),
    "check": (
        "データを読んで確かめ、問題と気づいた点をすべて並べる（何も書かない）",
        ("plans", "json", "data"),
        _check,
    ),
    "read": ("所管課の一つのファイルが、どう読まれるかを見せる（何も書かない）", ("file", "json"), _read),
    "rate": ("計画なしで、一行に一件の表を評価する", ("cases", "named_scheme", "output", "data"), _rate),
    "schemes": ("使える評価基準を並べる", ("data",), _schemes),
    "adopt": ("期間の評価を、公表したものとしてデータに残す", ("plan", "named_period", "data", "outputs"), _adopt),
    "export": (
        "一つの期間の評価を、ほかのしくみが読む形（open_sdg）で書き出す",
        ("plan", "one_period", "form", "output_folder", "data", "outputs"),
        _export,
    ),
    "collect": (
        "所管課ごとに、記入する表（xlsx）を作る。--reminder は、届いていないものを文面にする",
        ("plan", "one_period", "department", "folder", "reminder", "replace", "data", "outputs"),
        _collect,
    ),
    "new": (
        "新しい計画のフォルダを作る。すぐに動き、何を書けばよいかが中に書いてある",
        ("new_plan", "from", "municipality", "data"),
        _new,
    ),
    "index": ("目次の頁を作り直す", ("data", "outputs"), _index),
    "verify": ("公表した報告書が、公表したときのままかを確かめる", ("runs", "json", "data"), _verify),
}


def _overview() -> str:
    lines = [f"  {name:<9}{sentence}" for name, (sentence, _, _) in COMMANDS.items()]
    more = "planeval コマンド --help で、コマンドごとの説明が出ます。--version は版を出します。"
    return "\n".join(["使い方: planeval コマンド …", "", *lines, "", more])
