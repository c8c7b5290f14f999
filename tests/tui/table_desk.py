"""A small app around the table, for its tests."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import polars as pl
from textual.app import App, ComposeResult
from textual.message import Message

from deskcollect.present import numbers
from deskcollect.present.shapes import UNICODE, Glyphs
from deskcollect.tui import themes
from deskcollect.tui.widgets.columns import TableColumn, total_width
from deskcollect.tui.widgets.table import Table

NAMES = (
    *(
        "林志明",
        "García Lucía",
        "陳怡君",
        "Ольга Петрова",
        "Nguyê\u0303n Thị Hoa",
        "مریم\u200cپور",
        "佐藤 花子",
        "김민준",
    ),
    *("[red]Eve[/", "[@click=app.quit]E", "\x1b]2;PWNED\x1b\\", "สมชาย ใจดี", "x" * 20_000, "ab\u202egnp.exe"),
    *(
        "👩\u200d👩\u200d👧\u200d👦 family",
        "Santos da Conceição de Jesus",
        "a" + "\u0301" * 50,
        "",
        "🇹🇼☎\ufe0f1\ufe0f\u20e3",
    ),
)


def book(size: int) -> pl.DataFrame:
    """Return accounts with difficult names."""
    return pl.DataFrame(
        {
            "account_id": [f"TW-{i:06d}" for i in range(size)],
            "tier": ["ABCDE"[i % 5] for i in range(size)],
            "name": [NAMES[i % len(NAMES)] for i in range(size)],
            "dpd": [i * 37 % 120 for i in range(size)],
            "past_due": [Decimal(i * 7919 % 90_000) for i in range(size)],
            "score": [600 - i * 7 % 200 for i in range(size)],
        },
        schema_overrides={"past_due": pl.Decimal(20, 4), "name": pl.String},
    )


def columns(glyphs: Glyphs = UNICODE) -> tuple[TableColumn, ...]:
    """Return columns like those of the worklist."""
    return (
        TableColumn("tier", "T", 2, "left", lambda r: (glyphs.tier(r["tier"]), f"tier{r['tier']}"), pl.col("tier")),
        TableColumn("call", "Call", 5, "left", lambda _: ("now", "text")),
        TableColumn("name", "Customer", 18, "left", lambda r: (r["name"], "text"), pl.col("name")),
        TableColumn("dpd", "DPD", 4, "right", lambda r: (str(r["dpd"]), "text"), pl.col("dpd")),
        TableColumn("past_due", "Past due", 10, "right", lambda r: (numbers.money(r["past_due"], 0), "money")),
        TableColumn("score", "Score", 8, "left", lambda r: (str(r["score"]), "muted"), pl.col("score"), gap=2),
        TableColumn("alert", "Alert", 8, "left", lambda _: (glyphs.level("orange", word=True), "orange")),
        TableColumn("next", "Next step", 21, "left", lambda _: ("Call: full, by Fri", "text")),
        TableColumn("why", "Why today", 20, "left", lambda _: ("Promise broken", "text")),
    )


def fitting(columns: Sequence[TableColumn], width: int) -> Sequence[TableColumn]:
    """Return the columns that fit a width: the least wanted go first."""
    for name in ("why", "alert", "score", "call"):
        if total_width(columns) > width:
            columns = [column for column in columns if column.name != name]
    return columns


class TableDesk(App[None]):
    """Shows one table and writes down what it says."""

    def __init__(self, size: int = 400, width: int = 120, glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self.book = book(size)
        self.heard: list[Message] = []
        self._shown: Sequence[TableColumn] = fitting(columns(glyphs), width - 1)
        self._glyphs = glyphs

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return a value for each variable of ours."""
        return themes.variable_defaults()

    def compose(self) -> ComposeResult:
        """Put the table down."""
        yield Table(self._shown, done=lambda row: bool(row["dpd"] == 74), glyphs=self._glyphs)

    def on_mount(self) -> None:
        """Show the book."""
        for theme in themes.load().themes:
            self.register_theme(theme)
        self.theme = "dark"
        self.table.show(self.book)
        self.table.focus()

    @property
    def table(self) -> Table:
        """Return the table."""
        return self.query_one(Table)

    @property
    def line(self) -> int:
        """Return the line of the screen on which the cursor stands."""
        return self.table.cursor - self.table.scroll_offset.y

    def lines(self) -> list[str]:
        """Return the text on the screen."""
        return [strip.text for strip in self.screen._compositor.render_strips()]

    def said(self, kind: type[Message]) -> list[Any]:
        """Return the messages of one kind."""
        return [message for message in self.heard if isinstance(message, kind)]

    def on_table_highlighted(self, message: Table.Highlighted) -> None:
        """Write it down."""
        self.heard.append(message)

    def on_table_opened(self, message: Table.Opened) -> None:
        """Write it down."""
        self.heard.append(message)

    def on_table_sort_asked(self, message: Table.SortAsked) -> None:
        """Write it down."""
        self.heard.append(message)

    def on_table_marks_changed(self, message: Table.MarksChanged) -> None:
        """Write it down."""
        self.heard.append(message)
