"""Tables that a person has looked at. `GOLDEN=write pytest tests/desk` writes them anew; then read the difference."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent


def compare(name: str, text: str) -> None:
    """Hold a text against the one that was agreed on."""
    path = FOLDER / name
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, "utf-8", newline="\n")
    assert path.read_text("utf-8") == text
