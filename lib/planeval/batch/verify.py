"""Verifying: whether published runs are still what was published, file by file. Light, so that it answers at once."""

from __future__ import annotations

import hashlib
import json
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..delivery.parameters import NOTEBOOKS
from ..words.problems import WrongUse

RUN_FILE, SCHEMES = "run.json", "schemes"
OF_THE_SYSTEM = {".DS_Store", "Thumbs.db", "desktop.ini"}  # what a window that shows the folder leaves in it
HASH = re.compile(r"[0-9a-f]{64}")
TRIES = 3  # a run may be replaced while it is read


@dataclass(frozen=True)
class Verified:
    """One run and what is wrong with it: names of files, and `broken` where its record tells nothing."""

    key: str
    count: int = 0
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    broken: str = ""

    @property
    def is_good(self) -> bool:
        """Every file is there, as published, and no other."""
        return not (self.changed or self.missing or self.extra or self.broken)


def verify(folder: Path, *, as_json: bool = False) -> tuple[str, bool]:
    """What is told of every run in a folder (a run's, a plan's, all outputs), and whether all are good.

    Raises: WrongUse where there is no run.
    """
    runs = sorted(_run_folders(folder))
    if not runs:
        remedy = "planeval run で作ったフォルダか、その中の計画か期間のフォルダを指定してください。"
        raise WrongUse(f"フォルダ「{folder.name}」に公表した実行がありません。{remedy}")
    found = [_settled(run, _key(run, folder)) for run in runs]
    return (_json(found) if as_json else _text(found)), all(one.is_good for one in found)


def examined(run: Path, key: str = "") -> Verified:
    """One run as it is on the disk, compared with its record."""
    record = read_record(run)
    hashes = record.get("outputs") if record else None
    if not isinstance(hashes, dict) or not all(_is_entry(*entry) for entry in hashes.items()):
        return Verified(
            key,
            broken=f"記録（{RUN_FILE}）がない" if not (run / RUN_FILE).exists() else f"記録（{RUN_FILE}）が壊れている",
        )
    there = set(_files(run))
    changed = sorted(name for name in there & set(hashes) if _hash(run / name) != hashes[name])
    return Verified(
        key, len(hashes), tuple(changed), tuple(sorted(set(hashes) - there)), tuple(sorted(there - set(hashes)))
    )  # fmt: skip


def read_record(folder: Path) -> dict | None:
    """The record of a published or failed run; None where there is none, or no readable one."""
    try:
        record = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _run_folders(folder: Path) -> Iterator[Path]:
    """Folders with a record, or with a report that should have one; none that is hidden."""
    if not folder.is_dir():
        return
    if (folder / RUN_FILE).exists() or any((folder / f"{name}.html").exists() for name in NOTEBOOKS):
        yield folder
    for child in folder.iterdir():
        if child.is_dir() and not child.is_symlink() and not child.name.startswith("."):
            yield from _run_folders(child)


def _key(run: Path, folder: Path) -> str:
    place = run.relative_to(folder).as_posix()
    return run.name if place == "." else place


def _settled(run: Path, key: str) -> Verified:
    """What is found when the run is not replaced meanwhile."""
    for _ in range(TRIES):
        before = run.stat().st_ino
        found = examined(run, key)
        if found.is_good or run.stat().st_ino == before:
            break
    return found


def _is_entry(name: str, digest: object) -> bool:
    """Whether a record names a file within its run and a hash."""
    parts = PurePosixPath(name).parts
    is_inside = bool(parts) and not name.startswith("/") and not {"..", "."} & set(parts) and "\\" not in name
    return is_inside and isinstance(digest, str) and bool(HASH.fullmatch(digest))


def _files(run: Path) -> Iterator[str]:
    """Names of all files of a run but its record, its PDFs (each holds the time it was made) and its other schemes."""
    for path in run.rglob("*"):
        name = path.relative_to(run)
        if path.is_dir() and not path.is_symlink():
            continue
        is_pdf = len(name.parts) == 1 and path.suffix == ".pdf" and path.stem in NOTEBOOKS
        is_other_run = name.parts[0] == SCHEMES and len(name.parts) > 2
        if not (is_pdf or is_other_run or name.as_posix() == RUN_FILE or path.name in OF_THE_SYSTEM):
            yield name.as_posix()


def _hash(path: Path) -> str:
    """The hash of an ordinary file; "" for what is none or cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() if stat.S_ISREG(path.lstat().st_mode) else ""
    except OSError:
        return ""


def _text(found: Sequence[Verified]) -> str:
    lines = []
    for one in found:
        if one.is_good:
            lines.append(f"{one.key}：公表したときのまま（{one.count}ファイル）")
            continue
        lines.append(f"{one.key}：公表したときと違う")
        lines += [f"  {one.broken}"] if one.broken else []
        for word, names in (("変わった", one.changed), ("足りない", one.missing), ("余分", one.extra)):
            lines += [f"  {word}　{name}" for name in names]
        lines.append(f"  直し方：{_remedy(one)}")
    bad = sum(not one.is_good for one in found)
    return "\n".join(
        [
            *lines,
            f"{len(found)}件のうち{bad}件が、公表したときと違います。"
            if bad
            else f"{len(found)}件すべて、公表したときのままです。",
        ]
    )


def _remedy(one: Verified) -> str:
    if one.changed or one.missing or one.broken:
        return "planeval run 計画 --period 期間 --force で作り直す"
    return "余分なファイルを消すか、ほかの場所に移す"


def _json(found: Sequence[Verified]) -> str:
    runs = [
        {"run": one.key, "good": one.is_good, "files": one.count, "broken": one.broken}
        | {"changed": one.changed, "missing": one.missing, "extra": one.extra}
        for one in found
    ]
    return json.dumps({"runs": runs}, ensure_ascii=False, indent=1)
