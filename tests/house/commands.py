"""Ask the command line which commands it has, as a person would: with --help."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.house.source import plain_environment

LINE = re.compile(r"^[│|\s](?P<indent>\s*)(?P<name>[a-z][a-z-]*)(?:\s{2,}|\s*[│|]?$)")


def listed(help_text: str) -> list[str]:
    """Return the commands that a --help page lists, in boxes or without."""
    found: list[tuple[int, str]] = []
    inside = False
    for line in help_text.splitlines():
        if "Commands" in line:
            inside = True
        elif inside and (seen := LINE.match(line)):
            found.append((len(seen["indent"]), seen["name"]))
    # A description that runs on is set deeper than the names are.
    margin = min((indent for indent, _ in found), default=0)
    return [name for indent, name in found if indent == margin]


def all_commands(home: Path) -> set[tuple[str, ...]]:
    """Return every command, those under a command included, as the words one types after `deskcollect`."""
    found: set[tuple[str, ...]] = set()
    ahead: list[tuple[str, ...]] = [()]
    while ahead:
        path = ahead.pop()
        inner = [(*path, name) for name in listed(_help(path, home))]
        found.update(inner)
        ahead.extend(inner)
    return found


def _help(path: tuple[str, ...], home: Path) -> str:
    """Return what `deskcollect ... --help` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "deskcollect", *path, "--help"],
        cwd=home,
        env=plain_environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
