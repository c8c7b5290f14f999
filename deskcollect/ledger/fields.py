"""The fields by which records are found: their table, their id, their account and their customer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deskcollect.ledger.line import Record

EVENT_ID = "event_id"
FIELDS = (EVENT_ID, "account_id", "customer_id")
TABLE = "t"
_PAIRS = re.compile(rb'"(%b)":("[^"\\]*")?' % b"|".join(field.encode() for field in FIELDS))


def values(record: Record) -> list[tuple[str, str]]:
    """Return the table of a record and its indexed fields.

    Fields that stand once in the bytes are read without parsing the JSON, since a quote inside a text is escaped.
    """
    pairs = _PAIRS.findall(record.body)
    if len({name for name, _ in pairs}) == len(pairs) and all(text for _, text in pairs):
        found = [(name.decode(), text[1:-1].decode()) for name, text in pairs]
    else:
        document = record.document()
        found = [(field, value) for field in FIELDS if isinstance(value := document.get(field), str)]
    return [(TABLE, record.table), *found]
