r"""The gallery of errors: each file holds what was wrong, the command, its input, and the exact text that came of it.

A file reads like this; `{desk}` is a small desk of its own, `{here}` the folder with the input::

    Two accounts with one id stop the load
    $ check book.csv
    --- book.csv
    account_id,balance,days_past_due
    --- exit 1
    deskcollect: ...

A `--- name` begins an input file, `--- name cut` one whose last line has no end; `--- name s/old/new/` changes a file that
the desk has, `\n` in it is a line end. What happens between commands stands among them::

    % pipe NAME                a pipe
    % head NAME BYTES          what is behind so many bytes of a file is gone
    % split NAME LINES OTHER   the lines behind so many go into another file
    % swap NAME OTHER          two files change names
    % set VARIABLE WORDS       a variable of the environment; without words it is gone

What follows `--- exit` is stderr; lines after `--- stdout` must stand in stdout in this order.
"""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "gallery"
_PART = re.compile(r"^--- (.*)$", re.MULTILINE)
_EXCHANGE = re.compile(r"(\S+) s/(.+)/(.*)/")


@dataclass(frozen=True)
class Exhibit:
    """One error."""

    name: str
    title: str
    steps: tuple[str, ...]
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

    def happen(self, step: str, here: Path, patch: pytest.MonkeyPatch) -> None:
        """Do what happens between two commands."""
        what, name, *more = shlex.split(step)
        match what, more:
            case "pipe", []:
                if not hasattr(os, "mkfifo"):
                    pytest.skip("this system has no pipes with names")
                os.mkfifo(here / name)
            case "head", [length]:
                assert (here / name).stat().st_size > int(length)
                os.truncate(here / name, int(length))
            case "split", [count, other]:
                lines = (here / name).read_bytes().splitlines(keepends=True)
                assert len(lines) > int(count)
                (here / name).write_bytes(b"".join(lines[: int(count)]))
                (here / other).write_bytes(b"".join(lines[int(count) :]))
            case "swap", [other]:
                (here / name).rename(here / "between")
                (here / other).rename(here / name)
                (here / "between").rename(here / other)
            case "set", []:
                patch.delenv(name)
            case "set", words:
                patch.setenv(name, " ".join(words))
            case _:
                raise AssertionError(step)

    def words(self, command: str, here: Path) -> list[str]:
        """Return the words of one command line."""
        command = command.removeprefix("$ ")
        return [word.format(here=here, desk=here / "desk") for word in shlex.split(command)]


def exhibits() -> list[Exhibit]:
    """Return all errors of the gallery."""
    return [read(path) for path in sorted(FOLDER.glob("*.txt"))]


def read(path: Path) -> Exhibit:
    """Read one file of the gallery."""
    head, *parts = _PART.split(path.read_text("utf-8"))
    title, *steps = head.strip().splitlines()
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
    return Exhibit(path.stem, title, tuple(steps), tuple(files), code, err, told)
