"""The fields by which records are found: their table, their id, their account and their customer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.ledger.line import Record

EVENT_ID = "event_id"
FIELDS = (EVENT_ID, "account_id", "customer_id")
TABLE = "t"
_VALUES = {field: re.compile(rb'"%b":"([^"\\]*)"' % field.encode()) for field in FIELDS}


def values(record: Record) -> Iterator[tuple[str, str]]:
    """Return the table of a record and its indexed fields.

    A field that stands once in the bytes is read without parsing the JSON, since a quote inside a text is escaped.
    """
    yield TABLE, record.table
    document: dict[str, Any] | None = None
    for field, pattern in _VALUES.items():
        count = record.body.count(b'"%b":' % field.encode())
        found = pattern.search(record.body) if count == 1 else None
        if found is not None:
            yield field, found.group(1).decode()
        elif count:
            document = document if document is not None else record.document()
            value = document.get(field)
            if isinstance(value, str):
                yield field, value
