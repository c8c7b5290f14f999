"""The one exception tree. Everything here is turned into text and an exit code in one place by each front door.

DeskError
├── BadUse            exit 2   the words of a command, desk.toml or a policy are wrong
│   ├── NoDesk
│   ├── UnknownAccount
│   ├── BadSettings
│   ├── BadPolicy
│   ├── Locked                 notes are sealed and nobody gave the passphrase
│   └── NewerSchema
├── BadData           exit 1   a book or a card cannot be read at all
│   ├── BadBook
│   └── BadCard
└── LedgerError       exit 3   nothing was recorded
    ├── NotRecorded            the disk refused; the old state is intact
    ├── Uncertain              the disk may have lied; try again with the same event id
    ├── Busy                   another program is writing
    ├── AppendOnly             an attempt to change or remove what was recorded
    ├── Damaged                reading goes on, writing is refused until repaired
    └── Fork                   one desk was copied and written on two machines

`inside` puts one message into another.

Errors in a user's rows are values (`records.Issue`), not exceptions: they are collected and shown together.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deskcollect.records import Issue


_ABBREVIATION = re.compile(r"\w[A-Z\d/]")


def inside(text: str) -> str:
    """Return a text as it goes on inside a sentence: with a small letter, unless it begins with an abbreviation."""
    return text if _ABBREVIATION.match(text) else text[:1].lower() + text[1:]


class ExitCode(IntEnum):
    """Exit codes of the command line; scripts rely on them."""

    OK = 0
    DATA = 1
    USAGE = 2
    LEDGER = 3
    INTERRUPTED = 130


class DeskError(Exception):
    """Say what happened and what to do about it.

    Args:
        message: One sentence, what happened and what it means.
        remedy: One sentence, what to do; may name a command or a key.
        issues: The single findings behind the message, if there are several.
    """

    exit_code = ExitCode.USAGE

    def __init__(self, message: str, remedy: str = "", issues: Sequence[Issue] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.issues = tuple(issues)


class BadUse(DeskError):
    """A command, a setting or a policy is not usable as written."""


class NoDesk(BadUse):
    """No desk.toml here or above."""


class UnknownAccount(BadUse):
    """The account is not in the newest book."""


class BadSettings(BadUse):
    """desk.toml cannot be used."""


class BadPolicy(BadUse):
    """A policy file cannot be used."""


class Locked(BadUse):
    """A note is to be sealed, and the desk's keys are locked; nothing was recorded."""


class NewerSchema(BadUse):
    """A file was written by a newer version of the program."""


class BadData(DeskError):
    """Data that cannot be used at all."""

    exit_code = ExitCode.DATA


class BadBook(BadData):
    """A book that cannot be read."""


class BadCard(BadData):
    """A scorecard file that cannot be trusted."""


class LedgerError(DeskError):
    """Something kept an event from being recorded. `unwritten` are the documents of the events that were to be."""

    exit_code = ExitCode.LEDGER
    unwritten: Sequence[Mapping[str, Any]] = ()


class NotRecorded(LedgerError):
    """The disk refused the event; what was recorded before is intact."""


class Uncertain(LedgerError):
    """Syncing to disk failed; the event may or may not survive. Record it again with the same id."""


class Busy(LedgerError):
    """Another program holds the ledger."""


class AppendOnly(LedgerError):
    """Recorded events are never changed or removed."""


class Damaged(LedgerError):
    """A record that is not the last one does not match its hash."""


class Fork(LedgerError):
    """Two ledgers carry the same desk id and differ."""
