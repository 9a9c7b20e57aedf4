"""Many municipalities in one batch: time for each, memory and index as their number grows, and what a country would take.

Every municipality is a plan folder of its own, with figures of its own: a made-up city (例示市001 …), every row an example.
Run: `python benchmarks/municipalities.py [--only N …] [--plan PLAN] [--jobs N]`. Without `--plan` each begins as the
sample of `planeval new`; `--plan tokorozawa` makes each as large as that plan.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from timing import PROJECT, facts, measured, megabytes, print_table

from planeval.delivery.choice import read_plan
from planeval.intake.starting import start_plan
from planeval.words.paths import PLAN_FILE

SIZES = (10, 100, 300)
COUNTRY, YEARS = 1741, 6  # municipalities of Japan (special wards included), fiscal years of a plan
CITY = "例示市{:03d}"
SPREAD = 0.02
HEAD = (
    "municipalities",
    "seconds",
    "seconds each",
    "beside the first",
    "most memory",
    "outputs each",
    "index",
    "index seconds",
)


def make(source: Path, data: Path, count: int, seed: int = 1) -> list[str]:
    """Write `count` plan folders into `data`, each like `source` with other values; gives their names."""
    found = read_plan(source.parent, source.name)
    luck, names = random.Random(seed), [f"city{number:04d}" for number in range(1, count + 1)]
    for number, name in enumerate(names, 1):
        shutil.copytree(source, data / name, ignore=shutil.ignore_patterns("README.md"))
        replaced = {found.municipality: CITY.format(number), "公表値": "例示"}
        for path in sorted([*(data / name).rglob("*.csv"), *(data / name).glob("*.yaml")]):
            text = path.read_text(encoding="utf-8-sig")
            for old, own in replaced.items():
                text = text.replace(old, own)
            text = _varied(text, luck) if path.parent.name == "observations" else text
            text = re.sub("^id: .*", f'id: "{name}"', text, count=1, flags=re.M) if path.name == PLAN_FILE else text
            path.write_text(text, encoding="utf-8-sig", newline="")
    return names


def _varied(text: str, luck: random.Random) -> str:
    """Observations with a little luck in the latest value of each indicator that stands alone.

    What belongs together stays: values with a sample or with groups, and one that was given more than once.
    """
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    seen = Counter(row["指標ID"] for row in rows)
    grouped = {row["指標ID"] for row in rows if row["区分"] or row["標本数"] or row["該当数"]}
    last = {row["指標ID"]: number for number, row in enumerate(rows)}
    for number, row in enumerate(rows):
        written = row["値"]
        if number != last[row["指標ID"]] or seen[row["指標ID"]] < 2 or row["指標ID"] in grouped or not written:
            continue
        places = len(written.partition(".")[2])
        row["値"] = f"{float(written) * (1 + luck.uniform(-SPREAD, SPREAD)):.{places}f}"
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def source_of(plan: str | None, room: Path) -> Path:
    """The plan that municipalities are made from."""
    return PROJECT / "data" / plan if plan else start_plan("sample", room / "sample", municipality="見本市")[0]


def run(data: Path, outputs: Path, names: Sequence[str], period: str, jobs: int) -> tuple[object, ...]:
    """One batch over all of them, and the index alone: a line of the table, its ratio still to fill in."""
    place = ("--data", data, "--outputs", outputs)
    batch = measured((sys.executable, "-m", "planeval", "run", "--period", period, "--jobs", jobs, "--force", *place))
    index = measured((sys.executable, "-m", "planeval", "index", *place))
    missing = [name for name in names if not (outputs / name / period / "run.json").is_file()]
    if missing:
        raise SystemExit(f"not made: {missing}\n{batch.errors}")
    size = sum(path.stat().st_size for path in outputs.rglob("*") if path.is_file()) / len(names)
    return batch.seconds, batch.memory, size, (outputs / "index.html").stat().st_size, index.seconds


def measure(sizes: Sequence[int], plan: str | None, jobs: int, room: Path) -> None:
    """Print a line for each number of municipalities, and the country."""
    source = source_of(plan, room)
    period = read_plan(source.parent, source.name).periods[0].id
    rows, first = [], 0.0
    for size in sizes:
        data = room / str(size) / "data"
        names = make(source, data, size)
        seconds, memory, disk, index, waiting = run(data, room / str(size) / "outputs", names, period, jobs)
        each = seconds / size
        first = first or each
        rows.append((size, f"{seconds:.1f}", f"{each:.2f}", f"{each / first:.2f}", megabytes(memory),
                     megabytes(disk), f"{index / 1e3:,.0f} kB", f"{waiting:.1f}"))  # fmt: skip
        shutil.rmtree(room / str(size))
    print(facts())
    print_table(f"one period of each municipality, --jobs {jobs}", HEAD, rows)
    runs = COUNTRY * YEARS
    print(f"\nAt the pace of the last line, {COUNTRY:,} municipalities × {YEARS} yearly periods = {runs:,} runs take "
          f"{each * runs / 3600:.1f} hours on this machine and {disk * runs / 1e9:.0f} GB of outputs.")  # fmt: skip


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", type=int, nargs="+", default=SIZES, metavar="N", help="how many (10 100 300)")
    parser.add_argument("--plan", help="a plan of data/ to begin from, instead of the sample of `planeval new`")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as room:
        measure(given.only, given.plan, given.jobs, Path(room))


if __name__ == "__main__":
    main()
