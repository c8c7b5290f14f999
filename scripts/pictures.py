"""Draw the pictures of the manual: screens of the demo desk at several sizes, as SVG without outside links.

    python -m scripts.pictures [FOLDER [NAME ...]]

The demo's clock stands at 10:00 of its book's date, so that the same program draws the same pictures.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from html import escape, unescape
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from deskcollect.clock import Clock
from deskcollect.desk.desk import open_desk
from deskcollect.desk.make import make_demo
from deskcollect.errors import NoDesk
from deskcollect.present.width import graphemes
from deskcollect.tui import themes
from deskcollect.tui.app import DeskApp
from deskcollect.tui.session import Session

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from textual.pilot import Pilot

    from deskcollect.desk.desk import Desk

FOLDER = Path(__file__).resolve().parent.parent / "deskcollect" / "help" / "pictures"
CELL = 12.2
Keys = tuple[str, ...]
_RECTANGLE = re.compile(r'<rect fill="(#[0-9a-f]{6})"[^>]*shape-rendering="crispEdges"/>')
_TEXT = re.compile(
    r'<text class="(terminal-r\d+)" x="([\d.]+)" (y="[\d.]+") textLength="[\d.]+" clip-path="[^"]+">([^<]*)</text>'
)
WAITS = "wait"


@dataclass(frozen=True)
class Picture:
    """One picture: its name, the size of the terminal, the keys that lead there ("wait" lets the screen come to rest)."""

    name: str
    size: tuple[int, int]
    keys: Keys = ()
    theme: str = "dark"
    empty: bool = False


PICTURES = (
    Picture("worklist-120x36", (120, 36), ("down", "down")),
    Picture("worklist-80x24", (80, 24), ("down", "down")),
    Picture("worklist-200x50", (200, 50), ("down", "down")),
    Picture("worklist-60x16", (60, 16)),
    Picture("worklist-light", (120, 36), ("down", "down"), theme="light"),
    Picture("worklist-monochrome", (80, 24), ("down", "down"), theme="monochrome"),
    Picture("account-120x36", (120, 36), ("down", "down", "enter", WAITS)),
    Picture("account-80x24", (80, 24), ("down", "down", "enter", WAITS)),
    Picture("record-codes", (80, 24), ("down", "down", "r")),
    Picture("record-promise", (80, 24), ("down", "down", "r", "p", "f", WAITS)),
    Picture("record-dispute", (80, 24), ("down", "down", "r", "D", "1", WAITS)),
    Picture("recorded", (80, 24), ("down", "down", "r", "n", "ctrl+s", WAITS)),
    Picture("undo", (80, 24), ("r", "n", "ctrl+s", WAITS, "u")),
    Picture("alerts-120x36", (120, 36), ("2", "A", "ctrl+s", WAITS, "down", "a", WAITS, "down")),
    Picture("alerts-80x24", (80, 24), ("2", "down", "down", WAITS)),
    Picture(
        "alerts-close", (80, 24), ("2", "space", "o", "o", "space", "space", "C", "f", *"late", "space", *"file", WAITS)
    ),
    Picture("restrictions-120x36", (120, 36), ("3", WAITS, "down", "down", "down", "down", "down", WAITS)),
    Picture("restrictions-80x24", (80, 24), ("3", WAITS, "down", "down", "down", "down", WAITS)),
    Picture("restrictions-what-if", (80, 24), ("3", WAITS, *["down"] * 5, "w", *"full", WAITS)),
    Picture("explain", (120, 36), ("down", "down", "x")),
    Picture("help", (80, 24), ("question_mark", "r", "e", "c")),
    Picture("everything", (80, 24), ("colon",)),
    Picture("empty-filter", (80, 24), ("slash", *"garsia")),
    Picture("no-desk", (80, 24), empty=True),
)


class Standing(Clock):
    """A clock that stands still, so that a slow machine draws the same picture."""

    def now(self) -> datetime:
        """Return the time at which it stands."""
        assert self.starts_at is not None
        return self.starts_at


def standing_at(book: Clock, zone: ZoneInfo) -> Standing:
    """Return a clock that stands where another began."""
    return Standing(zone, book.starts_at)


def _open(folder: Path) -> Desk:
    """Open the demo with a clock that stands."""
    desk = open_desk(folder)
    desk.clock = standing_at(desk.clock, desk.zone)
    return desk


def _refuse() -> Desk:
    """Fail as a folder without a desk does."""
    raise NoDesk(
        "No desk here and none above this folder.",
        "Make one with  deskcollect init DIR --book BOOK  or look at the demo with  deskcollect demo",
    )


async def rest(pilot: Pilot[int]) -> None:
    """Wait until nothing is being worked out any more."""
    await pilot.pause()
    while any(not worker.is_finished for worker in pilot.app.workers):
        await pilot.pause(0.01)
    await pilot.pause(0.05)


async def draw(picture: Picture, folder: Path, home: Path) -> Path:
    """Open the demo, press the keys, write the picture."""
    desk = home / picture.name
    shutil.copytree(home / "demo", desk)
    opens = _refuse if picture.empty else partial(_open, desk)
    app = DeskApp(Session(opens), themes.load())
    async with app.run_test(size=picture.size) as pilot:
        await rest(pilot)
        app.theme = picture.theme
        for key in picture.keys:
            await (rest(pilot) if key == WAITS else pilot.press(key))
        await rest(pilot)
        svg = app.export_screenshot(title="deskcollect")
    return _kept(folder / f"{picture.name}.svg", plain(svg))


def _kept(path: Path, svg: str) -> Path:
    """Write a picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(svg, "utf-8")
    return path


def plain(svg: str) -> str:
    """Take out links to fonts on the web, ids that change, and what is drawn over alike; set characters into cells."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"terminal-\d+(?=-|\b)", "terminal", svg)
    svg = svg.replace("font-variant-east-asian: full-width;", "")
    # no text reaches beyond its own line, so that lines need not be clipped
    svg = re.sub(r'<clipPath id="terminal-line-\d+">.*?</clipPath>\s*', "", svg, flags=re.DOTALL)
    return _TEXT.sub(_in_cells, _on_one_ground(svg))


def _on_one_ground(svg: str) -> str:
    """Draw the commonest background once behind everything."""
    ground = Counter(_RECTANGLE.findall(svg)).most_common(1)[0][0]
    whole = f'<rect fill="{ground}" width="100%" height="100%"/>'
    svg = re.sub(rf'<rect fill="{ground}"[^>]*shape-rendering="crispEdges"/>', "", svg)
    return re.sub(r'(<g transform="translate\(9, 41\)"[^>]*>)', rf"\1{whole}", svg)


def _in_cells(found: re.Match[str]) -> str:
    """Write one text as runs of one kind, each at its own place: a font spreads blanks where a run is mixed."""
    style, left, y, content = found.groups()
    at, made = float(left), []
    for text, width, kind in _runs(unescape(content)):
        if text.strip("\u00a0 "):
            # letters that join from right to left would be torn apart
            size = f'textLength="{_number(width * CELL)}"' if len(text) > 1 and kind != "joined" else ""
            shown = escape(text).replace(" ", "\u00a0")
            made.append(f'<text class="{style}" x="{_number(at)}" {y} {size}>{shown}</text>')
        at += width * CELL
    return "".join(made)


def _runs(text: str) -> Iterator[tuple[str, int, str]]:
    """Cut a text where the kind of character changes; each run comes with its cells and its kind."""
    pieces = [(character, width, _kind(character, width)) for character, width in graphemes(text)]
    for kind, run in groupby(pieces, key=itemgetter(2)):
        each = list(run)
        yield "".join(piece[0] for piece in each), sum(piece[1] for piece in each), kind


def _kind(character: str, width: int) -> str:
    """Return how a character is drawn: as ASCII, two cells wide, joined from right to left, as a letter, as a sign."""
    if character.isascii() or character == "\u00a0":
        return "ascii"
    if width != 1:
        return "wide"
    if unicodedata.bidirectional(character[0]) in {"R", "AL"}:
        return "joined"
    return "letter" if character[0].isalpha() else character


def _number(value: float) -> str:
    """Return a coordinate without needless digits."""
    return f"{value:.1f}".removesuffix(".0")


async def main(folder: Path, names: list[str]) -> None:
    """Draw all pictures, or those that are named."""
    with tempfile.TemporaryDirectory() as home:
        make_demo(Path(home) / "demo").close()
        for picture in PICTURES:
            if not names or picture.name in names:
                print(await draw(picture, folder, Path(home)))


if __name__ == "__main__":
    os.environ.update(TEXTUAL_ANIMATIONS="none", DESKCOLLECT_GLYPHS="unicode")
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER, sys.argv[2:]))
