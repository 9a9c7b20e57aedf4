"""The same inputs give the same bytes: what differs from run to run, or tells of the machine, leaves the notebook."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping

from nbformat import NotebookNode

ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
KIND_OF_WARNING = re.compile(r"\b[A-Z]\w*(?:Warning|Error|Exception)\b")
# Said by matplotlib when it runs for the first time on a machine; it is about the machine, not about the report.
FIRST_RUN = re.compile(r"^Matplotlib (?:is building|created)\b.*\n?", re.MULTILINE)


def clean(executed: NotebookNode, parameters: Mapping[str, str]) -> tuple[NotebookNode, list[str]]:
    """The notebook as it may be published, showing only `parameters`, and a line for each cell that warned."""
    notebook = copy.deepcopy(executed)
    kept = ("kernelspec", "language_info")
    notebook.metadata = NotebookNode({name: notebook.metadata[name] for name in kept if name in notebook.metadata})
    notebook.metadata["papermill"] = {"parameters": dict(parameters)}
    warnings = []
    for number, cell in enumerate(notebook.cells):
        cell.id = f"c{number:03d}"
        for name in ("execution", "papermill"):
            cell.metadata.pop(name, None)
        if cell.cell_type == "code":
            warnings += _clean_outputs(cell)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.source = injected_cell(parameters)
    return notebook, warnings


def injected_cell(parameters: Mapping[str, str]) -> str:
    """The cell that papermill puts in, without the folders of this machine."""
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in parameters.items()]
    return "\n".join(["# Parameters", *lines])


def _clean_outputs(cell: NotebookNode) -> list[str]:
    told = "".join(output.text for output in cell.outputs if _is_stderr(output))
    cell.outputs = [output for output in cell.outputs if not _is_stderr(output)]
    for output in cell.outputs:
        if "text" in output:
            output.text = ADDRESS.sub("", output.text)
        data = output.get("data", {})
        for kind, content in data.items():
            if kind.startswith("text/"):
                data[kind] = ADDRESS.sub("", content)
    told = FIRST_RUN.sub("", told)
    if not told.strip():
        return []
    kinds = "、".join(sorted(set(KIND_OF_WARNING.findall(told))))
    return [f"セル [{cell.execution_count}] が警告を出しました" + (f"（{kinds}）" if kinds else "")]


def _is_stderr(output: NotebookNode) -> bool:
    return output.output_type == "stream" and output.name == "stderr"
