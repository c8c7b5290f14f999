"""The events of a ledger in files that other programs read: never the truth, and masked unless a person asks otherwise."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import aside
from deskcollect.errors import LedgerError
from deskcollect.ledger.fields import values
from deskcollect.ledger.files.disk import FILE_MODE
from deskcollect.ledger.tables import EVENTS

if TYPE_CHECKING:
    from pathlib import Path

    from deskcollect import frames
    from deskcollect.ledger.backend import Lines
    from deskcollect.ledger.privacy.masked import Mask

_TEXTS = ("account_id", "customer_id")


def know(lines: Lines, mask: Mask) -> None:
    """Let a mask learn all ids, so that they are found in other fields too."""
    for record in lines.records():
        if record.table == EVENTS:
            told = dict(values(record))  # without parsing the JSON of each
            mask.know(*(filter(None, [told.get(name, "")]) for name in _TEXTS))


def as_tinydb(lines: Lines, target: Path, mask: Mask | None) -> int:
    """Write a plain TinyDB file, one document after another; return how many. The id of a document is its number.

    Errors: LedgerError.
    """
    count = 0
    try:
        with aside.descriptor(target, mode=FILE_MODE) as fd, os.fdopen(fd, "wb", closefd=False) as stream:
            stream.write(b'{"%b":{' % EVENTS.encode())
            for record in lines.records():
                if record.table != EVENTS:
                    continue
                body = _json(record.body, mask)
                stream.write(b'%b\n"%d":%b' % (b"," if count else b"", record.seq, body))
                count += 1
            stream.write(b"\n}}\n")
    except OSError as error:
        raise _failed(error) from error
    return count


def _json(body: bytes, mask: Mask | None) -> bytes:
    """Return a document as JSON in ASCII, since TinyDB reads a file in the encoding of the machine."""
    if mask is None and body.isascii():
        return body
    told = json.loads(body)
    return json.dumps(told if mask is None else mask.document(told), separators=(",", ":")).encode()


def as_parquet(events: frames.Events, target: Path, mask: Mask | None) -> int:
    """Write the documented columns of events; return how many.

    Errors: LedgerError.
    """
    table = events.collect()
    if mask is not None:
        for name, masked in zip(_TEXTS, (mask.account, mask.customer), strict=True):
            known = table[name].drop_nulls().unique().to_list()
            table = table.with_columns(pl.col(name).replace(known, [masked(each) for each in known]))
        table = table.with_columns(pl.lit(None, pl.String).alias("note"))
    try:
        with aside.descriptor(target, mode=FILE_MODE) as fd, os.fdopen(fd, "wb", closefd=False) as stream:
            table.write_parquet(stream)
    except OSError as error:
        raise _failed(error) from error
    return table.height


def _failed(error: OSError) -> LedgerError:
    """Return what to say where the file could not be written."""
    return LedgerError(
        f"The export could not be written: {error.strerror or error}. The ledger is as it was.",
        "Check the disk and the folder, and give another file if it stays so.",
    )
