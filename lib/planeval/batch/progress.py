"""What a person sees while the batch runs: a bar on a terminal, plain lines elsewhere, a table at the end."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from tqdm import tqdm

from .tasks import FAILED, NOT_RUN, OK, UNCHANGED, Examined, Result

HEAD = ("計画", "期間", "ノートブック", "状態", "秒", "理由")
STATES = {OK: "完了", FAILED: "失敗", NOT_RUN: "未実行", UNCHANGED: "変更なし"}
LONGEST = 60  # columns of a reason in the table; the whole reason stands above it and in the log


class Progress:
    """Counts finished tasks; on a terminal with the time that is left."""

    def __init__(self, total: int) -> None:
        tqdm.monitor_interval = 0  # no thread beside the bar
        self._bar = tqdm(
            total=total, unit="期間", disable=not sys.stderr.isatty(), dynamic_ncols=True, mininterval=0, miniters=1
        )
        self._total, self._done = total, 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.leave = bool(self._bar.n)  # of a batch with nothing to do the table tells enough
        self._bar.close()

    def tell(self, result: Result) -> None:
        """One task is finished."""
        self._done += 1
        self._bar.set_postfix_str(result.task.key, refresh=False)
        if result.state == UNCHANGED:  # what takes no time must not count for the time that is left
            self._bar.total -= 1
        else:
            self._bar.update()
        line = f"[{self._done}/{self._total}] {result.task.key}　{STATES[result.state]}（{result.seconds:.1f}秒）"
        if self._bar.disable:
            print(line, file=sys.stderr, flush=True)
        if result.reason:
            self.say(f"{result.task.key}：{result.reason}")

    def leave_out(self, count: int) -> None:
        """That many tasks will not be done."""
        self._total -= count
        self._bar.total -= count

    def say(self, text: str) -> None:
        """Something that must be read, above the bar."""
        tqdm.write(text, file=sys.stderr)


def table(results: Sequence[Result], refused: Sequence[Examined] = ()) -> str:
    """All results in columns, one line a notebook; where nothing has changed, one line a period; last the plans with problems."""
    rows = [HEAD, *(row for result in results for row in _rows(result))]
    rows += [
        (found.plan, "すべて", "すべて", STATES[NOT_RUN], "", f"データの問題{len(found.problems)}件（上の一覧）")
        for found in refused
    ]
    widths = [max(_width(row[n]) for row in rows) for n in range(len(HEAD))]
    return "\n".join("  ".join(_padded(cell, widths[n]) for n, cell in enumerate(row)).rstrip() for row in rows)


def _rows(result: Result) -> Iterator[tuple[str, ...]]:
    task = result.task
    place = (task.plan, task.period + (f"（{task.scheme}）" if task.scheme else ""))
    if result.state == UNCHANGED:
        yield (*place, "すべて", STATES[UNCHANGED], f"{0:.1f}", "")
        return
    for step in result.steps:
        cause = result.reason if step.state == FAILED else ""
        yield (*place, step.notebook, STATES[step.state], f"{step.seconds:.1f}", _shortened(cause))
    failed = any(step.state == FAILED for step in result.steps)
    cause = "" if failed else result.reason
    yield (*place, "全体", STATES[result.state], f"{result.seconds:.1f}", _shortened(cause))


def _shortened(text: str) -> str:
    line, width = "", 0
    for letter in " ".join(text.split()):
        width += _width(letter)
        if width > LONGEST:
            return line + "…"
        line += letter
    return line


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: Iterable[str]) -> int:
    """Columns on a terminal: Japanese letters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)
