"""What a person sees while the batch runs: a bar on a terminal, plain lines elsewhere, a table at the end."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence

from tqdm import tqdm

from .tasks import Result

HEAD = ("計画", "期間", "状態", "秒")


class Progress:
    """Counts finished tasks."""

    def __init__(self, total: int) -> None:
        self._bar = tqdm(total=total, unit="期間", disable=not sys.stderr.isatty(), dynamic_ncols=True)
        self._total, self._done = total, 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def tell(self, result: Result) -> None:
        """One task is finished."""
        self._done += 1
        self._bar.update()
        line = f"[{self._done}/{self._total}] {result.task.key}　{state_of(result)}（{result.seconds:.1f}秒）"
        if self._bar.disable:
            print(line, file=sys.stderr, flush=True)
        if result.reason:
            tqdm.write(f"{result.task.key}：{result.reason}", file=sys.stderr)


def state_of(result: Result) -> str:
    """The state in one word."""
    return "失敗" if result.reason else "完了"


def table(results: Sequence[Result]) -> str:
    """All results, one line each, in columns."""
    rows = [HEAD]
    for result in results:
        task = result.task
        period = task.period + (f"（{task.scheme}）" if task.scheme else "")
        rows.append((task.plan, period, state_of(result), f"{result.seconds:.1f}"))
    widths = [max(_width(row[n]) for row in rows) for n in range(len(HEAD))]
    return "\n".join("  ".join(_padded(cell, widths[n]) for n, cell in enumerate(row)).rstrip() for row in rows)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """Columns on a terminal: Japanese letters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)
