"""A desk of marked data, the files beside it, and lines of the table run at it."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.privacy.lines import words
from tests.privacy.marked import leaks

if TYPE_CHECKING:
    from tests.cli.line import Done, Run


def wider(*folders: Path) -> list[str]:
    """Return what others than the owner can read or write."""
    found = [path for folder in folders for path in [folder, *folder.rglob("*")]]
    return [f"{path} {mode:o}" for path in found if (mode := stat.S_IMODE(path.stat().st_mode)) & 0o077]


def closed(*folders: Path) -> None:
    """Close to others what a test has put there."""
    for path in [path for folder in folders for path in [folder, *folder.rglob("*")]]:
        path.chmod(0o700 if path.is_dir() else 0o600)


@dataclass(frozen=True)
class Place:
    """A desk, and the files that command lines name."""

    desk: Path
    data: Path
    out: Path
    scratch: Path
    line: Run

    def run(self, command: str) -> Done:
        """Run a line of the table."""
        book = self.data / "demo" / "books" / "2026-09-30"
        given = {
            "desk": self.desk,
            "book": book,
            "broken": self.out / "broken.csv",
            "became": self.out / "became.csv",
            "out": self.out,
            "id": self._newest() if "{id}" in command else "",
        }
        return self.line(*words(command, given))

    def open_to_others(self) -> list[str]:
        """Return what others than the owner can read or write."""
        return [] if os.name == "nt" else wider(self.desk, self.out, *self.scratch.iterdir())

    def _newest(self) -> str:
        """Return the id of the newest record."""
        lines = (self.desk / "ledger" / "00000001.jsonl").read_text("utf-8").splitlines()
        found: dict[str, Any] = json.loads(lines[-1].partition("\t")[0])
        return str(found["d"]["event_id"])

    def leaks(self, *exports: str) -> list[str]:
        """Return where markers stand that must not."""
        meant = [self.out / name for name in ("broken.csv", "became.csv", "unrecorded.json", *exports)]
        allowed = [path for each in meant for path in ([each] if each.is_file() else each.rglob("*"))]
        return leaks(self.desk, self.out, self.scratch, Path.home(), allowed=tuple(allowed))
