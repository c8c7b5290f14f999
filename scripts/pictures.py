"""Draw the pictures of the README: every screen of the demo desk at several sizes, as SVG without outside links.

    python -m scripts.pictures [FOLDER]

The demo's clock starts at 10:00 of its book's date and the pictures are taken at once, so that they come out alike.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from deskcollect.desk.make import make_demo
from deskcollect.errors import NoDesk
from deskcollect.tui import themes
from deskcollect.tui.app import DeskApp
from deskcollect.tui.session import Session

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
Keys = tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """One picture: its name, the size of the terminal, the keys that lead there."""

    name: str
    size: tuple[int, int]
    keys: Keys = ()
    theme: str = "dark"
    empty: bool = False


PICTURES = (
    Picture("worklist-120x36", (120, 36)),
    Picture("worklist-80x24", (80, 24)),
    Picture("worklist-200x50", (200, 50)),
    Picture("worklist-60x16", (60, 16)),
    Picture("worklist-light", (120, 36), theme="light"),
    Picture("worklist-monochrome", (80, 24), theme="monochrome"),
    Picture("account-120x36", (120, 36), ("down", "down", "enter")),
    Picture("account-80x24", (80, 24), ("down", "down", "enter")),
    Picture("account-200x50", (200, 50), ("down", "down", "enter")),
    Picture("record-codes", (80, 24), ("down", "down", "r")),
    Picture("record-promise", (80, 24), ("down", "down", "r", "p", "f")),
    Picture("record-dispute", (80, 24), ("down", "down", "r", "D", "1")),
    Picture("recorded", (120, 36), ("down", "down", "r", "n", "ctrl+s")),
    Picture("undo", (80, 24), ("r", "n", "ctrl+s", "u")),
    Picture("alerts-120x36", (120, 36), ("2",)),
    Picture("alerts-80x24", (80, 24), ("2",)),
    Picture("explain", (120, 36), ("x",)),
    Picture("help", (80, 24), ("question_mark", "r", "e", "c")),
    Picture("empty-filter", (80, 24), ("slash", "z", "z", "q")),
    Picture("no-desk", (80, 24), empty=True),
)


async def draw(picture: Picture, folder: Path, home: Path) -> None:
    """Open the demo, press the keys, write the picture."""

    def refuse() -> object:
        raise NoDesk(
            "No desk here and none above this folder.",
            "Make one with  deskcollect init DIR --book BOOK  or look at the demo with  deskcollect demo",
        )

    opened = refuse if picture.empty else lambda: make_demo(home / picture.name)
    app = DeskApp(Session(opened), themes.load())  # type: ignore[arg-type]  # one of them never returns
    async with app.run_test(size=picture.size) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        app.theme = picture.theme
        for key in picture.keys:
            await pilot.press(key)
        await pilot.pause(0.3)
        folder.mkdir(parents=True, exist_ok=True)
        svg = app.export_screenshot(title="deskcollect")
        (folder / f"{picture.name}.svg").write_text(_plain(svg), "utf-8")


def _plain(svg: str) -> str:
    """Take the links to fonts on the web out, and give ids that do not change from run to run."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return re.sub(r"terminal-\d+", "terminal", svg)


async def main(folder: Path, names: list[str]) -> None:
    """Draw all pictures, or those that are named."""
    with tempfile.TemporaryDirectory() as home:
        for picture in PICTURES:
            if not names or picture.name in names:
                await draw(picture, folder, Path(home))
                print(folder / f"{picture.name}.svg")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER, sys.argv[2:]))
