"""Policy files with one thing changed, and what is found in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskcollect import resources
from deskcollect.errors import BadPolicy
from deskcollect.policy.load import load
from deskcollect.records import Issue


def shipped(file: str) -> str:
    """Return a shipped policy file."""
    return (resources.policies() / file).read_text("utf-8")


def put(folder: Path, file: str, text: str | bytes) -> None:
    """Write a policy file of a desk."""
    folder.mkdir(exist_ok=True)
    (folder / file).write_bytes(text.encode() if isinstance(text, str) else text)


def change(folder: Path, file: str, old: str, new: str) -> str:
    """Put a shipped file with one place changed into a desk's folder; return its text."""
    text = shipped(file)
    assert old in text, f"{file} no longer holds {old!r}"
    changed = text.replace(old, new, 1)
    put(folder, file, changed)
    return changed


def findings(folder: Path) -> tuple[Issue, ...]:
    """Return what is wrong with the policies of a desk."""
    with pytest.raises(BadPolicy) as caught:
        load(folder)
    assert caught.value.issues
    return caught.value.issues


def found_in(folder: Path) -> list[tuple[str, int | None, str]]:
    """Return file, line and message of what is wrong."""
    return [(issue.place.file, issue.place.line, issue.message) for issue in findings(folder)]


def mistake(folder: Path, file: str, words: str, old: str, new: str, *, header: str) -> int:
    """Put a shipped file with one place changed after some words into a desk's folder; return the line that is to be named.

    That is the line of their header; without `header` the changed line itself, for what cannot be read stands there.
    """
    text = shipped(file)
    start = text.index(words)
    assert old in text[start:]
    changed = text[:start] + text[start:].replace(old, new, 1)
    put(folder, file, changed)
    return line_of(text, words, header=header) if header else changed_line(text, changed)


def line_of(text: str, words: str, *, header: str) -> int:
    """Return the line of the last header above the line that holds some words."""
    lines = text.split("\n")
    at = next(number for number, line in enumerate(lines) if words in line)
    return next(number for number in range(at, -1, -1) if lines[number].startswith(f"[[{header}]]")) + 1


def changed_line(before: str, after: str) -> int:
    """Return the first line in which two texts differ."""
    pairs = zip(before.split("\n"), after.split("\n"), strict=False)
    return next(number for number, (one, other) in enumerate(pairs, 1) if one != other)
