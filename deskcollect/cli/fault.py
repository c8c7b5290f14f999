"""A fault of the program itself: one line for the person, and places in the code without any data."""

from __future__ import annotations

import platform
import sys
import traceback
from pathlib import Path

from deskcollect import __version__

_PLACES = 6


def report() -> str:
    """Return what to tell of the exception at hand: its kind and where, never its message nor any value."""
    kind, _, trace = sys.exc_info()
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(trace)][-_PLACES:]
    name = kind.__name__ if kind else "unknown"
    machine = f"deskcollect {__version__}, Python {platform.python_version()}, {platform.system()}"
    return (
        f"deskcollect: stopped by a fault of the program. What was recorded is safe. "
        f"Please report: {name} at {' < '.join(reversed(places))} ({machine})."
    )
