"""`planeval run` with the notebooks of another folder: python run_batch.py NOTEBOOKS [WORDS…]."""

import sys
from pathlib import Path


def main() -> int:
    """Run the command and give its exit code."""
    from planeval.batch import runs
    from planeval.delivery import cli

    folder = Path(sys.argv.pop(1))
    runs.notebook_paths = lambda: {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    sys.argv.insert(1, "run")
    return cli.main()


if __name__ == "__main__":  # workers import this file too
    sys.exit(main())
