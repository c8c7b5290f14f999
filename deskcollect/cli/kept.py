"""Answers of an init whose book could not be used: kept in the folder of the desk to be, offered by the next init."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from deskcollect import settings
from deskcollect.errors import DeskError

if TYPE_CHECKING:
    from pathlib import Path

    from deskcollect.settings import Settings

_FOLDER = ".answers"


def keep(folder: Path, told: Settings) -> None:
    """Write answers down; no desk stands there for it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / _FOLDER).mkdir(mode=0o700, exist_ok=True)
    settings.write(folder / _FOLDER, told)


def find(folder: Path) -> Settings | None:
    """Return the answers of the last init of this folder, None where there are none that can be read."""
    try:
        return settings.read(folder / _FOLDER)
    except DeskError:
        return None


def forget(folder: Path) -> None:
    """Take the answers away: they are in desk.toml now."""
    with suppress(OSError):
        (folder / _FOLDER / settings.FILE).unlink()
        (folder / _FOLDER).rmdir()
