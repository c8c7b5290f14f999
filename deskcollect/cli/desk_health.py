"""What the doctor finds about a desk: its settings, policies, books, ledger, rights, disk and clock."""

from __future__ import annotations

import os
import stat
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from deskcollect import settings
from deskcollect.cli import ledger_health
from deskcollect.cli.finding import Finding, judged, well
from deskcollect.clock import Clock
from deskcollect.desk import books, day_file
from deskcollect.desk.cards import own_columns
from deskcollect.desk.desk import LEDGER, POLICIES, SNAPSHOTS, open_desk
from deskcollect.errors import BadPolicy, DeskError
from deskcollect.policy import load as policy_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deskcollect.desk.desk import Desk
    from deskcollect.settings import Settings

_ROOM_BYTES = 100 * 1024 * 1024
_SKEW = timedelta(days=1)


def findings(folder: Path | None) -> Iterator[Finding]:
    """Go through a desk, as far as it can be opened."""
    if folder is None:
        yield Finding("desk", "warn", "none here, above, or in your data folder", "deskcollect init DIR --book BOOK")
        return
    yield well("desk", str(folder.absolute()))
    try:
        told = settings.read(folder)
    except DeskError as error:
        yield _failed("desk.toml", error)
        return
    yield well(
        "desk.toml", f"{told.name}, {told.time_zone}, {told.currency or 'no currency'}, you are {told.me or '?'}"
    )
    yield from _policies(folder)
    yield from _reading(told)
    yield from _opened(folder)
    yield from ledger_health.unfinished(folder)
    yield from _rights(folder)


def _opened(folder: Path) -> Iterator[Finding]:
    """Go through what needs the desk to be open: its books, its ledger, its clock."""
    try:
        desk = open_desk(folder)
    except BadPolicy:  # each of its mistakes is told among the policies
        return
    except DeskError as error:
        yield _failed("ledger", error)
        return
    with closing(desk):
        yield from _guarded("books", _books(desk))
        yield from _guarded("card", _card(desk))
        yield from _guarded("ledger", ledger_health.findings(desk))
        yield from _guarded("clock", _clock(desk))


def _guarded(check: str, section: Iterator[Finding]) -> Iterator[Finding]:
    """Pass on what a section finds; an error ends that section, never the ones behind it."""
    try:
        yield from section
    except DeskError as error:
        yield _failed(check, error)


def _failed(check: str, error: DeskError) -> Finding:
    """Return what an error says as a finding."""
    return Finding(check, "fail", error.message, error.remedy)


def _policies(folder: Path) -> Iterator[Finding]:
    """Look at the policies; every mistake is named with file and line."""
    place = folder / POLICIES
    try:
        policies = policy_files.load(place)
    except BadPolicy as error:
        for issue in error.issues:
            where = f"{issue.place.file} line {issue.place.line}" if issue.place.line else issue.place.file
            yield Finding("policies", "fail", f"{where}: {issue.message}", issue.remedy)
        if not error.issues:
            yield _failed("policies", error)
        return
    except DeskError as error:
        yield _failed("policies", error)
        return
    own = sum((place / name).is_file() for name in policy_files.FILES)
    yield well(
        "policies", f"{place}: {own} of {len(policy_files.FILES)} files are the desk's own, hash {policies.hash}"
    )


def _reading(told: Settings) -> Iterator[Finding]:
    """Look at what the next book will be read with."""
    yield well("columns", f"{len(told.columns)} headers mapped in desk.toml")
    if told.as_of:
        found = f"as_of = {told.as_of}: the next book will be taken to be of that day too"
        yield Finding(
            "desk.toml", "warn", found, "Take it out, and say the day with  --as-of D  where a book needs it."
        )
    try:
        books.check_reading(told)
    except DeskError as error:
        yield _failed("desk.toml", error)


def _books(desk: Desk) -> Iterator[Finding]:
    """Look at the snapshots; each that is damaged is named."""
    dates = desk.dates
    count = f"{len(dates)} book{'' if len(dates) == 1 else 's'}, the newest of {dates[-1]}" if dates else "no book"
    yield judged(
        "books",
        f"{desk.folder / SNAPSHOTS}: {count}",
        good=bool(dates),
        remedy="Bring one with  deskcollect import BOOK",
        otherwise="warn",
    )
    for day in dates:
        try:
            books.verify(desk.folder / SNAPSHOTS, [day])
        except DeskError as error:
            yield _failed("books", error)
    yield from _day_files(desk)


def _day_files(desk: Desk) -> Iterator[Finding]:
    """Look at the day's files; each that is damaged is named, and nothing is said where there are none."""
    found = day_file.kept(desk.folder)
    if not found:
        return
    yield well("day's files", f"{len(found)}, the newest {found[-1].name}")
    for place in found:
        try:
            day_file.verify(place)
        except DeskError as error:
            yield _failed("day's files", error)


def _card(desk: Desk) -> Iterator[Finding]:
    """Say which card scores, and whether the books hold what it asks for."""
    own_columns.require_kept(desk.settings.own_columns, desk.card)
    yield well("card", desk.card.stamp)


def _clock(desk: Desk) -> Iterator[Finding]:
    """Compare this machine's clock with the last record and the newest book."""
    now = Clock(desk.zone).now()
    if desk.settings.demo:
        yield well("clock", f"{now:%Y-%m-%d %H:%M} {desk.settings.time_zone}; the demo's stands at its book")
        return
    last = desk.ledger.last_recorded_at()
    known = [last.astimezone(desk.zone).date()] if last else []
    newest = max([*known, *desk.dates[-1:]], default=now.date())
    yield judged(
        "clock",
        f"{now:%Y-%m-%d %H:%M} {desk.settings.time_zone}",
        good=newest <= (now + _SKEW).date(),
        remedy=f"The desk knows something of {newest}: the clock is slow, or that date is wrong.",
        otherwise="warn",
    )


def _rights(folder: Path) -> Iterator[Finding]:
    """Say whether other users of this machine can read or write the desk."""
    if os.name == "nt":
        yield well("rights", "guarded by your Windows profile")
        return
    names = ("", settings.FILE, POLICIES, SNAPSHOTS, LEDGER)
    paths = [folder / name for name in names] + sorted((folder / LEDGER).glob("*.jsonl"))
    wide = [path for path in paths if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    shown = ", ".join(path.name or str(path) for path in wide)
    yield judged(
        "rights",
        f"open to other users: {shown}" if wide else "only yours",
        good=not wide,
        remedy=f"Close it with  chmod -R go= {folder}",
        otherwise="warn",
    )
    foreign = [path.name for path in paths if path.exists() and path.stat().st_uid != os.getuid()]
    if foreign:
        yield Finding("owner", "warn", f"another user owns {', '.join(foreign)}", f"sudo chown -R $USER {folder}")
