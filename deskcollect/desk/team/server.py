"""The server of a team: the SQL that makes its ledger, the making, and what an account finds there."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from deskcollect import settings
from deskcollect.errors import BadUse
from deskcollect.ledger.postgres import opening, schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deskcollect.ledger.postgres.connection import Connection
    from deskcollect.ledger.postgres.setting_up import Account
    from deskcollect.ledger.report import Report

ROLE = schema.ROLE
script = schema.script


@dataclass(frozen=True, slots=True)
class Found:
    """What an account finds on a server."""

    place: str
    account: Account
    report: Report


def address_of(folder: Path) -> str:
    """Return the address of the server in the desk.toml of a folder. Errors: NoDesk, BadSettings, BadUse."""
    address = settings.read(folder).ledger
    if not address:
        raise BadUse(
            f"{settings.FILE} names no server.",
            'Write  ledger = "postgresql://ana@server/collections"  into it, or give one with --address.',
        )
    return address


def create(address: str, role: str = ROLE) -> tuple[str, str]:
    """Make the ledger of a team, or leave it as it is; return where it is and the desk id of its chain.

    Errors: BadUse, BadSettings, LedgerError.
    """
    with _connected(address) as there:
        from deskcollect.ledger.postgres import setting_up

        return there.place, setting_up.create(there, role)


def check(address: str) -> Found:
    """Go to a server, read and prove every record, and say what the account may do.

    Errors: BadUse, BadSettings, NewerSchema, LedgerError.
    """
    with _connected(address) as there:
        from deskcollect.ledger.postgres import setting_up

        with opening.on(there) as ledger:
            return Found(there.place, setting_up.account(there), ledger.verify())


@contextmanager
def _connected(address: str) -> Iterator[Connection]:
    """Hold a connection. Errors: BadUse, BadSettings."""
    there = opening.connection(address)
    try:
        yield there
    finally:
        there.close()


def holds_password(address: str) -> bool:
    """Say whether an address holds a password."""
    try:
        parts = urlsplit(address)
        return bool(parts.password) or "password" in parse_qs(parts.query)
    except ValueError:
        return False


def is_read_by_others(folder: Path) -> bool:
    """Say whether other accounts of this machine can read the desk.toml of a folder. Windows guards it by the profile."""
    mode = (folder / settings.FILE).stat().st_mode
    return os.name != "nt" and bool(mode & (stat.S_IRGRP | stat.S_IROTH))
