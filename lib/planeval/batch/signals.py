"""Ctrl-C and the request to end: who gets them, and when."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

CAN_HOLD_BACK = hasattr(signal, "pthread_sigmask")  # not on Windows


class Terminated(KeyboardInterrupt):
    """The system asked this process to end (SIGTERM)."""


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Processes started within it leave Ctrl-C to this one, which gets what comes meanwhile afterwards.

    They begin with Ctrl-C held back, and call `leave_ctrl_c` when they can.
    """
    if not CAN_HOLD_BACK:
        with _answering(signal.SIGINT, signal.SIG_IGN):
            yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def hold_back_ctrl_c() -> None:
    """From now on, and in what this thread starts, Ctrl-C waits for another thread."""
    if CAN_HOLD_BACK:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def leave_ctrl_c() -> None:
    """Ctrl-C is the parent's: this process ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if CAN_HOLD_BACK:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


@contextmanager
def terminable() -> Iterator[None]:
    """Within it SIGTERM ends the run as Ctrl-C does, so that nothing is left behind. Raises: Terminated."""

    def end(*_: object) -> None:
        raise Terminated

    with _answering(signal.SIGTERM, end):
        yield


@contextmanager
def _answering(number: signal.Signals, answer: Callable | signal.Handlers) -> Iterator[None]:
    """Answer a signal in another way for a while; only the main thread can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(number, answer)
    try:
        yield
    finally:
        signal.signal(number, before)
