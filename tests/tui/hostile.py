"""A book whose names try to steer the terminal, break the columns or run the desk's actions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from deskcollect.desk import make
from deskcollect.settings import Settings

TITLE, CLIPBOARD = "PWNED", "cm0gLXJm"
NAMES = (
    "[red]Eve[/]",
    "E[/",
    "[@click=app.leave]Mallory[/]",
    f"\x1b]2;{TITLE}\x1b\\Bobby",
    f"\x1b]52;c;{CLIPBOARD}\x1b\\Clip",
    "\x1b[2J\x1b[Hwipe",
    "\x9b2J C1",
    "x" * 20_000,
    "محمد عبد الله",
    "สมชาย ใจดี",
    "👩\u200d👩\u200d👧\u200d👦 family",
    "ab\u202egnp.exe",
    "zero\u200bwidth\ufeff",
    "a" + "\u0301" * 50,
    "two\nlines",
    "tab\there",
    "=cmd|' /C calc'!A0",
    "林志明林志明林志明林志明林志明",
    "\U000e0041tag",
    "",
)


def hostile_desk(folder: Path) -> Path:
    """Make a desk of accounts with such names, all past due."""
    size = len(NAMES)
    book = folder / "book"
    book.mkdir(parents=True)
    text = ["[b]x[/b]", "E[/", "\x1b]2;PWNED\x1b\\"]
    accounts = pl.DataFrame(
        {
            "account_id": [f"H-{n:03d}" for n in range(size - 1)] + ["H-[red]\x1b]2;PWNED\x1b\\"],
            "customer_id": [f"C{n}" for n in range(size)],
            "customer_name": list(NAMES),
            "phone": [text[n % 3] for n in range(size)],
            "email": [text[n % 3] for n in range(size)],
            "address": [f"street {text[n % 3]}" for n in range(size)],
            "product": [text[n % 3] for n in range(size)],
            "collector": [text[n % 3] for n in range(size)],
            "currency": ["TWD"] * size,
            "balance": [str(10_000 + n) for n in range(size)],
            "past_due": [str(1_000 + n) for n in range(size)],
            "days_past_due": [str(30 + n) for n in range(size)],
        }
    )
    accounts.write_parquet(book / "accounts.parquet")
    told = Settings(name="hostile", desk_id="h", time_zone="Asia/Taipei", currency="TWD", me="ana", demo=True)
    read = make.read_book(book, told, as_of=date(2026, 9, 30))
    desk = folder / "desk"
    make.create(desk, read, told).close()
    return desk
