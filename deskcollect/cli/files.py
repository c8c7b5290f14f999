"""Files that a command reads or writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.errors import BadUse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def known_format(path: Path, allowed: Sequence[str]) -> None:
    """Refuse a file whose ending says nothing about its format, or whose folder is missing.

    Errors: BadUse.
    """
    suffix = path.suffix.lower()
    if suffix not in allowed:
        raise BadUse(f"{path.name} does not say which format it is to have.", f"Known are {', '.join(allowed)}.")
    if not path.parent.is_dir():
        raise BadUse(f"There is no folder {path.parent}.", "Make it first, or write elsewhere.")


def readable(path: Path) -> None:
    """Refuse what is no file, such as a named pipe, which would be waited on for ever.

    Errors: BadUse.
    """
    if path.is_dir():
        raise BadUse(f"{path} is no file but a folder, so nothing was read.", "Give the file itself.")
    if path.exists() and not path.is_file():
        raise BadUse(
            f"{path} is no file but a pipe or a device, so nothing was read: it is needed whole, and more than once.",
            "Write what comes out of it into a file first, and give that file.",
        )
