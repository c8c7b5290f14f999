"""An event as the JSON document that stands in the ledger, and back.

Empty fields are left out. Values that this version cannot read, and fields it does not know, travel in
`Event.unknown` and are written back as they were.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypeGuard

from deskcollect.card_number import card_number
from deskcollect.clock import in_calendar, read_day, read_instant
from deskcollect.errors import BadUse
from deskcollect.ledger import inside, line
from deskcollect.records import EVENT_VERSION, Decided, Event, Origin
from deskcollect.vocabulary import Channel, Direction, EventKind

if TYPE_CHECKING:
    from collections.abc import Callable

NOTE_LENGTH = 500
TEXT_LENGTH = 200
DOCUMENT_BYTES = 65_536
SEALED = "(sealed note)"
NOT_KEPT = "(not kept)"
STAMPED = ("recorded_at", "origin", "clock_back_ms")
_DECIMALS = 4
_DIGITS = 20
_UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_TEXTS = ("event_id", "account_id", "customer_id", "code", "currency", "contact_point", "by", "corrects")
_NEEDED = ("event_id", "kind", "by", "occurred_at", "recorded_at", "v")
_DECIDED = ("policy_hash", "rule", "card", "score")
_POINT = re.compile(r"[a-z][a-z_]*(?:_\d)?")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


# --- to the ledger ---------------------------------------------------------------------------------------------------


def write(event: Event, *, recorded_at: datetime, desk: str) -> dict[str, Any]:
    """Return the document of an event.

    An event of this desk carries only the desk's id in `origin`: number and hash are those of its own line. An event
    that came from another desk keeps its origin whole.

    Errors: BadUse with the field that cannot be recorded.
    """
    _check_event(event)
    _check_note(event)
    document: dict[str, Any] = {name: getattr(event, name) for name in _TEXTS}
    document |= {
        "kind": str(event.kind),
        "amount": _amount_text(event.amount),
        "due_date": event.due_date.isoformat() if event.due_date else "",
        "channel": str(event.channel or ""),
        "direction": str(event.direction),
        "note": event.note,
        "occurred_at": event.occurred_at.isoformat(),
        "recorded_at": recorded_at.astimezone(UTC).isoformat(),
        "decided": {name: value for name in _DECIDED if (value := getattr(event.decided, name)) not in ("", None)},
        "data": _plain("data", event.data),
        "origin": origin(event.origin) if event.origin and event.elsewhere else {"desk": desk},
    }
    document = {name: value for name, value in document.items() if value not in ("", None, {})}
    document["v"] = event.v
    document |= _plain("unknown", event.unknown)
    inside.check(document)
    return document


def without_note(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with a word in the place of its note: something was said, and this desk keeps none of it."""
    return {**document, "note": NOT_KEPT} if document.get("note") else dict(document)


def canonical(document: Mapping[str, Any]) -> str:
    """Return the one text of a document.

    Errors: BadUse where it holds what JSON cannot, or too much.
    """
    try:
        text = line.canonical(document)
        size = len(text.encode())
    except (TypeError, ValueError) as error:
        raise BadUse("The entry holds something that cannot be written to the ledger.", "Use plain text.") from error
    if size > DOCUMENT_BYTES:
        raise BadUse(
            f"The entry is too long for the ledger ({size:,} bytes, at most {DOCUMENT_BYTES:,}).", "Shorten it."
        )
    return text


def _check_event(event: Event) -> None:
    """Refuse what must not or cannot be written."""
    if not event.event_id or not event.kind:
        raise BadUse("An entry needs an id and a kind.", "Take the id from next_id.")
    if event.occurred_at.tzinfo is None:
        raise BadUse("The time of the entry has no time zone.", "Give the time with the desk's offset.")
    for when in filter(None, (event.occurred_at, event.recorded_at, event.due_date)):
        if not in_calendar(when):
            raise BadUse("A date of the entry lies outside the calendar.", "Correct the year.")
    if not inside.whole_minutes(event.occurred_at):
        raise BadUse("The offset of the time is no whole minute.", "Give the time with the desk's offset.")
    if event.corrects == event.event_id:
        raise BadUse("An entry cannot correct itself.", "Name the entry that is to be corrected.")
    for name in (*_TEXTS, "kind"):
        _check_text(name, getattr(event, name), TEXT_LENGTH)
    _check_text("note", event.note, NOTE_LENGTH)
    if event.contact_point and not _POINT.fullmatch(event.contact_point):
        raise BadUse(
            "The ledger keeps the kind of a number or address, never the number itself.",
            "Write a kind such as mobile, home or work.",
        )


def _check_note(event: Event) -> None:
    """Refuse to keep a payment card number. Source: PCI DSS 4.0, requirement 3."""
    ending = card_number(event.note, own=event.account_id)
    if ending:
        raise BadUse(
            f"The note holds a payment card number (ending in {ending}), which must not be kept.",
            "Take it out. A telephone number begins with + or 0.",
        )


def _check_text(name: str, text: str, length: int) -> None:
    """Refuse a text that is too long or holds control characters."""
    if len(text) <= length and not _CONTROL.search(text):
        return
    label = name.replace("_", " ")
    if len(text) > length:
        raise BadUse(f"The {label} is too long: {len(text):,} characters, at most {length}.", "Shorten it.")
    raise BadUse(f"The {label} holds characters that cannot be shown, such as a line break.", "Take them out.")


def _amount_text(amount: Decimal | None) -> str:
    """Return an amount as exact text."""
    if amount is None:
        return ""
    _, digits, exponent = amount.as_tuple()
    if not isinstance(exponent, int) or exponent < -_DECIMALS or len(digits) + exponent > _DIGITS - _DECIMALS:
        raise BadUse(
            "The amount cannot be recorded.", f"At most {_DIGITS - _DECIMALS} digits and {_DECIMALS} decimals."
        )
    return format(amount, "f")


def _plain(name: str, value: Any) -> Any:
    """Return a value as JSON holds it: dates, times and amounts as text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(f"{name}.{key}", item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(name, item) for item in value]
    if isinstance(value, datetime) and value.tzinfo is None:
        raise BadUse(f"The time in {name} has no time zone.", "Give the time with the desk's offset.")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float) and not math.isfinite(value):
        raise BadUse(f"The number in {name} is not a number.", "Leave it out.")
    return str(value) if isinstance(value, str) else value


# --- from the ledger -------------------------------------------------------------------------------------------------


def read(document: Mapping[str, Any], *, seq: int, digest: str) -> Event:
    """Return the event of a document that stands at `seq` with hash `digest`.

    Unreadable times become 1970, so that a document of another version never keeps the others from being read.
    A note that is sealed reads as `SEALED` and travels in `unknown`, so that it is written back as it was.
    """
    left = dict(document)
    values: dict[str, Any] = {name: _take(left, name, _text, "") for name in (*_TEXTS, "note")}
    if is_sealed(left.get("note")):
        values["note"] = SEALED
    recorded_at = _take(left, "recorded_at", _time, None)
    values |= {
        "kind": _take(left, "kind", _kind, ""),
        "amount": _take(left, "amount", _amount, None),
        "due_date": _take(left, "due_date", _day, None),
        "channel": _take(left, "channel", Channel, None),
        "direction": _take(left, "direction", Direction, Direction.OUTBOUND),
        "recorded_at": recorded_at,
        "occurred_at": _take(left, "occurred_at", _time, recorded_at or _UNKNOWN_TIME),
        "decided": _take(left, "decided", _decided, Decided()),
        "data": _take(left, "data", _mapping, {}),
        "origin": _take(left, "origin", lambda raw: _origin(raw, seq, digest), None),
        "v": _take(left, "v", _number, EVENT_VERSION),
    }
    left.pop("clock_back_ms", None)
    return Event(**values, unknown=left)


def _take(left: dict[str, Any], name: str, convert: Callable[[Any], Any], otherwise: Any) -> Any:
    """Take a field out of what is left; one that cannot be read stays there."""
    if name not in left:
        return otherwise
    try:
        value = convert(left[name])
    except (ValueError, TypeError, KeyError, InvalidOperation):
        return otherwise
    del left[name]
    return value


def _text(raw: Any) -> str:
    """Return a text."""
    if not isinstance(raw, str):
        raise TypeError
    return raw


def _number(raw: Any) -> int:
    """Return a whole number."""
    if type(raw) is not int:
        raise TypeError
    return raw


def _mapping(raw: Any) -> dict[str, Any]:
    """Return an object."""
    if not isinstance(raw, dict):
        raise TypeError
    return raw


def _kind(raw: Any) -> str:
    """Return a kind, known or not."""
    text = _text(raw)
    return EventKind(text) if text in set(EventKind) else text


def _time(raw: Any) -> datetime:
    """Return an aware time that any zone has."""
    value = read_instant(raw)
    if value is None:
        raise ValueError
    return value


def _day(raw: Any) -> date:
    """Return a date."""
    value = read_day(raw)
    if value is None:
        raise ValueError
    return value


def _amount(raw: Any) -> Decimal:
    """Return an exact amount."""
    value = Decimal(_text(raw))
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or exponent < -_DECIMALS or len(digits) + exponent > _DIGITS - _DECIMALS:
        raise ValueError
    return value


def _decided(raw: Any) -> Decided:
    """Return what was believed when it was recorded."""
    known = {name: raw[name] for name in _DECIDED if name in _mapping(raw)}
    if len(known) != len(raw):
        raise ValueError
    for name, value in known.items():
        if name != "score":
            _text(value)
        elif not inside.is_among(value, inside.SCORES):
            raise ValueError
    return Decided(**known)


def _origin(raw: Any, seq: int, digest: str) -> Origin:
    """Return the origin; where only the desk is named, it is this line."""
    desk = _text(raw["desk"])
    number, count = raw.get("part", (1, 1))
    return Origin(
        desk,
        _number(raw.get("seq", seq)),
        _text(raw.get("hash", digest)),
        _text(raw.get("prev", "")),
        (_number(number), _number(count)),
        _text(raw.get("written_as", "")),
    )


def origin(told: Origin) -> dict[str, Any]:
    """Return an origin elsewhere as it stands in a document."""
    made = {"desk": told.desk, "seq": told.seq, "hash": told.hash, "prev": told.prev, "part": list(told.part)}
    return made | ({"written_as": told.written_as} if told.written_as else {})


def is_sealed(value: object) -> TypeGuard[dict[str, str]]:
    """Say whether a value stands in the place of a text that is sealed."""
    return (
        isinstance(value, dict) and set(value) == {"key", "sealed"} and all(isinstance(v, str) for v in value.values())
    )


# --- two documents ---------------------------------------------------------------------------------------------------


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Say whether two documents tell the same, whatever the ledger stamped on them."""
    left, right = ({k: v for k, v in document.items() if k not in STAMPED} for document in (one, other))
    return left == right


def check(document: Mapping[str, Any]) -> None:
    """Refuse a document that is not an event as `write` makes it. What comes from outside is taken in only after this.

    Errors: BadUse.
    """
    missing = [name for name in _NEEDED if name not in document]
    if missing:
        raise BadUse(
            f"Not an event of the ledger: {', '.join(missing)} is missing.",
            "Record through the ledger's record method.",
        )
    event = read(document, seq=1, digest="")
    fields = (*_TEXTS, *_NEEDED, "amount", "due_date", "data", *([] if is_sealed(document.get("note")) else ["note"]))
    unread = [name for name in fields if name in event.unknown]
    if unread:
        raise BadUse(f"Not an event of the ledger: {', '.join(unread)} cannot be read.", "Correct the field.")
    _check_event(event)
    written = {
        "occurred_at": event.occurred_at.isoformat(),
        "recorded_at": event.recorded_at and event.recorded_at.astimezone(UTC).isoformat(),
        "due_date": event.due_date and event.due_date.isoformat(),
        "amount": _amount_text(event.amount),
    }
    strange = [name for name, text in written.items() if name in document and document[name] != text]
    if strange:
        raise BadUse(
            f"Not an event of the ledger: {', '.join(strange)} is written in another form.", "Correct the field."
        )
    inside.check(document)


def check_new(document: Mapping[str, Any]) -> None:
    """Refuse a document that is not an event as `write` makes it, or that may not be recorded here for the first time.

    What another desk has recorded is not looked at so: it stands there, and to refuse it would part the desks for ever.

    Errors: BadUse.
    """
    check(document)
    _check_note(read(document, seq=1, digest=""))
