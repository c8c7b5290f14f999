"""Three months at the demo's desk: every decision about cases, restrictions and measures, taken on its day."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from scripts.demo.acts import acts, decisions, named
from scripts.demo.desk import PastDesk
from scripts.demo.events import ZONE
from scripts.demo.page import warned
from scripts.demo.triage import LAST_MORNING, SITTINGS, Sitting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scripts.demo.roster import Account

_OPENS = time(8, 30)


def worked(
    accounts: Sequence[Account], books: Mapping[date, Mapping[str, str]], records: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return what was decided as documents.

    Args:
        accounts: All of the demo.
        books: The files of each book by name.
        records: What else was recorded, in the order of time.
    """
    told = decisions()
    by_name, apart = acts(told, accounts), named(told, accounts)
    kept = {one.account_id: frozenset(warned(one)) for one in accounts}
    with TemporaryDirectory(prefix="deskcollect-past-", ignore_cleanup_errors=True) as scratch:
        past = PastDesk(Path(scratch) / "desk", _written(Path(scratch), books), records)
        for on in sorted({*SITTINGS, LAST_MORNING, *(act.at.date() for act in by_name)}):
            day = past.opens(datetime.combine(on, _OPENS, ZONE))
            mine = [act for act in by_name if act.at.date() == on]
            sits = on in SITTINGS or on == LAST_MORNING
            routine = Sitting(on, told["words"], apart, kept).acts(day) if sits else []
            for act in sorted(chain(mine, routine), key=lambda act: (act.at, act.by)):
                day = past.act(day, act)
        past.desk.close()
        return past.documents()


def _written(folder: Path, books: Mapping[date, Mapping[str, str]]) -> dict[date, Path]:
    """Write books where a desk can read them."""
    places = {}
    for on, files in books.items():
        places[on] = folder / f"{on}"
        places[on].mkdir()
        for name, text in files.items():
            (places[on] / name).write_bytes(text.encode())
    return places
