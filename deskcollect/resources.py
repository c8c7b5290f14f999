"""Find what ships with the program, in an installed wheel as in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """Return the folder `name` (themes, sample_data) beside the code.

    Errors: FileNotFoundError when the installation is incomplete.
    """
    for folder in (_PACKAGE / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    message = f"the installation of deskcollect is incomplete: no folder {name}. Install it again."
    raise FileNotFoundError(message)


def themes() -> Path:
    """Return the folder of the colour themes."""
    return shipped("themes")


def sample_data() -> Path:
    """Return the folder of the demo desk and the real book."""
    return shipped("sample_data")


def policies() -> Path:
    """Return the folder of the shipped policy files."""
    return _PACKAGE / "policy" / "shipped"


def models() -> Path:
    """Return the folder of the bundled scorecards."""
    return _PACKAGE / "scoring" / "models"


def manual() -> Path:
    """Return the folder of the user's manual."""
    return _PACKAGE / "help"
