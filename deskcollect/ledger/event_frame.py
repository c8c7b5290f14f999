"""The events of a ledger as a table, kept and only ever extended by what is new."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect import frames
from deskcollect.ledger import document, line
from deskcollect.ledger.storage import EVENTS

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from deskcollect.ledger.chain import Chain

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
_UTC = pl.Datetime("us", "UTC")
_MANY_CHUNKS = 64


class EventFrame:
    """Keeps the table of one ledger."""

    def __init__(self) -> None:
        self._generation = -1
        self._last = 0
        self._known = _typed(_rows([]))
        self._made: tuple[str, pl.DataFrame] | None = None

    def read(self, chain: Chain, zone: ZoneInfo) -> frames.Events:
        """Return all events up to the end of the chain; local dates are those of `zone`."""
        if chain.generation != self._generation:
            self._generation, self._last = chain.generation, 0
            self._known, self._made = self._known.clear(), None
        for stretch in chain.stretches(self._last):
            self._known.vstack(decode(stretch.data), in_place=True)
            self._last, self._made = stretch.last, None
        if self._made is None or self._made[0] != zone.key:
            if self._known.n_chunks() > _MANY_CHUNKS:
                self._known = self._known.rechunk()
            self._made = (zone.key, _finished(self._known, zone))
        return frames.Events(self._made[1].lazy())


def decode(lines: bytes) -> pl.DataFrame:
    """Return the events in lines of the ledger. All at once where every field has the form it should have.

    Errors: none; a document of another form is read one by one as `document.read` does, so that both ways agree.
    """
    try:
        table = _typed(_parsed(lines))
    except pl.exceptions.PolarsError:
        table = None
    if table is None or table.select(pl.any_horizontal(pl.col("occurred_at", "recorded_at").is_null().any())).item():
        return _typed(_rows([record for text in lines.split(b"\n") if (record := line.read(text))]))
    return table


def _parsed(lines: bytes) -> pl.DataFrame:
    """Parse the JSON of all lines in one sweep."""
    return (
        pl.read_csv(
            BytesIO(lines),
            separator="\t",
            has_header=False,
            quote_char=None,
            schema={"json": pl.String, "hash": pl.String},
        )
        .select(pl.col("json").str.json_decode(_FORM))
        .unnest("json")
        .filter(pl.col("t") == EVENTS)
        .unnest("d")
        .with_columns(
            pl.col("data").struct.field("at", "next_on"),
            pl.col("decided").struct.field("score"),
        )
    )


def _rows(records: list[line.Record]) -> pl.DataFrame:
    """Read records one by one into the same columns."""
    rows: list[dict[str, Any]] = []
    for record in records:
        if record.table != EVENTS:
            continue
        event = document.read(record.document(), seq=record.seq, digest=record.hash)
        row: dict[str, Any] = {name: _text(getattr(event, name)) for name in _TEXTS}
        rows.append(
            row
            | {name: _text(event.data.get(name)) for name in _DATA}
            | {"s": record.seq, "score": event.decided.score}
        )
    form = {"s": pl.Int64, "score": pl.Int64} | dict.fromkeys((*_TEXTS, *_DATA), pl.String)
    return pl.DataFrame(rows, schema=form)


def _text(value: object) -> str | None:
    """Return a value as it stands in the ledger; null for none."""
    if value is None or value == "":
        return None
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return format(value, "f") if hasattr(value, "as_tuple") else str(value)


def _typed(table: pl.DataFrame) -> pl.DataFrame:
    """Give the columns their types. What is no time, date or amount becomes null."""
    return table.select(
        *(pl.col(name) for name in _TEXTS if name not in ("amount", "due_date", "occurred_at", "recorded_at")),
        pl.col("s").alias("seq"),
        pl.col("amount").cast(frames.MONEY, strict=False),
        pl.col("due_date", "next_on").str.to_date("%Y-%m-%d", strict=False),
        *(pl.col(name).pipe(_instant) for name in ("occurred_at", "recorded_at")),
        pl.col("at").pipe(_instant).alias("callback_at"),
        pl.col("score").cast(pl.Int32, strict=False),
    )


def _instant(text: pl.Expr) -> pl.Expr:
    """Read a time with its offset."""
    return text.str.to_datetime("%+", time_unit="us", time_zone="UTC", strict=False)


def _finished(table: pl.DataFrame, zone: ZoneInfo) -> pl.DataFrame:
    """Add local dates and what later events withdrew."""
    gone = withdrawn(table.filter(pl.col("corrects").is_not_null()).select("event_id", "corrects").rows())
    finished = table.lazy().with_columns(
        pl.col("occurred_at").dt.convert_time_zone(zone.key).dt.date().alias("occurred_on"),
        pl.col("event_id").is_in(sorted(gone)).fill_null(value=False).alias("withdrawn"),
    )
    return frames.stamp(finished, frames.EVENTS).collect()


def withdrawn(corrections: list[tuple[str, str]]) -> set[str]:
    """Return the events that are withdrawn, given pairs of (correcting event, corrected event).

    A correction that is itself withdrawn has no effect, so correcting a correction restores what it had withdrawn.
    """
    by_target: dict[str, list[str]] = {}
    for event_id, target in corrections:
        by_target.setdefault(target, []).append(event_id)
    gone: dict[str, bool] = {}
    for start in by_target:
        stack = [start]
        while stack:
            target = stack[-1]
            waiting = [e for e in by_target.get(target, []) if e not in gone and e not in stack]
            if waiting:
                stack.append(waiting[0])
                continue
            gone[target] = any(not gone.get(event_id, True) for event_id in by_target.get(target, []))
            stack.pop()
    return {target for target, is_gone in gone.items() if is_gone}
