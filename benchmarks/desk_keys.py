"""How a whole desk feels: from the start to the first screen and to the list, and from a key to its picture.

    python benchmarks/desk_keys.py DESK [starts]

DESK is a folder that `python -m benchmarks.desk_steps BOOK DESK` made. The floor of the start is a Textual app that
shows one line, started in the same run.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.terminal import Terminal, Times

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self): yield Static("one line")
Bare().run()
"""
DESK = "import sys; from pathlib import Path; from deskcollect.tui.app import run; sys.exit(run(Path(sys.argv[1])))"
PAGE_DOWN = b"\x1b[6~"
ESCAPE = b"\x1b"
OPENED = (
    ("a letter of the filter", b"/", b"9", b" of "),
    ("the record dialog", b"", b"r", b"Nobody"),
    ("the account", b"", b"\r", b"NEXT"),
)
OPENINGS = 7
PAUSE = 0.25  # the panels follow the cursor when it rests; a key is measured up to its own picture


def starts(folder: str, count: int) -> None:
    """Start the floor and the desk again and again."""
    bare, shell, data = [], [], []
    for _ in range(count):
        with Terminal("-c", BARE) as floor:
            bare.append(floor.wait_for(b"one line"))
        with Terminal("-c", DESK, folder) as desk:
            shell.append(desk.wait_for(b"reading"))
        with Terminal("-c", DESK, folder) as desk:
            data.append(desk.wait_for(b"Lens: "))
    floor_ms = median(bare) * 1000
    for name, taken in (("a Textual app of one line", bare), ("the desk's screen", shell), ("the list on it", data)):
        milliseconds = median(taken) * 1000
        print(f"{name:<34} p50 {milliseconds:6.0f} ms   {milliseconds / floor_ms:4.1f} x one line")


def keys(folder: str) -> None:
    """Press keys in one desk."""
    with Terminal("-c", DESK, folder) as desk:
        desk.wait_for(b"Lens: ")
        desk.times("warm up", [b"j", PAGE_DOWN, b"k", b"g"])
        print(desk.times("cursor key", [b"j"] * 20 + [b"k"] * 10 + [b"j", b"k"] * 35, PAUSE).line())
        print(desk.times("page key", [PAGE_DOWN] * 60, PAUSE).line())
        print(desk.times("last, first", [b"G", b"g"] * 5, PAUSE).line())
        for name, before, key, painted in OPENED:
            print(_opened(desk, name, before, key, painted).line())
        print(f"memory of the process {desk.memory_megabytes():,.0f} MB")


def _opened(desk: Terminal, name: str, before: bytes, key: bytes, painted: bytes) -> Times:
    """Press a key several times, each time from the list; it counts up to a word that only its picture has."""
    taken, sizes, cpu = [], [], desk.cpu_seconds()
    for _ in range(OPENINGS):
        if before:
            desk.press(before, PAUSE)
        seconds, size = desk.until(key, painted)
        taken.append(seconds * 1000)
        sizes.append(size)
        desk.press(ESCAPE, PAUSE)
        desk.press(ESCAPE, PAUSE)
    return Times(name, taken, median(sizes), (desk.cpu_seconds() - cpu) * 1000 / OPENINGS)


if __name__ == "__main__":
    starts(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5)
    keys(sys.argv[1])
