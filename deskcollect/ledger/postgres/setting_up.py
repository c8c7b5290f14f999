"""Make the ledger of a team in a database, and say what an account may do there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcollect.errors import BadUse
from deskcollect.ledger.postgres import schema

if TYPE_CHECKING:
    from deskcollect.ledger.postgres.connection import Connection

_NEEDED = ("SELECT", "INSERT")
_TOO_MUCH = ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER")
_ACCOUNT = """
    SELECT current_user::text, rolsuper, current_setting('server_version'), current_setting('fsync') = 'on',
      pg_has_role((SELECT relowner FROM pg_class WHERE oid = 'deskcollect.line'::regclass), 'MEMBER')
    FROM pg_roles WHERE rolname = current_user
"""
_MAY = "SELECT p FROM unnest(%s::text[]) AS p WHERE has_table_privilege('deskcollect.line', p)"
_GUARDS = """
    SELECT tgname::text FROM pg_trigger
    WHERE tgrelid = 'deskcollect.line'::regclass AND tgname = ANY(%s) AND tgenabled IN ('O', 'A')
"""


@dataclass(frozen=True, slots=True)
class Account:
    """What an account may do with the ledger of a team, and how that is kept.

    `lacks` and `too_much` are rights on the lines; `owns` says that it could take the guards away; `guarded` that they
    all stand; `durable` that the server writes to its disk before it says so.
    """

    name: str
    lacks: tuple[str, ...]
    too_much: tuple[str, ...]
    owns: bool
    guarded: bool
    durable: bool
    server_version: str


def create(there: Connection, role: str = schema.ROLE) -> str:
    """Make the ledger of a team, or leave it as it is; return the desk id of its chain.

    Errors: BadUse, LedgerError.
    """
    text = schema.statements(role)
    ((version, encoding),) = there.rows(
        "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding')"
    )
    if version < schema.OLDEST_SERVER:
        raise BadUse(
            f"The {there.place} is PostgreSQL {version}; at least {schema.OLDEST_SERVER} is needed.", "Use a newer one."
        )
    if encoding != "UTF8":
        raise BadUse(
            f"The database on the {there.place} is not in UTF-8.", "Make one with  CREATE DATABASE … ENCODING 'UTF8'"
        )
    there.script(text)
    ((desk_id,),) = there.rows("SELECT id FROM deskcollect.desk")
    return str(desk_id)


def account(there: Connection) -> Account:
    """Return what the account of a connection may do. Errors: LedgerError, BadSettings."""
    ((name, is_super, version, durable, owns),) = there.rows(_ACCOUNT)
    may = {right for (right,) in there.rows(_MAY, [[*_NEEDED, *_TOO_MUCH]])}
    standing = {name for (name,) in there.rows(_GUARDS, [list(schema.GUARDS)])}
    return Account(
        name=name,
        lacks=tuple(right for right in _NEEDED if right not in may),
        too_much=tuple(right for right in _TOO_MUCH if right in may),
        owns=bool(is_super or owns),
        guarded=standing == set(schema.GUARDS),
        durable=bool(durable),
        server_version=version.partition(" ")[0],
    )
