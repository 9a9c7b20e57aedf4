"""`python -m planeval` is the same as `planeval`."""

import sys

from planeval.delivery.cli import main

if __name__ == "__main__":
    sys.exit(main())
