"""`python -m octadisc` is the command `octadisc`."""

import sys

from octadisc.cli import main

if __name__ == "__main__":
    sys.exit(main())
