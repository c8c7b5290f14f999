"""Start deskcollect: the version at once, everything else by way of the command line."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run the command line and return its exit code."""
    if sys.argv[1:] == ["--version"]:
        from deskcollect import __version__

        sys.stdout.write(f"deskcollect {__version__}\n")
        return 0
    os.umask(0o077)  # what is written holds personal data: it is its owner's alone
    from deskcollect.cli.app import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
