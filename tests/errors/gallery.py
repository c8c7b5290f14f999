r"""The gallery of errors: each file holds what was wrong, the command, its input, and the exact text that came of it.

A file reads like this; `{desk}` is a small desk of its own, `{here}` the folder with the input::

    Two accounts with one id stop the load
    $ check book.csv
    --- book.csv
    account_id,balance,days_past_due
    --- exit 1
    deskcollect: ...

A `--- name` begins an input file, `--- name cut` one whose last line has no end; `--- name s/old/new/` changes a file that
the desk has, `\n` in it is a line end.
What follows `--- exit` is stderr; lines after `--- stdout` must stand in stdout in this order.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "gallery"
_PART = re.compile(r"^--- (.*)$", re.MULTILINE)
_EXCHANGE = re.compile(r"(\S+) s/(.+)/(.*)/")


@dataclass(frozen=True)
class Exhibit:
    """One error."""

    name: str
    title: str
    commands: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    code: int
    err: str
    out: tuple[str, ...]

    def place(self, here: Path) -> None:
        """Write the input files, or change those that are there."""
        for name, content in self.files:
            exchange = _EXCHANGE.fullmatch(name)
            if exchange:
                path = here / exchange.group(1)
                old, new = (part.replace("\\n", "\n") for part in exchange.groups()[1:])
                text = path.read_text("utf-8")
                assert old in text
                path.write_text(text.replace(old, new, 1), "utf-8")
            else:
                path = here / name.removesuffix(" cut")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content.removesuffix("\n") if name.endswith(" cut") else content, "utf-8")

    def words(self, command: str, here: Path) -> list[str]:
        """Return the words of one command line."""
        return [word.format(here=here, desk=here / "desk") for word in shlex.split(command)]


def exhibits() -> list[Exhibit]:
    """Return all errors of the gallery."""
    return [read(path) for path in sorted(FOLDER.glob("*.txt"))]


def read(path: Path) -> Exhibit:
    """Read one file of the gallery."""
    head, *parts = _PART.split(path.read_text("utf-8"))
    title, *commands = head.strip().splitlines()
    files: list[tuple[str, str]] = []
    code, err, out = 0, "", ""
    contents = [part.removeprefix("\n") for part in parts[1::2]]
    for name, content in zip(parts[::2], contents, strict=True):
        if name.startswith("exit "):
            code, err = int(name.removeprefix("exit ")), content
        elif name == "stdout":
            out = content
        else:
            files.append((name, content))
    told = tuple(line for line in out.splitlines() if line)
    return Exhibit(path.stem, title, tuple(c.removeprefix("$ ") for c in commands), tuple(files), code, err, told)
