"""How long from a key to the last byte on the terminal, with a million rows in the table.

    python benchmarks/table_keys.py [rows]

A person's terminal is played by a pseudo terminal of 120 x 36. The time of a key ends with the last byte that came
before 60 ms of silence. Two floors are taken in the same run: a bare process that answers each key with a page of
bytes, and a Textual app whose one widget returns ready-made lines, two of them for a cursor key, all for a page key.
The second is what no table in Textual can beat; where the machine is busy, compare with it.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.terminal import COLUMNS, LINES, Terminal, Times

if TYPE_CHECKING:
    import polars as pl

    from deskcollect.tui.widgets.columns import TableColumn

ROWS = 1_000_000
PRESSES = 200
PAGE_BYTES = 8_000
PAGE_DOWN = b"\x1b[6~"


def measure(rows: int = ROWS) -> list[Times]:
    """Run the floors and the table and return what each key took."""
    keys, pages = [b"j"] * 20 + [b"k"] * 10 + [b"j", b"k"] * 85, [PAGE_DOWN] * PRESSES
    found = []
    with Terminal(__file__, "--floor") as floor:
        floor.wait_for(b"ready")
        found.append(floor.times("floor: bare process, page", pages))
    with Terminal(__file__, "--bare") as bare:
        bare.wait_for(b"Promise")
        found.append(bare.times("floor: ready-made lines, two", keys))
        found.append(bare.times("floor: ready-made lines, page", pages))
    with Terminal(__file__, "--table", str(rows)) as table:
        table.wait_for(b"Customer")
        table.times("warm up", [b"j", PAGE_DOWN, b"k", b"g"])
        found.append(table.times("cursor key", keys))
        found.append(table.times("cursor key, scrolling", [PAGE_DOWN, *[b"j"] * (PRESSES // 2)]))
        found.append(table.times("page key", pages))
        found.append(table.times("last, first", [b"G", b"g"] * 10))
        found.append(table.times("100 cursor keys at once", [b"j" * 100] * 10))
        found.append(_sorted(table))
        found.append(table.times("page key, sorted by a column", pages))
        print(f"{rows:,} rows, memory of the process {table.memory_megabytes():,.0f} MB")
    with Terminal(__file__, "--panel", str(rows)) as panel:
        panel.wait_for(b"Customer")
        panel.times("warm up", [b"j", PAGE_DOWN, b"k", b"g"])
        found.append(panel.times("cursor key, a panel follows", keys))
    return found


def _sorted(table: Terminal) -> Times:
    """Return what a cursor key takes while a column is sorted in a thread."""
    table.press(b"lll")
    taken: list[tuple[float, int]] = []
    for sort in (b"]", b"[") * 3:
        table.type(sort)  # the keys must come while it sorts
        taken += [table.press(b"j" if number % 2 else b"k") for number in range(4)]
    return Times(
        "cursor key while sorting",
        [seconds * 1000 for seconds, _ in taken],
        sum(size for _, size in taken) / len(taken),
        0.0,
    )


def answer_with_bytes() -> None:
    """Answer each key with a page of bytes and do nothing else."""
    import tty

    tty.setraw(0)
    os.write(1, b"ready")
    page = b"x" * PAGE_BYTES
    while (key := os.read(0, 64)) and key != b"\x11":
        os.write(1, page)


def show_lines() -> None:
    """Open a widget whose lines are ready-made: what Textual itself takes to put lines on the screen."""
    from rich.segment import Segment
    from rich.style import Style
    from textual.app import App, ComposeResult
    from textual.geometry import Region
    from textual.strip import Strip
    from textual.widget import Widget

    pieces = (
        ("▸ ", "white"),
        ("D▆", "red"),
        (" now   林志明             33     10,240  531", "white"),
        (" Promise", "cyan"),
    )
    style = [Segment(text, Style(color=colour)) for text, colour in pieces]
    strips = [Strip(style).adjust_cell_length(COLUMNS) for _ in range(LINES)]

    class Lines(Widget, can_focus=True):
        """Repaints two lines for j and k, all for any other key."""

        def render_line(self, y: int) -> Strip:
            """Return a ready-made line."""
            return strips[y]

        def key_j(self) -> None:
            """Repaint two lines."""
            self.refresh(Region(0, 4, COLUMNS, 1), Region(0, 5, COLUMNS, 1))

        key_k = key_j

        def key_pagedown(self) -> None:
            """Repaint all."""
            self.refresh()

    class Bare(App[None]):
        """One widget."""

        def compose(self) -> ComposeResult:
            """Put it down."""
            yield Lines()

    Bare().run()


def show_table(rows: int, *, with_panel: bool) -> None:
    """Open a table like the worklist's, perhaps with a panel that follows the cursor."""
    from textual.app import App, ComposeResult

    from deskcollect.tui import themes
    from deskcollect.tui.widgets.literal import Plain
    from deskcollect.tui.widgets.table import Table

    columns = table_columns()

    class Bench(App[None]):
        """A table and a panel."""

        def get_theme_variable_defaults(self) -> dict[str, str]:
            """Return a value for each variable of ours."""
            return themes.variable_defaults()

        def compose(self) -> ComposeResult:
            """Put both down."""
            yield Table(columns)
            if with_panel:
                yield Plain(id="panel")

        def on_mount(self) -> None:
            """Show the book in the dark theme."""
            self.register_theme(themes.load().themes[0])
            self.theme = "dark"
            self.book = book(rows)
            self.query_one(Table).show(self.book)
            self.query_one(Table).focus()

        def on_table_highlighted(self, message: Table.Highlighted) -> None:
            """Let the panel follow."""
            for panel in self.query(Plain):
                panel.show(f"{message.key} · May call now until 21:00", layout=False)

        def on_table_sort_asked(self, message: Table.SortAsked) -> None:
            """Sort in a thread."""
            self.run_worker(lambda: self.sort(message), thread=True, exclusive=True)

        def sort(self, message: Table.SortAsked) -> None:
            """Sort and show."""
            by = next(column.sort_expr for column in columns if column.name == message.column)
            lazy = self.book.lazy().with_row_index()
            ordered = lazy.sort(by, descending=bool(message.descending), maintain_order=True, nulls_last=True)
            order = ordered.select("index").collect()["index"]
            self.call_from_thread(self.query_one(Table).show, self.book, order)

    Bench().run()


def table_columns() -> tuple[TableColumn, ...]:
    """Return columns like the worklist's."""
    import polars as pl

    from deskcollect.present.numbers import money
    from deskcollect.present.shapes import UNICODE
    from deskcollect.tui.widgets.columns import TableColumn

    return (
        TableColumn("tier", "T", 2, "left", lambda r: (UNICODE.tier(r["tier"]), f"tier{r['tier']}"), pl.col("tier")),
        TableColumn("call", "Call", 5, "left", lambda _: ("now", "text")),
        TableColumn("name", "Customer", 18, "left", lambda r: (r["name"], "text"), pl.col("name")),
        TableColumn("dpd", "DPD", 4, "right", lambda r: (str(r["dpd"]), "text"), pl.col("dpd")),
        TableColumn("past_due", "Past due", 10, "right", lambda r: (money(r["past_due"], 0), "money")),
        TableColumn("score", "Score", 8, "left", lambda r: (f"{r['score']} ▼33", "text"), pl.col("score"), gap=2),
        TableColumn("alert", "Alert", 8, "left", lambda _: (UNICODE.level("orange", word=True), "orange")),
        TableColumn("next", "Next step", 21, "left", lambda _: ("Call: full, by Fri", "text")),
        TableColumn("why", "Why today", 31, "left", lambda r: (f"Promise broken: 0 of {r['dpd']},120 paid", "text")),
    )


def book(rows: int) -> pl.DataFrame:
    """Return a book with as many columns as a worklist has."""
    import polars as pl

    names = pl.Series(["林志明", "García Lucía", "陳怡君", "Ольга Петрова", "Nguyễn Thị Hoa", "佐藤 花子", "김민준"])
    number = pl.int_range(rows)
    return pl.select(
        (pl.lit("TW-") + number.cast(pl.String).str.zfill(7)).alias("account_id"),
        names.gather(pl.select(number % len(names)).to_series()).alias("name"),
        pl.lit(pl.Series(list("ABCDE"))).gather(number % 5).alias("tier"),
        (number * 7919 % 180).cast(pl.Int32).alias("dpd"),
        (number * 104729 % 90_000).cast(pl.Decimal(20, 4)).alias("past_due"),
        (400 + number * 31 % 260).cast(pl.Int32).alias("score"),
        *((number + k).alias(f"fact_{k}") for k in range(30)),
        *(pl.lit("text of a fact").alias(f"text_{k}") for k in range(20)),
    )


def main() -> None:
    """Measure and report, or be the program that is measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="?", type=int, default=ROWS)
    parser.add_argument("--floor", action="store_true", help=argparse.SUPPRESS)
    for name in ("--bare", "--table", "--panel"):
        parser.add_argument(name, action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.floor:
        answer_with_bytes()
    elif wanted.bare:
        show_lines()
    elif wanted.table or wanted.panel:
        show_table(wanted.rows, with_panel=wanted.panel)
    else:
        for times in measure(wanted.rows):
            print(times.line())


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
