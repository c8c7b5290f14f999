"""The events of a ledger as a table, kept and only ever extended by what is new."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect import frames
from deskcollect.ledger import document, inside, line
from deskcollect.ledger.tables import EVENTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from deskcollect.ledger.backend import Lines
    from deskcollect.records import Event

_TEXTS = (
    *("event_id", "kind", "account_id", "customer_id", "code", "amount", "currency", "due_date", "channel"),
    *("direction", "contact_point", "note", "by", "occurred_at", "recorded_at", "corrects"),
)
_DATA = ("at", "next_on")
_FORM = pl.Struct(
    {
        "s": pl.Int64,
        "t": pl.String,
        "d": pl.Struct(
            dict.fromkeys(_TEXTS, pl.String)
            | {"data": pl.Struct(dict.fromkeys(_DATA, pl.String)), "decided": pl.Struct({"score": pl.Int64})}
        ),
    }
)
_TIMES = ("occurred_at", "recorded_at")
_FIRST, _LAST = date(MINYEAR + 1, 1, 1), date(MAXYEAR - 1, 12, 31)
_MANY_CHUNKS = 64
_SEALED = r'"note":\{"key":"[^"]*","sealed":"[^"]*"\}'  # no text can hold it: a quote in a text is escaped


class EventFrame:
    """Keeps the table of one ledger, in the types and local dates of the zone asked for last."""

    def __init__(self) -> None:
        self._generation = -1
        self._zone = ""
        self._last = 0
        self._table = pl.DataFrame()
        self._corrections: list[tuple[str, str]] = []

    def read(self, lines: Lines, zone: ZoneInfo) -> frames.Events:
        """Return all events up to the end of the chain; local dates are those of `zone`."""
        if (lines.generation, zone.key) != (self._generation, self._zone):
            self._generation, self._zone, self._last = lines.generation, zone.key, 0
            self._table, self._corrections = _local(_typed(_rows([])), zone), []
        for stretch in lines.stretches(self._last):
            self._extend(_local(decode(stretch.data), zone))
            self._last = stretch.last
        return frames.Events(self._table.lazy())

    def _extend(self, new: pl.DataFrame) -> None:
        """Add rows, and say anew what is withdrawn where that may have changed."""
        corrections = _corrections(new)
        targets = [target for _, target in (*self._corrections, *corrections)]
        touched = bool(corrections) or bool(targets and new["event_id"].is_in(targets).any())
        self._corrections += corrections
        self._table = self._table.vstack(new)
        if self._table.n_chunks() > _MANY_CHUNKS:
            self._table = self._table.rechunk()
        if touched:
            self._table = _marked(self._table, self._corrections)

    def read_with(self, lines: Lines, zone: ZoneInfo, events: Sequence[Event]) -> frames.Events:
        """Return all events and others that are not recorded, as if they were."""
        known = self.read(lines, zone).collect()
        new = _local(_typed(_rows(list(enumerate(events, self._last + 1)))), zone)
        corrections = self._corrections + _corrections(new)
        return frames.Events(_marked(known.vstack(new), corrections).lazy())


def _local(table: pl.DataFrame, zone: ZoneInfo) -> pl.DataFrame:
    """Add local dates, and take every event to stand."""
    dated = table.lazy().with_columns(
        pl.col("occurred_at").dt.convert_time_zone(zone.key).dt.date().alias("occurred_on"),
        pl.lit(value=False).alias("withdrawn"),
    )
    return frames.stamp(dated, frames.EVENTS).collect()


def _corrections(table: pl.DataFrame) -> list[tuple[str, str]]:
    """Return pairs of correcting and corrected event."""
    return table.select("event_id", "corrects").drop_nulls().rows()


def _marked(table: pl.DataFrame, corrections: list[tuple[str, str]]) -> pl.DataFrame:
    """Say which events are withdrawn."""
    gone = pl.Series(sorted(withdrawn(corrections)), dtype=pl.String)
    return table.with_columns(pl.col("event_id").is_in(gone.implode()).alias("withdrawn"))


def decode(lines: bytes) -> pl.DataFrame:
    """Return the events in lines of the ledger. All at once where every field has the form it should have.

    Errors: none; a document of another form is read one by one as `document.read` does, so that both ways agree.
    """
    try:
        table = _typed(_parsed(lines))
    except pl.exceptions.PolarsError:
        table = None
    if table is None or table.select(pl.any_horizontal(pl.col("occurred_at", "recorded_at").is_null().any())).item():
        return _typed(_rows(_one_by_one(lines)))
    return table


def _parsed(lines: bytes) -> pl.DataFrame:
    """Parse the JSON of all lines in one sweep."""
    json = pl.col("json")
    if b'"sealed":' in lines:
        json = json.str.replace_all(_SEALED, '"note":null')
    return (
        pl.read_csv(
            BytesIO(lines),
            separator="\t",
            has_header=False,
            quote_char=None,
            schema={"json": pl.String, "hash": pl.String},
        )
        .select(json.str.json_decode(_FORM))
        .unnest("json")
        .filter(pl.col("t") == EVENTS)
        .unnest("d")
        .with_columns(
            pl.col("data").struct.field("at", "next_on"),
            pl.col("decided").struct.field("score"),
        )
    )


def _one_by_one(lines: bytes) -> list[tuple[int, Event]]:
    """Read the events in lines of the ledger, each with its number."""
    records = [record for text in lines.split(b"\n") if (record := line.read(text)) and record.table == EVENTS]
    return [(r.seq, document.read(r.document(), seq=r.seq, digest=r.hash)) for r in records]


def _rows(events: Sequence[tuple[int, Event]]) -> pl.DataFrame:
    """Put numbered events into the columns that parsing gives. What does not fit becomes null."""
    rows: list[dict[str, Any]] = []
    for seq, event in events:
        row: dict[str, Any] = {name: _text(getattr(event, name)) for name in _TEXTS}
        row |= {name: _text(event.data.get(name)) for name in _DATA}
        row |= {name: _utc(getattr(event, name)) for name in _TIMES}
        row["note"] = None if "note" in event.unknown else row["note"]
        score = event.decided.score
        rows.append(row | {"s": seq, "score": None if score is None or score not in inside.SCORES else score})
    form = {"s": pl.Int64, "score": pl.Int64} | dict.fromkeys((*_TEXTS, *_DATA), pl.String)
    return pl.DataFrame(rows, schema=form)


def _text(value: object) -> str | None:
    """Return a value as it stands in the ledger; null for none."""
    if value is None or value == "":
        return None
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return format(value, "f") if hasattr(value, "as_tuple") else str(value)


def _utc(value: datetime | None) -> str | None:
    """Return a time in UTC, which a table reads whatever its offset was."""
    return None if value is None else value.astimezone(UTC).isoformat()


def _typed(table: pl.DataFrame) -> pl.DataFrame:
    """Give the columns their types. What is no time, date or amount becomes null, and what no calendar holds."""
    return table.select(
        *(pl.col(name) for name in _TEXTS if name not in ("amount", "due_date", *_TIMES)),
        pl.col("s").alias("seq"),
        pl.col("amount").cast(frames.MONEY, strict=False),
        *(pl.col(name).str.to_date("%Y-%m-%d", strict=False).pipe(_within) for name in ("due_date", "next_on")),
        *(pl.col(name).pipe(_instant) for name in _TIMES),
        pl.col("at").pipe(_instant).alias("callback_at"),
        pl.col("score").cast(pl.Int32, strict=False),
    )


def _instant(text: pl.Expr) -> pl.Expr:
    """Read a time with its offset."""
    return text.str.to_datetime("%+", time_unit="us", time_zone="UTC", strict=False).pipe(_within)


def _within(value: pl.Expr) -> pl.Expr:
    """Return a date or time where Python's calendar has it, too."""
    return pl.when(value.dt.date().is_between(_FIRST, _LAST)).then(value)


def withdrawn(corrections: list[tuple[str, str]]) -> set[str]:
    """Return the events that are withdrawn, given pairs of (correcting event, corrected event).

    A correction that is itself withdrawn has no effect, so correcting a correction restores what it had withdrawn.
    """
    by_target: dict[str, list[str]] = {}
    for event_id, target in sorted(corrections):  # so that what another desk wrote in a circle ends alike everywhere
        by_target.setdefault(target, []).append(event_id)
    gone: dict[str, bool] = {}
    for start, correcting in by_target.items():
        stack = {start: iter(correcting)}
        while stack:
            target, waiting = next(reversed(stack.items()))
            following = next((each for each in waiting if each not in gone and each not in stack), None)
            if following is not None:
                stack[following] = iter(by_target.get(following, []))
                continue
            gone[target] = any(not gone.get(event_id, True) for event_id in by_target.get(target, []))
            del stack[target]
    return {target for target, is_gone in gone.items() if is_gone}
