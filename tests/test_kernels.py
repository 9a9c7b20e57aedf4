"""Forked kernels are as good as plain ones: the same outputs byte for byte, and a fresh process for each notebook."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import BrokenExecutor, Executor
from multiprocessing import Pipe
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from faulty_batch import LONGEST, PARAMETERS, notebook_of
from ipykernel.iostream import IOPubThread, OutStream

from planeval.batch import kernel_server
from planeval.batch.kernel_streams import PromptStream
from planeval.batch.kernels import forked_by
from planeval.batch.pool import CAN_FORK, kernels, local_workers
from planeval.batch.tasks import NotDone
from planeval.batch.workers import Workers
from planeval.delivery.execute import RunFailed, execute

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="この系では、いつも一つずつ起動するカーネルを使います")

CHANGED = (
    "print('changed', sorted(name for name, value in matplotlib.rcParams.items()"
    " if name != 'backend' and value != matplotlib.rcParamsDefault[name]))"
)
# What differs in silence between a process that has imported everything before and one that has not.
CELLS = (
    "import pandas as pd\npd.DataFrame({f'列{n}': range(80) for n in range(30)})",
    "[pd.get_option(name) for name in ('display.max_columns', 'display.max_rows', 'display.width')]",
    "import matplotlib.pyplot as plt\n_ = plt.plot([1, 3, 2])",
    "import seaborn as sns\nsns.lineplot(x=[1, 2, 3], y=[3, 1, 2])",
    "import matplotlib, warnings, logging, sys\n"
    "(matplotlib.get_backend(), len(warnings.filters) > 0,"
    " logging.root.manager.disable, sys.argv[0].rpartition('/')[2].removesuffix('.py'), __name__)",
    "[place for place in sys.path if 'site-packages' in place or place == ''] == [*dict.fromkeys("
    "place for place in sys.path if 'site-packages' in place or place == '')]",
    "import os, signal\n(signal.getsignal(signal.SIGTERM) == signal.SIG_DFL, sorted(globals()) == sorted(locals()), os.getcwd() != '/')",
    "sorted(name for name in os.environ if name.startswith(('OMP', 'PYTHON', 'MPL')))",
    CHANGED,
    "from planeval.telling.drawing import drawn\n_ = drawn((1, 1), lambda figure: figure.text(0, 0, '福祉'))",
    CHANGED,
    "from IPython.display import display\nfor n in range(3):\n    print('出', n)\n    display(n)\n"
    "    print('誤', n, file=sys.stderr)\nprint('行の途中', end='')",
    "import threading\nworker = threading.Thread(target=print, args=('別の糸',))\nworker.start()\nworker.join()",
    "warnings.warn('UserWarning x')",
    "warnings.warn('old', DeprecationWarning)",
    '"終わり"',
)
MARKS = "import os, numpy, random\nprint('chance', os.getpid(), numpy.random.rand(), random.random())"


def executed(path: Path) -> str:
    """A notebook as a worker process executes and cleans it, and the name of what started its kernel."""
    from planeval.delivery.cleaning import clean
    from planeval.delivery.execute import execute

    notebook, warnings = clean(execute(path, {"plan": "machi"}, kernels=kernels()), {"plan": "machi"})
    return json.dumps([kernels().__name__, warnings, notebook], sort_keys=True)


def told_by(folder: Path, *cells: str, forks: bool, times: int = 1) -> list[list]:
    path = folder / "notebook.ipynb"
    nbformat.write(notebook_of("# 題", PARAMETERS, *cells), path)
    before = dict(os.environ)
    with local_workers(1, forks=forks) as pool:
        found = [json.loads(pool.submit(executed, path).result()) for _ in range(times)]
    assert dict(os.environ) == before
    return found


def outputs_of(notebook: dict) -> list[dict]:
    return [output for cell in notebook["cells"] for output in cell.get("outputs", [])]


def test_forked_and_plain_kernels_give_the_same_notebook_byte_for_byte(tmp_path):
    forked, plain = (told_by(tmp_path, *CELLS, forks=forks)[0] for forks in (True, False))
    assert (forked[0], plain[0]) == ("ForkedKernelManager", "QuietKernelManager")
    for ours, theirs in zip(outputs_of(forked[2]), outputs_of(plain[2]), strict=True):
        assert ours == theirs
    assert forked[1:] == plain[1:] and len(forked[1]) == 3, "a warning is lost"
    shown = [output.get("data", {}) for output in outputs_of(forked[2])]
    assert sum("image/png" in data for data in shown) == 2, "a picture is lost"
    texts = [output.get("text") or output.get("data", {}).get("text/plain") for output in outputs_of(forked[2])]
    changed = [text for text in texts if str(text).startswith("changed")]
    assert len(changed) == 2 and "font.family" not in changed[0] and "font.family" in changed[1]
    first = texts.index("出 0\n")
    assert texts[first : first + 8] == ["出 0\n", "0", "出 1\n", "1", "出 2\n", "2", "行の途中", "別の糸\n"]
    assert any("..." in data.get("text/html", "") for data in shown), "a wide table is not shortened as in a notebook"


class Silent(IOPubThread):
    """The thread that sends, without a socket."""

    def __init__(self) -> None:
        self.io_loop = None

    def schedule(self, _: object) -> None: ...


def test_a_stream_waits_for_what_is_being_sent_and_for_nothing_else(monkeypatch):
    sending, may_end = threading.Event(), threading.Event()
    waits = []

    def send(*_: object, **__: object) -> None:
        sending.set()
        may_end.wait(LONGEST)

    session = SimpleNamespace(msg=lambda *_, **__: {}, send=send)
    stream = PromptStream(session, Silent(), "stdout", watchfd=False)
    monkeypatch.setattr(OutStream, "flush", lambda self: waits.append(self))
    stream.flush()
    assert waits == [], "nothing was printed"
    stream.write("出")
    stream.flush()
    assert len(waits) == 1, "it was not sent"
    thread = threading.Thread(target=stream._flush, daemon=True)
    thread.start()
    sending.wait(LONGEST)
    stream.flush()
    assert len(waits) == 2, "it is in no buffer, but not yet sent"
    may_end.set()
    thread.join(LONGEST)
    stream.flush()
    assert len(waits) == 2, "all is sent"
    stream._fid, end = os.pipe()
    stream._should_watch = True
    stream.flush()
    assert len(waits) == 2, "nothing was written past Python"
    os.write(end, b"x")
    stream.flush()
    stream._should_watch = False
    os.close(end)
    os.close(stream._fid)
    assert len(waits) == 3, "what was written past Python is not read yet"


FONTS_OPEN_IN_A_FORK = """
import os, pathlib, sys
import planeval.batch.warm
child = os.fork()
if child:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
opened = [os.path.realpath(place) for place in pathlib.Path("/proc/self/fd").iterdir()]
fonts = [place for place in opened if place.endswith((".ttf", ".otf", ".ttc"))]
print(fonts)
from planeval.telling import drawing
is_prepared = drawing._palette.cache_info().currsize
os._exit(len(fonts) if is_prepared else 100)
"""


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="開いているファイルを調べられません")
def test_a_fork_of_the_warm_process_shares_no_open_font_whose_place_two_would_move():
    done = subprocess.run(
        [sys.executable, "-c", FONTS_OPEN_IN_A_FORK], capture_output=True, encoding="utf-8", timeout=LONGEST
    )
    assert done.returncode == 0, done.stdout + done.stderr


def executed_thrice(path: Path) -> list[str]:
    """What is left in the room of a worker after three notebooks."""
    for _ in range(3):
        executed(path)
    return sorted(place.name for place in Path(tempfile.gettempdir()).iterdir() if place.is_dir())


@pytest.mark.parametrize("forks", [True, False])
def test_a_notebook_leaves_no_folder_in_the_room(tmp_path, forks):
    path = tmp_path / "notebook.ipynb"
    nbformat.write(notebook_of("# 題", PARAMETERS, '"終わり"'), path)
    with local_workers(1, forks=forks) as pool:
        left = pool.submit(executed_thrice, path).result()
    assert not [name for name in left if name[0] in "kw"], left


@pytest.mark.parametrize(
    ("fault", "told"),
    [(errno.EAGAIN, "メモリか、プロセスの数が足りない"), (errno.EPIPE, "カーネルを始めるプロセスが止まった")],
)
def test_a_kernel_that_the_system_has_no_room_for_fails_its_notebook_with_a_sentence(
    tmp_path, monkeypatch, fault, told
):
    def start(self, *_: object):
        raise OSError(fault, "no room")

    monkeypatch.setattr(kernel_server.KernelServer, "start", start)
    path = tmp_path / "notebook.ipynb"
    nbformat.write(notebook_of("# 題", PARAMETERS, '"終わり"'), path)
    server = kernel_server.KernelServer(Pipe()[0])
    with pytest.raises(RunFailed, match=told):
        execute(path, {"plan": "machi"}, kernels=forked_by(server))


def test_a_server_that_cannot_fork_says_so_and_goes_on(monkeypatch):
    ours, theirs = Pipe()
    forks = iter([OSError(errno.EAGAIN, "no room")])
    monkeypatch.setattr(kernel_server.os, "fork", lambda: (_ for _ in ()).throw(next(forks)))
    monkeypatch.setattr(kernel_server.signal, "signal", lambda *_: None)
    thread = threading.Thread(target=kernel_server._serve, args=(theirs, []))
    thread.start()
    server = kernel_server.KernelServer(ours)
    with pytest.raises(OSError) as raised:
        server.start([], ".", {})
    assert raised.value.errno == errno.EAGAIN and server.is_alive
    ours.close()
    thread.join()
    assert not server.is_alive


def lost(_: object) -> None:
    """Take the own process away."""
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_that_is_lost_takes_only_its_own_job_and_another_takes_its_place():
    with local_workers(2) as pool:
        first = [pool.submit(abs, -n) for n in range(4)]
        gone = pool.submit(lost, None)
        rest = [pool.submit(abs, -n) for n in range(4)]
        assert [job.result() for job in first + rest] == [0, 1, 2, 3] * 2
        with pytest.raises(BrokenExecutor):
            gone.result()


def test_a_worker_that_is_lost_while_it_has_nothing_to_do_costs_no_job():
    with local_workers(1) as pool:
        own = pool.submit(os.getpid).result()
        os.kill(own, signal.SIGKILL)
        only = pool._free.get()
        while not only._broken:  # until its loss has been noticed
            pass
        pool._free.put(only)
        assert pool.submit(os.getpid).result() != own


@pytest.mark.parametrize(
    "fault", [OSError(errno.EAGAIN, "no room"), EOFError(), RuntimeError("can't start new thread")]
)
def test_where_no_process_can_be_started_a_job_says_so(fault):
    def fails():
        raise fault

    told = "始められませんでした（メモリか、プロセスの数が足りない）"
    with Workers(2, fails) as pool, pytest.raises(NotDone, match=told):
        pool.submit(abs, 1)


@pytest.mark.parametrize("fault", [OSError(errno.EAGAIN, "no room"), EOFError()])
def test_a_worker_that_cannot_be_replaced_loses_its_own_job_and_those_after_it_but_no_answer_is_missing(fault):
    class Broken(Executor):
        def submit(self, function, /, *what):
            raise BrokenExecutor

    pools = iter([Broken()])

    def opened():
        for pool in pools:
            return pool
        raise fault

    with Workers(1, opened) as pool:
        jobs = [pool.submit(abs, -1) for _ in range(3)]
        for job in jobs:
            with pytest.raises(BrokenExecutor):
                job.result()


def test_every_notebook_has_a_process_and_random_numbers_of_its_own(tmp_path):
    first, second = told_by(tmp_path, MARKS, '"終わり"', forks=True, times=2)
    told = [outputs_of(found[2])[0]["text"].split()[1:] for found in (first, second)]
    assert len(told[0]) == 3 and all(one != other for one, other in zip(*told, strict=True)), told
