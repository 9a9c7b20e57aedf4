"""Makes the wheelhouse for a PC without internet: `python docs/make_wheelhouse.py [--python 3.12] [--platform win_amd64]`.

It downloads what requirements.lock pins, every file checked by its hash, and then proves that the folder is complete: each
package that a wheel in it needs on that system is in it too. `pip download --platform` alone is not enough: it asks
the machine that downloads, not the one that installs, which lines of the lock apply, and so leaves out what only Windows
needs.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from email.parser import Parser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

PROJECT = Path(__file__).resolve().parents[1]
LOCK = PROJECT / "requirements.lock"
SYSTEMS = {
    "win_amd64": {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows", "platform_machine": "AMD64"},
    "win_arm64": {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows", "platform_machine": "ARM64"},
}


def target(python: str, platform: str) -> dict[str, str]:
    """What environment markers are asked about. Example: sys_platform is win32."""
    names = dict.fromkeys(("platform_release", "platform_version", "extra"), "")
    version = {"python_version": python, "python_full_version": f"{python}.0", "implementation_version": f"{python}.0"}
    return (
        names
        | version
        | {"implementation_name": "cpython", "platform_python_implementation": "CPython"}
        | SYSTEMS[platform]
    )


def applicable(lock: str, asked: dict[str, str]) -> Iterator[str]:
    """The requirements of a lock that apply on a target, each with its hashes and without its marker."""
    for block in re.findall(r"^\S+==.*(?:\n    --hash=\S+(?: \\)?)+", lock, flags=re.M):
        head, *hashes = (line.removesuffix("\\").strip() for line in block.splitlines())
        requirement = Requirement(head)
        if requirement.marker is None or requirement.marker.evaluate(asked):
            yield " \\\n    ".join([f"{requirement.name}{requirement.specifier}", *hashes])


def missing(folder: Path, asked: dict[str, str]) -> list[str]:
    """What the wheels of a folder need on a target and the folder has not. Empty: it is complete."""
    wheels = {path: parse_wheel_filename(path.name)[:2] for path in sorted(folder.glob("*.whl"))}
    faults = []
    for path in wheels:
        for needed in needs(path, asked):
            name = canonicalize_name(needed.name)
            if not any(
                own == name and needed.specifier.contains(version, prereleases=True) for own, version in wheels.values()
            ):
                faults.append(f"{path.name} needs {needed}")
    return faults


def needs(wheel: Path, asked: dict[str, str]) -> list[Requirement]:
    """What a wheel needs on a target, extras left out."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        told = Parser().parsestr(archive.read(name).decode("utf-8"))
    found = [Requirement(text) for text in told.get_all("Requires-Dist", [])]
    return [needed for needed in found if needed.marker is None or needed.marker.evaluate(asked)]


def download(wanted: Sequence[str], folder: Path, python: str, platform: str) -> None:
    """Let pip fetch the wheels. Raises: CalledProcessError where one is missing or has another hash."""
    with tempfile.TemporaryDirectory() as room:
        lines = Path(room) / "wanted.txt"
        lines.write_text("\n".join(wanted) + "\n", encoding="utf-8")
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps")
        system = ("--only-binary=:all:", "--platform", platform, "--python-version", python, "--implementation", "cp")
        subprocess.run([*pip, *system, "--require-hashes", "-r", str(lines), "-d", str(folder)], check=True)


def main() -> None:
    """Download, check, and say what there is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default="3.12", help="the Python of the other PC")
    parser.add_argument("--platform", default="win_amd64", choices=SYSTEMS)
    parser.add_argument("--to", default="wheelhouse", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    asked = target(given.python, given.platform)
    wanted = list(applicable(LOCK.read_text(encoding="utf-8"), asked))
    given.to.mkdir(parents=True, exist_ok=True)
    download(wanted, given.to, given.python, given.platform)
    faults = missing(given.to, asked)
    if faults:
        raise SystemExit("\n".join(["not complete:", *faults]))
    size = sum(path.stat().st_size for path in given.to.iterdir()) / 1e6
    print(f"{given.to}: {len(wanted)} packages, {size:,.0f} MB, complete for Python {given.python} on {given.platform}")


if __name__ == "__main__":
    main()
