"""Which set of signs this terminal can draw."""

from __future__ import annotations

import locale
import os
from typing import TYPE_CHECKING

from deskcollect.present.shapes import ASCII, UNICODE

if TYPE_CHECKING:
    from deskcollect.present.shapes import Glyphs


def choose(wanted: str = "auto") -> Glyphs:
    """Return the signs asked for; auto takes ASCII on a Linux console or where the locale is not UTF-8."""
    wanted = os.environ.get("DESKCOLLECT_GLYPHS", wanted)
    if wanted in {"ascii", "unicode"}:
        return ASCII if wanted == "ascii" else UNICODE
    return ASCII if why_ascii() else UNICODE


def why_ascii() -> str:
    """Say why the plain set is taken; empty if it is not."""
    if os.environ.get("TERM") in {"linux", "dumb"}:
        return f"TERM is {os.environ['TERM']}"
    if locale.getpreferredencoding(False).lower().replace("-", "") != "utf8":
        return "the locale is not UTF-8"
    return ""
