"""What the doctor finds about Python, the packages, the terminal and the installation."""

from __future__ import annotations

import locale
import os
import platform
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from deskcollect import __version__, resources
from deskcollect.cli import output, place
from deskcollect.cli.finding import Finding, judged, well
from deskcollect.present.glyphs import choose, why_ascii

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_NEEDED = (
    *("polars", "textual", "rich", "typer", "tinydb", "sqlglot", "fastexcel", "filelock", "platformdirs", "tzdata"),
)
_ONLY_TRAINING = "scikit-learn"
_OLDEST = (3, 11)
_LEAST = (80, 24)


def findings() -> Iterator[Finding]:
    """Go through what does not depend on a desk."""
    yield well("deskcollect", __version__)
    yield judged(
        "Python",
        f"{platform.python_version()} in {sys.prefix}",
        good=sys.version_info >= _OLDEST,
        remedy="Install Python 3.11 or newer.",
    )
    yield well("system", f"{platform.system()} {platform.release()} {platform.machine()}")
    yield _packages()
    yield from _terminal()
    yield from _installed()


def _packages() -> Finding:
    """Return the versions of the packages."""
    told, missing = [], []
    for name in (*_NEEDED, _ONLY_TRAINING):
        try:
            told.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return Finding("packages", "fail", f"missing: {', '.join(missing)}", "Install deskcollect again.")
    return well("packages", ", ".join(told))


def _terminal() -> Iterator[Finding]:
    """Go through what the terminal can do."""
    if not output.is_terminal():
        yield well("terminal", "none: this is a pipe or a file")
    else:
        size = shutil.get_terminal_size()
        yield judged(
            "terminal",
            f"TERM {os.environ.get('TERM') or 'not set'}, {size.columns}x{size.lines}, {_colours()}",
            good=size.columns >= _LEAST[0] and size.lines >= _LEAST[1],
            remedy="Make the window at least 80 columns and 24 lines.",
            otherwise="warn",
        )
    coding = locale.getpreferredencoding(do_setlocale=False)
    yield judged(
        "text",
        f"locale {coding}, stdout {sys.stdout.encoding}",
        good=coding.lower().replace("-", "") == "utf8",
        remedy="Set a UTF-8 locale, as in LANG=C.UTF-8, for names in every script.",
        otherwise="warn",
    )
    glyphs = choose()
    yield well("signs", f"ASCII, because {why_ascii() or 'it is asked for'}" if glyphs.ascii else "Unicode")


def _colours() -> str:
    """Return which colours there are."""
    if os.environ.get("NO_COLOR"):
        return "no colours (NO_COLOR is set)"
    return "all colours" if os.environ.get("COLORTERM") in {"truecolor", "24bit"} else "few colours"


def _installed() -> Iterator[Finding]:
    """Go through what ships with the program."""
    yield well("your data folder", str(place.data_folder()))
    folders: dict[str, Callable[[], Path]] = {
        "shipped policies": resources.policies,
        "scorecards": resources.models,
        "themes": resources.themes,
        "sample data": resources.sample_data,
        "manual": resources.manual,
    }
    for name, find in folders.items():
        yield _folder(name, find)


def _folder(name: str, find: Callable[[], Path]) -> Finding:
    """Say where a folder is."""
    try:
        path = find()
    except FileNotFoundError:
        return Finding(name, "fail", "missing", "Install deskcollect again.")
    return judged(name, str(path), good=path.is_dir(), remedy="Install deskcollect again.")
