"""Files that a command writes: a format that is known, put in place whole."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from deskcollect.errors import BadUse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


def known_format(path: Path, allowed: Sequence[str]) -> str:
    """Return the ending of a file that is to be written.

    Errors: BadUse where it says nothing about the format, or the folder is missing.
    """
    suffix = path.suffix.lower()
    if suffix not in allowed:
        raise BadUse(f"{path.name} does not say which format it is to have.", f"Known are {', '.join(allowed)}.")
    if not path.parent.is_dir():
        raise BadUse(f"There is no folder {path.parent}.", "Make it first, or write elsewhere.")
    return suffix


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a name to write to; what is there takes the place of `path` once it is complete."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
