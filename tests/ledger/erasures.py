"""Erasing for the tests: events of customers with accounts, and somebody who may erase them."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from deskcollect.ledger.privacy import erasing
from deskcollect.ledger.privacy.erasing import Author
from deskcollect.records import Event, Origin
from deskcollect.vocabulary import EventKind
from tests.ledger.builders import NOW, event, event_id

if TYPE_CHECKING:
    from pathlib import Path

    from deskcollect.ledger.store import Ledger

SEGMENT_BYTES = 2_500
_ids = count(1)


def author() -> Author:
    """Return somebody who may erase."""
    return Author("mei", NOW, lambda: f"02{event_id(next(_ids))[2:]}")


def erase(ledger: Ledger, customer: str) -> int:
    """Erase a customer."""
    plan = erasing.of_customer(ledger, customer)
    return erasing.carry_out(ledger, plan, author(), reason="asked for it")


def finish(ledger: Ledger) -> int:
    """Erase what waits for it."""
    return erasing.carry_out(ledger, erasing.unfinished(ledger), author())


def of(number: int, customer: int) -> Event:
    """Return the n-th event, which tells of a customer."""
    return event(number, customer_id=f"C{customer}", account_id=f"A{customer}", note=f"secret of C{customer}")


def nameless(number: int, customer: int) -> Event:
    """Return the n-th event, which tells of an account of a customer and does not say whose it is."""
    return replace(of(number, customer), customer_id="")


def hold(number: int, customer: str, code: str) -> Event:
    """Return the beginning or the end of a hold."""
    return event(number, kind=EventKind.SYSTEM, account_id="", customer_id=customer, code=code, note="court")


def erased_elsewhere(named: dict[str, str], number: int = 900) -> Event:
    """Return the event by which another desk erased."""
    there = Origin("desk-b", 7, "b" * 64, "a" * 64)
    told = event(number, kind=EventKind.SYSTEM, account_id="", customer_id="", code=erasing.CODE, origin=there)
    return replace(told, data={"events": named, "reason": "asked there"})


def segments(folder: Path) -> list[Path]:
    """Return the segments of a ledger."""
    return sorted(folder.glob("*.jsonl"))


def everything(folder: Path) -> bytes:
    """Return the bytes of every file in a folder, one after another."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
