"""Where the plans' data lie, which names folders and files may have, and whether a file is whole. It imports nothing of planeval."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
PLAN_FILE = "plan.yaml"
LONGEST_PLAN_NAME = 40
FORBIDDEN = set('<>:"/\\|?*{}')  # by Windows, in paths, in patterns
# Windows keeps these to itself, whatever follows a dot; planeval has other uses for the last three.
RESERVED = re.compile(
    r"(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\..*)?$|(exports|schemes|index\.html)$", re.IGNORECASE
)


def default_data_dir() -> Path:
    """The nearest `data/` with a plan in it, from the working directory upwards; else the project's own."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if any((folder / "data").glob(f"*/{PLAN_FILE}")):
            return folder / "data"
    return PROJECT / "data"


def plan_ids(data_dir: Path) -> list[str]:
    """The plans in a data folder: every folder with a plan file that is not hidden, in order of name."""
    found = (path for path in data_dir.glob(f"*/{PLAN_FILE}") if path.is_file())
    return sorted(path.parent.name for path in found if not path.parent.name.startswith("."))


def is_plan_name(name: str) -> bool:
    """Whether a plan may be called so: its name becomes that of a folder of outputs, on any system."""
    plain = unicodedata.normalize("NFKC", name)
    return (
        plain == name
        and 0 < len(name) <= LONGEST_PLAN_NAME
        and name.isprintable()
        and not set(name) & FORBIDDEN
        and name[0] not in "-.~"
        and name[-1] not in ". "
        and not RESERVED.match(name)
    )


def fault_of_file(path: Path, folder: Path) -> str:
    """Why a file of a plan's folder must not be opened: it leads elsewhere, or would keep its reader waiting; else ""."""
    if not path.is_file():
        return "リンクの先がない" if path.is_symlink() and not path.exists() else "ふつうのファイルでない"
    roots = (folder.resolve(), folder.parent.resolve())
    is_within = any(path.resolve().is_relative_to(root) for root in roots)
    return "" if is_within else "リンクの先がデータのフォルダの外にある"


def name_within(path: Path, root: Path) -> str:
    """A file's name from a folder on, as it is told: with /, letters in one form, bytes that are no UTF-8 as \\x8e."""
    name = os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "backslashreplace")
    return unicodedata.normalize("NFC", name)


def is_named_in_utf_8(path: Path) -> bool:
    """Whether the bytes of a name are UTF-8; those of an archive from an older Windows may be another code."""
    try:
        os.fsencode(path).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def is_whole_pdf(path: Path) -> bool:
    """Whether a file is there and is a PDF from its first bytes to its last."""
    try:
        content = path.read_bytes()
    except OSError:
        return False
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:]


def safe_name(name: str, *, longest: int) -> str:
    """A name as a file may have it on any system: what is forbidden becomes _, and what is too long loses its middle."""
    kept = "".join(letter if letter.isprintable() and letter not in FORBIDDEN else "_" for letter in name)
    kept = re.sub(r"^[. ~-]|[. ]$", "_", unicodedata.normalize("NFC", kept)) or "_"
    if len(kept) > longest:
        half = (longest - 1) // 2
        kept = f"{kept[:half]}…{kept[-half:]}"
    return f"_{kept}" if RESERVED.match(kept) else kept
