"""Every disk that a crash may legally leave, rebuilt from the noted steps of a workload.

A step of a file is pinned by a later sync of that file, a name by a later sync of its folder. Whatever is not pinned may
be there, be missing, or (a write) be torn at any byte, with zeros or nothing in the place of the rest.

Source: ALICE (Pillai and others, OSDI 2014).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from tests.ledger.disks import Step

_NAMES = {"create", "rename", "remove"}


@dataclass(frozen=True)
class Crash:
    """A disk after a crash that happened after `steps` steps."""

    steps: int
    files: dict[Path, bytes]


def crashes(
    steps: list[Step], stage: Callable[[int], object], *, begins: int = 0, every_byte: bool = True
) -> Iterator[Crash]:
    """Go through all disks for a crash after each number of steps from `begins` on, each only once a stage of the workload.

    Writes are torn at every byte, or at a few places only.
    """
    seen: set[tuple[object, frozenset[tuple[Path, bytes]]]] = set()
    for count in range(begins, len(steps) + 1):
        for kept in _choices(steps[:count], every_byte=every_byte):
            files = _disk(kept)
            key = (stage(count), frozenset(files.items()))
            if key not in seen:
                seen.add(key)
                yield Crash(count, files)


def _choices(steps: list[Step], *, every_byte: bool) -> Iterator[list[Step]]:
    """Return the steps that reached the medium, in every combination that is tried."""
    loose = [n for n, step in enumerate(steps) if not _pinned(steps, n)]
    pinned = [n for n in range(len(steps)) if n not in set(loose)]
    subsets = [loose[:n] for n in range(len(loose) + 1)]
    subsets += [[n] for n in loose]
    subsets += [[m for m in loose if m != n] for n in loose]
    for subset in subsets:
        yield [steps[n] for n in sorted((*pinned, *subset))]
    for n in loose:
        if steps[n].what == "write":
            for torn in _torn(steps[n], every_byte=every_byte):
                for others in ([m for m in loose if m < n], [m for m in loose if m != n]):
                    yield [torn if m == n else steps[m] for m in sorted((*pinned, *others, n))]


def _torn(step: Step, *, every_byte: bool) -> Iterator[Step]:
    """Return a write torn at each byte, with nothing or zeros after it. A cache is torn at a few places only."""
    is_small = len(step.data) < 100 or (every_byte and b'{"s":' in step.data[:6])
    stride = 1 if is_small else max(len(step.data) // 5, 1)
    for length in range(0, len(step.data), stride):
        yield replace(step, data=step.data[:length])
        yield replace(step, data=step.data[:length] + bytes(len(step.data) - length))


def _pinned(steps: list[Step], number: int) -> bool:
    """Say whether a later sync made a step last."""
    step = steps[number]
    if step.what in _NAMES:
        return any(later.what == "sync names" for later in steps[number:])
    return any(later.what == "sync" and later.file == step.file for later in steps[number:])


def _disk(steps: Iterable[Step]) -> dict[Path, bytes]:
    """Play steps on an empty disk."""
    names: dict[Path, int] = {}
    data: dict[int, bytearray] = {}
    for step in steps:
        content = data.setdefault(step.file, bytearray())
        if step.what == "create" and step.path is not None:
            names[step.path] = step.file
        elif step.what == "rename" and step.path in names and step.target is not None:
            names[step.target] = names.pop(step.path)
        elif step.what == "remove" and step.path is not None:
            names.pop(step.path, None)
        elif step.what == "write":
            content.extend(bytes(max(step.offset - len(content), 0)))
            content[step.offset : step.offset + len(step.data)] = step.data
        elif step.what == "cut":
            del content[step.offset :]
            content.extend(bytes(step.offset - len(content)))
    return {path: bytes(data[number]) for path, number in names.items()}
