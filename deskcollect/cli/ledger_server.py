"""deskcollect ledger server: the ledger of a team on a PostgreSQL server, made and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import diagnostics, output, place
from deskcollect.cli.ledger_keep import YesOption, confirm
from deskcollect.cli.ledger_privacy import going
from deskcollect.cli.options import DeskOption, JsonOption
from deskcollect.errors import BadUse, ExitCode
from deskcollect.present.numbers import several

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deskcollect.desk.team.server import Found

_DEFAULT_ROLE = "deskcollect_desk"

CreateOption = Annotated[bool, typer.Option("--create", help="Run the SQL; what is there already stays.")]
CheckOption = Annotated[
    bool, typer.Option("--check", help="Go there, prove every record, and say what this account may do.")
]
EraseOption = Annotated[
    bool, typer.Option("--erase", help="Take out what desks erased and is still there; only its owner may.")
]
AddressOption = Annotated[
    str,
    typer.Option("--address", metavar="postgresql://…", help="Another address than the one in desk.toml."),
]
RoleOption = Annotated[str, typer.Option("--role", metavar="NAME", help=f"The role of desks, {_DEFAULT_ROLE} else.")]


def server(
    create: CreateOption = False,
    check: CheckOption = False,
    address: AddressOption = "",
    role: RoleOption = _DEFAULT_ROLE,
    erase: EraseOption = False,
    yes: YesOption = False,
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Print the SQL that makes the ledger of a team in PostgreSQL, run it, check what is there, or erase there, too.

    --check exits with 1 if a record does not prove itself or this account cannot record.
    """
    from deskcollect.desk.team import server as team
    from deskcollect.desk.team.visits import try_again

    if create + check + erase > 1:
        raise BadUse("--create, --check and --erase do not go together.", "Give one, then the other.")
    if not (create or check or erase):
        output.lines(team.script(role).splitlines())
        return ExitCode.OK
    where = _address(address, desk)
    if erase:
        return _erase(where, desk, yes=yes, json=json)
    if create:
        there, desk_id = team.create(where, role)
        if json:
            output.single({"place": there, "desk": desk_id, "role": role})
        diagnostics.say(f"The ledger of the team stands on the {there}; its desk id is {desk_id}.")
        diagnostics.say(f"Give each person a login with  CREATE ROLE ana LOGIN PASSWORD '…' IN ROLE {role};")
        return ExitCode.OK
    found = team.check(where)
    if not address:
        try_again(place.folder(desk))
    if json:
        output.single(_object(found))
    else:
        output.lines(_report(found))
    for each in _warnings(found):
        diagnostics.warn(each)
    return ExitCode.OK if found.report.ok and not found.account.lacks else ExitCode.DATA


def _erase(address: str, desk: Path | None, *, yes: bool, json: bool) -> int:
    """Take out of the team's ledger what desks erased."""
    from deskcollect.desk.upkeep import erasure_there

    with place.kept(desk) as kept, erasure_there.there(kept, address) as found:
        count = found.plan.records
        for text in going(found.plan):
            diagnostics.say(text)
        if count:
            diagnostics.say(
                "Backups of the server, its copies and its write-ahead log keep what was written there before."
            )
            what = several(count, "record", "records")
            confirm(f"Erase {what} on the {found.place} for good? (y or n)", yes=yes)
        count, is_gone = erasure_there.carry_out(kept, found)
        head = found.ledger.head().stamp
    if not is_gone:
        diagnostics.warn("the table could not be written anew. Let its owner run  VACUUM (FULL) deskcollect.line")
    if json:
        output.single({"erased": count, "head": head, "old_rows_gone": is_gone})
    else:
        output.lines([f"{several(count, 'record', 'records')} erased there. The ledger is whole, head {head}."])
    return ExitCode.OK


def _address(given: str, desk: Path | None) -> str:
    """Return the address that is meant. Errors: NoDesk, BadSettings, BadUse."""
    from deskcollect.desk.team import server as team

    if given:
        return given
    folder = place.folder(desk)
    address = team.address_of(folder)
    if team.holds_password(address) and team.is_read_by_others(folder):
        diagnostics.warn(
            "desk.toml holds the password of the server and others on this machine can read it. Put the password into "
            "~/.pgpass and take it out of the address."
        )
    return address


def _report(found: Found) -> Iterator[str]:
    """Say what was found."""
    told, account = found.report, found.account
    count = f"{told.records:,} record{'' if told.records == 1 else 's'}"
    yield f"The {found.place}: PostgreSQL {account.server_version}, reached as {account.name}."
    yield f"{count}, head {told.head.stamp}, desk id {told.head.desk}."
    for damage in told.damage:
        yield damage.sentence()
    if not told.damage:
        yield "Every record proves itself."
    if told.erased:
        yield f"{several(told.erased, 'record has', 'records have')} no content any more: erased, as the ledger says."
    if account.lacks:
        yield f"{account.name} cannot record: it lacks the right to {' and '.join(account.lacks)}."
    elif not _may_harm(found):
        yield f"{account.name} may read and record, and change nothing."


def _may_harm(found: Found) -> bool:
    """Say whether the account could change or remove what was recorded."""
    return bool(found.account.owns or found.account.too_much)


def _warnings(found: Found) -> Iterator[str]:
    """Say what should be otherwise."""
    account = found.account
    if found.report.unfinished:
        left = several(found.report.unfinished, "record that a desk erased stands", "records that desks erased stand")
        yield f"{left} there still. The owner of the ledger takes that out with  deskcollect ledger server --erase"
    if account.lacks:
        yield "let whoever looks after the server make this login a member of the role for desks."
    if account.owns:
        yield f"{account.name} owns the ledger and could take its guards away. A desk should have a login of its own."
    elif account.too_much:
        yield f"{account.name} may {', '.join(account.too_much)} lines. A desk needs SELECT and INSERT only."
    if not account.guarded:
        yield "a guard that keeps the chain whole is missing or switched off. Run  deskcollect ledger server --create"
    if not account.durable:
        yield "this server does not wait for its disk (fsync = off): a power cut can take records that it had confirmed."


def _object(found: Found) -> dict[str, Any]:
    """Return what was found, for a program."""
    told, account = found.report, found.account
    return {
        "ok": told.ok and not account.lacks,
        "place": found.place,
        "server_version": account.server_version,
        "account": account.name,
        "lacks": account.lacks,
        "too_much": account.too_much,
        "owns": account.owns,
        "guarded": account.guarded,
        "durable": account.durable,
        "records": told.records,
        "head": told.head.stamp,
        "desk": told.head.desk,
        "erased": told.erased,
        "unfinished": told.unfinished,
        "damage": [{"seq": damage.seq, "what": damage.what} for damage in told.damage],
    }
