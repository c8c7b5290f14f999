"""Hold measured branch coverage against the floor of the house: 95 % in the floor files, every room and the corridor.

The command line and present are shown and not judged, the screens not even measured: they are proved by what a person sees.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path, PurePath

LEAST = 0.95
NOT_JUDGED = {"cli", "present"}
FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class Covered:
    """Lines and branches that a run could reach, and those that it reached."""

    reached: int = 0
    reachable: int = 0

    def __add__(self, other: Covered) -> Covered:
        """Take two files together."""
        return Covered(self.reached + other.reached, self.reachable + other.reachable)

    @property
    def share(self) -> float:
        """Return the share reached, 0..1; nothing to reach is all of it."""
        return self.reached / self.reachable if self.reachable else 1.0


def judge(report: Path) -> tuple[bool, list[str]]:
    """Return whether the floor and every room reach the least share, and a line for each."""
    if not report.exists():
        return False, ["  no coverage was measured"]
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    parts = by_part({name: covered(file["summary"]) for name, file in files.items()})
    lines = [line(name, parts[name]) for name in sorted(parts)]
    return all(is_enough(name, part) for name, part in parts.items()) and FLOOR in parts, lines


def by_part(files: dict[str, Covered]) -> dict[str, Covered]:
    """Add up files by the folder under deskcollect that they stand in; those in none are the floor."""
    parts: dict[str, Covered] = defaultdict(Covered)
    for name, file in files.items():
        inner = PurePath(name.replace("\\", "/")).parts[1:]
        parts[inner[0] if len(inner) > 1 else FLOOR] += file
    return dict(parts)


def covered(summary: dict[str, int]) -> Covered:
    """Read one file's summary from coverage's JSON."""
    return Covered(
        summary["covered_lines"] + summary.get("covered_branches", 0),
        summary["num_statements"] + summary.get("num_branches", 0),
    )


def is_enough(name: str, part: Covered) -> bool:
    """Tell whether one part reaches the least share, or is not judged."""
    return name in NOT_JUDGED or part.share >= LEAST


def line(name: str, part: Covered) -> str:
    """Put one part into words."""
    verdict = "" if is_enough(name, part) else f"  under {LEAST:.0%}"
    return f"  {name:<16}{part.share:6.1%}{'  (not judged)' if name in NOT_JUDGED else verdict}"
