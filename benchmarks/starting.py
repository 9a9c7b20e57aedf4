"""How long a person waits at the command line: for help, for a mistake to be told, for a file or a plan to be checked.

Run: `python benchmarks/starting.py [--times N] [--python PATH]`. Prints the median and the longest of N runs.
"""

from __future__ import annotations

import argparse
import statistics
import sys

from timing import facts, measured, megabytes, print_table

COMMANDS = {
    "--help": "--help",
    "a command that does not exist": "rnu",
    "a plan that does not exist": "run tokorozwa",
    "schemes": "schemes",
    "read, a CSV": "read data/tokorozawa/observations/r5_kenko_kanri.csv",
    "read, a workbook": "read data/tokorozawa/observations/r7_kiki_kanri.xlsx",
    "check kenko21": "check kenko21",
    "check tokorozawa": "check tokorozawa",
}


def main() -> None:
    """Time each command and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--python", default=sys.executable, help="the interpreter of the environment to measure")
    given = parser.parse_args()
    rows = []
    for name, words in COMMANDS.items():
        command = (given.python, "-m", "planeval", *words.split())
        runs = [measured(command, check=False) for _ in range(given.times + 1)][1:]  # the first fills the disk's cache
        times = [run.seconds for run in runs]
        busy, memory = statistics.median(run.processor for run in runs), max(run.memory for run in runs)
        rows.append((name, f"{statistics.median(times):.2f}", f"{max(times):.2f}", f"{busy:.2f}", megabytes(memory)))
    print(facts(given.python))
    print_table(
        f"commands, {given.times} runs each", ("command", "seconds", "most", "processor seconds", "most memory"), rows
    )


if __name__ == "__main__":
    main()
