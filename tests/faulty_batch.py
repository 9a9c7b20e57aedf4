"""A batch whose notebooks can be made to fail: small plans, two tiny notebooks, and the processes that it leaves behind."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from plan_folder import write_plan

import planeval

TESTS = Path(__file__).parent.absolute()
LONGEST = 600  # seconds; many times what it takes, and never waited for when all goes well
PARAMETERS = """plan: str = ""  # 計画
period: str = ""  # 期間
scheme: str | None = None  # 評価基準
data_dir: str | None = None  # データ
outputs_dir: str | None = None  # 出力"""
FAULT = """# 故障の場所
from pathlib import Path
place = Path(data_dir).parent / "faults"
fault = place / f"{plan}-{period}.py"
exec(fault.read_text(encoding="utf-8") if fault.exists() else "")"""
FIRST, SECOND = "01_data_loading", "04_committee_report"


class FaultyBatch:
    """Plans and notebooks in a folder of their own; a fault is a piece of code that the second notebook runs."""

    def __init__(self, folder: Path, plans: Mapping[str, Sequence[str]]) -> None:
        self.folder, self.data, self.outputs = folder, folder / "data", folder / "outputs"
        self.library, self.prefix = Path(planeval.__file__).parents[1], []
        self.marker = f"planeval-test-{uuid.uuid4().hex}"
        (folder / "faults").mkdir(parents=True)
        for plan, periods in plans.items():
            spans = [{"id": name, "label": name, "kind": "evaluation", "years": [2021, 2023]} for name in periods]
            write_plan(self.data / plan, plan={"periods": spans})
        (folder / "notebooks").mkdir()
        for name, code in ((FIRST, '"初め"'), (SECOND, FAULT)):
            notebook = notebook_of("# 題", PARAMETERS, code, '"終わり"')
            nbformat.write(notebook, folder / "notebooks" / f"{name}.ipynb")

    def fail(self, plan: str, period: str, code: str) -> None:
        """From now on the second notebook of that period does this."""
        (self.folder / "faults" / f"{plan}-{period}.py").write_text(code, encoding="utf-8")

    def mend(self) -> None:
        """No more faults."""
        for path in (self.folder / "faults").iterdir():
            path.unlink()

    def run(self, *words: object, **settings) -> subprocess.CompletedProcess[str]:
        """`planeval run --force`, to its end."""
        child = self.start(*words, **settings)
        try:
            told, errors = child.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            raise
        return subprocess.CompletedProcess(child.args, child.returncode, told, errors)

    def start(self, *words: object, before: Callable[[], None] | None = None, **environment: str) -> subprocess.Popen:
        """The same, begun in a session of its own; every process of it carries the marker in its environment."""
        command = [*self.prefix, sys.executable, TESTS / "run_batch.py", self.folder / "notebooks", *words]
        command += ["--force", "--data", self.data, "--outputs", self.outputs]
        env = os.environ | {"PYTHONPATH": str(self.library), "PYTHONUTF8": "1"} | environment
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
        return subprocess.Popen(
            list(map(str, command)),
            env=env | {"PLANEVAL_TEST": self.marker},
            start_new_session=True,
            preexec_fn=before,
            **streams,
        )

    def seen(self, key: str = "") -> dict[str, str]:
        """What a reader finds: the hash of every published file of a run, or of all."""
        files = [path for path in sorted((self.outputs / key).rglob("*")) if path.is_file()]
        names = {path.relative_to(self.outputs).as_posix(): path for path in files}
        return {
            name: hashlib.sha256(path.read_bytes()).hexdigest()
            for name, path in names.items()
            if not name.startswith(".") and Path(name).name != "index.html"
        }

    def hidden(self) -> set[str]:
        """What lies in the outputs folder and is not published."""
        return {path.name for path in self.outputs.iterdir() if path.name.startswith(".")}

    def left(self) -> list[str]:
        """Processes that carry the marker, once those that are about to end have ended."""
        deadline = time.monotonic() + 10
        while processes_with(self.marker) and time.monotonic() < deadline:
            time.sleep(0.02)  # nothing tells of the end of a process that is not one's own
        return processes_with(self.marker)


def notebook_of(title: str, parameters: str, *cells: str) -> nbformat.NotebookNode:
    """A notebook with a title, a parameters cell and further cells."""
    tagged = new_code_cell(parameters, metadata={"tags": ["parameters"]})
    notebook = new_notebook(cells=[new_markdown_cell(title), tagged, *map(new_code_cell, cells)])
    notebook.cells[-1].metadata.setdefault("tags", []).append("end")
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for number, cell in enumerate(notebook.cells):
        cell.id = f"c{number}"
    return notebook


def processes_with(marker: str) -> list[str]:
    """The command lines of processes whose environment has the marker, whoever started them."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if marker.encode() in (place / "environ").read_bytes():
                found.append((place / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
        except OSError:  # it has just ended, or is not ours
            continue
    return found
