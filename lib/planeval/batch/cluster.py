"""A cluster of dask.distributed as the executor of a batch; dask is imported only here, and only when asked for."""

from __future__ import annotations

import logging
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager, suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from ..words.problems import WrongUse
from .crew import dismiss, prepare
from .tasks import NotDone

if TYPE_CHECKING:
    from distributed import Client

CONNECT_SECONDS, WORKERS_SECONDS, GOODBYE_SECONDS = 15, 120, 10
LOOK_SECONDS = 10  # between two looks at whether there are workers
GETTING_READY = "getting ready"
RETRIES = 2  # of a job whose hand broke; a worker that is lost is for the scheduler to count (allowed-failures)
NOT_INSTALLED = "--dask には dask.distributed が要ります。python -m pip install dask distributed で入れてください。"
LOST = "クラスタのスケジューラとの接続が切れました"
KILLED = "クラスタの作業者が、この期間の途中で何度も止まりました（メモリの不足か、強制終了）"
ABSENT = "クラスタの作業者の環境に planeval がありません"
NOBODY = "クラスタに作業者（dask worker）が一人もいなくなりました。加わるのを待ちます（やめるには Ctrl-C）。"
SOMEBODY = "クラスタに作業者が加わったので、続けます。"


def check_installed() -> None:
    """Refuse at once where dask is not installed. Raises: WrongUse."""
    if find_spec("distributed") is None:
        raise WrongUse(NOT_INSTALLED)


@contextmanager
def cluster(address: str, outputs: Path) -> Iterator[Executor]:
    """The executor of the cluster at an address or in a scheduler's file. Raises: WrongUse where it cannot be reached."""
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    client = _connected(address)
    jobs = client.get_executor(pure=False, retries=RETRIES)
    ready = threading.Thread(target=_get_ready, args=(client,), name=GETTING_READY, daemon=True)
    ended = threading.Event()
    try:
        _wait_for_workers(client, address)
        ready.start()
        threading.Thread(target=_tell_of_absence, args=(client.nthreads, ended.wait), daemon=True).start()
        yield ClusterExecutor(jobs, partial(_is_back, client))
    finally:
        ended.set()
        goodbye = threading.Thread(target=_let_go, args=(client, jobs, outputs, ready), daemon=True)
        goodbye.start()
        goodbye.join(GOODBYE_SECONDS)


class ClusterExecutor(Executor):
    """dask's own executor; a job that the cluster loses fails with a sentence.

    Once one was lost, `is_back` is asked before the next: a client that is about to close takes jobs and never answers.
    """

    def __init__(self, jobs: Executor, is_back: Callable[[], bool] = lambda: False) -> None:
        self._jobs, self._is_back = jobs, is_back
        self._is_lost = False

    def submit(self, function: Callable, /, *what: object) -> Future:
        """Hand a job to the cluster."""
        future: Future = Future()
        self._is_lost = self._is_lost and not self._is_back()
        try:
            if self._is_lost:
                raise ConnectionError
            theirs = self._jobs.submit(function, *what)
        except Exception as error:
            self._is_lost = isinstance(error, OSError | RuntimeError) or type(error).__name__ == "ClosedClientError"
            future.set_exception(NotDone(LOST) if self._is_lost else error)
            return future
        theirs.add_done_callback(lambda done: self._hand_on(done, future))
        return future

    def _hand_on(self, done: Future, future: Future) -> None:
        try:
            error = done.exception()
        except CancelledError:
            self._is_lost = True
            error = NotDone(LOST)
        if future.set_running_or_notify_cancel():
            _answer(done, error, future)


def _answer(done: Future, error: BaseException | None, future: Future) -> None:
    """Give an answer, or the reason why there is none."""
    if error is None:
        future.set_result(done.result())
    elif isinstance(error, ModuleNotFoundError):
        future.set_exception(NotDone(ABSENT))
    elif type(error).__name__ == "KilledWorker":
        future.set_exception(NotDone(KILLED))
    else:
        future.set_exception(error)


def _connected(address: str) -> Client:
    from distributed import Client

    if not Path(address).is_file() and ":" not in address:
        raise WrongUse(f"--dask の「{address}」は、アドレス（tcp://…）でも、スケジューラのファイルでもありません。")
    place = {"scheduler_file": address} if Path(address).is_file() else {"address": address}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Client(**place, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, KeyError) as error:
        remedy = "アドレスと、スケジューラが動いているかを確かめてください。"
        raise WrongUse(f"クラスタのスケジューラ「{address}」に接続できません。{remedy}") from error


def _wait_for_workers(client: Client, address: str) -> None:
    """Workers may still be on their way, as from the queue of a job system."""
    try:
        client.wait_for_workers(1, timeout=WORKERS_SECONDS)
    except TimeoutError as error:
        told = f"クラスタ「{address}」に、{WORKERS_SECONDS}秒待っても作業者（dask worker）がいません。"
        raise WrongUse(f"{told}作業者を始めてから、もう一度実行してください。") from error


def _get_ready(client: Client) -> None:
    """Let every worker start a hand; what is wrong with one is told by its first job, and nobody waits for one that hangs."""
    with suppress(Exception):
        client.run(prepare, on_error="ignore")


def _is_back(client: Client) -> bool:
    """Whether a client that has lost its scheduler finds it again, as it tries by itself for a while."""
    end = time.monotonic() + CONNECT_SECONDS
    while client.status == "connecting" and time.monotonic() < end:
        time.sleep(0.1)
    return client.status == "running"


def _tell_of_absence(workers: Callable[[], Mapping], is_ended: Callable[[float], bool]) -> None:
    """Say when the last worker has left, since the batch then waits for others, and when one is there again."""
    is_empty = False
    while not is_ended(LOOK_SECONDS):
        with suppress(Exception):  # the scheduler is gone, for a moment or for good, which every job tells
            if is_empty == bool(workers()):
                is_empty = not is_empty
                tqdm.write(NOBODY if is_empty else SOMEBODY, file=sys.stderr)  # above the bar of the batch


def _let_go(client: Client, jobs: Executor, outputs: Path, ready: threading.Thread) -> None:
    """Cancel what is left, so that nothing is tried again, end this batch's hands in all workers, and leave."""
    if ready.is_alive():  # else it could start a hand after all were ended
        ready.join(GOODBYE_SECONDS / 2)
    with suppress(Exception):  # whatever dask says of a scheduler that is gone
        jobs.shutdown(wait=False)
        client.run(dismiss, outputs, on_error="ignore")
    with suppress(Exception):
        client.close(timeout=GOODBYE_SECONDS)
