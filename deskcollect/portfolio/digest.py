"""A hash over what a book says, whatever the files it came in. It does not change with the version of Polars."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import polars as pl

from deskcollect.portfolio.order import in_order

if TYPE_CHECKING:
    from collections.abc import Mapping

_BETWEEN = "\x1f"
_SPLIT = 10**12


def digest(tables: Mapping[str, pl.LazyFrame]) -> str:
    """Return the SHA-256 over every table, column by column."""
    total = hashlib.sha256()
    for name, table in sorted(tables.items()):
        frame = in_order(table, name)
        for column in frame.collect_schema().names():
            total.update(f"{name}.{column}\n".encode())
            total.update(_column(frame.select(column).collect().to_series()))
    return total.hexdigest()


def _column(values: pl.Series) -> bytes:
    """Return a hash of one column: which values are null, then the values."""
    hashed = hashlib.sha256(str(values.len()).encode())
    if values.null_count() == values.len():
        return hashed.digest()
    hashed.update(values.is_null().cast(pl.UInt8).to_numpy().tobytes())
    filled = values.drop_nulls()
    if filled.dtype == pl.String:
        hashed.update(filled.str.len_bytes().cast(pl.UInt32).to_numpy().tobytes())
        hashed.update(filled.str.join(_BETWEEN).item().encode())
    elif filled.dtype == pl.Float64:
        hashed.update(filled.to_numpy().tobytes())
    else:
        for part in _numbers(filled):
            hashed.update(part.to_numpy().tobytes())
    return hashed.digest()


def _numbers(values: pl.Series) -> list[pl.Series]:
    """Return a column as whole numbers of 64 bits; an amount as one, or as two where it is larger."""
    whole = values.to_physical()
    if whole.dtype != pl.Int128:
        return [whole.cast(pl.Int64)]
    narrow = whole.cast(pl.Int64, strict=False)
    if not narrow.null_count():
        return [narrow]
    frame = whole.to_frame("n")
    parts = frame.select(high=(pl.col("n") // _SPLIT).cast(pl.Int64), low=(pl.col("n") % _SPLIT).cast(pl.Int64))
    return [parts["high"], parts["low"]]
