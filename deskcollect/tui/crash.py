"""A fault of the program itself: one line for the person, a report with places in the code and no data."""

from __future__ import annotations

import os
import platform
import tempfile
import traceback
from pathlib import Path

from rich.text import Text
from textual.worker import WorkerFailed

from deskcollect import __version__


def report(error: BaseException | None) -> Text:
    """Write the report of a fault and return what to show: one line, and where the report is."""
    path = _write(_frames(error.error if isinstance(error, WorkerFailed) else error))
    text = "deskcollect stopped by a fault. Nothing recorded was lost; your form is kept."
    return Text(f"{text}\nReport: {path}" if path else f"{text}\nNo report could be written.")


def _frames(error: BaseException | None) -> str:
    """Return where it happened: files, lines and the kind of error, never its message nor any value."""
    lines = [f"deskcollect {__version__}, Python {platform.python_version()}, {platform.system()}"]
    if error is not None:
        lines += [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
    lines.append(type(error).__name__ if error else "unknown")
    return "\n".join(lines) + "\n"


def _write(text: str) -> str:
    """Write a file that only its owner can read; return its name, or nothing."""
    try:
        handle, name = tempfile.mkstemp(prefix="deskcollect-fault-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        return ""
    return name
