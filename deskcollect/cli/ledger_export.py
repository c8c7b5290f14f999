"""deskcollect ledger export: what was recorded in one file, for another desk or for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deskcollect.cli import diagnostics, files, place
from deskcollect.cli.options import ByOption, DeskOption
from deskcollect.errors import BadUse, ExitCode
from deskcollect.present.numbers import several

if TYPE_CHECKING:
    from deskcollect.desk.upkeep.keeping import Keeping


def export(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="NAME.ledger for another desk, NAME.json or NAME.parquet for other programs."
        ),
    ],
    after: Annotated[
        int | None,
        typer.Option("--after", metavar="N", help="Of .ledger: the last entry that need not be in it. Else all are."),
    ] = None,
    for_desk: Annotated[
        str,
        typer.Option("--for", metavar="NAME", help="Of .ledger: only what that desk of [team] is not known to have."),
    ] = "",
    unmasked: Annotated[
        bool,
        typer.Option("--unmasked", help="Of .json and .parquet: with ids and notes. Who took them is recorded first."),
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Write over FILE if it is there.")] = False,
    by: ByOption = "",
    desk: DeskOption = None,
) -> int:
    """Write what was recorded into a file: .ledger for another desk to merge, .json for TinyDB, .parquet as a table.

    In .json and .parquet ids of accounts and customers are masked and notes left out.
    """
    from deskcollect.desk.team import joining
    from deskcollect.desk.upkeep import exports, keeping

    files.known_format(file, (joining.SUFFIX, *exports.FORMS))
    bundle = file.suffix.lower() == joining.SUFFIX
    strange = {"after": after is not None, "for": bool(for_desk)} if not bundle else {"unmasked": unmasked}
    for option in (name for name, given in strange.items() if given):
        raise BadUse(f"--{option} is not for a file that ends with {file.suffix}.", "Leave it out.")
    if for_desk and after is not None:
        raise BadUse("--after and --for say different things.", "Give one of them.")
    if file.exists() and not replace:
        raise BadUse(f"{file} is there already, and was left as it is.", "Give another name, or say  --replace")
    with keeping.keeping(place.folder(desk)) as kept:
        if bundle:
            _bundle(kept, file, for_desk, after or 0)
        else:
            _table(kept, file, place.who(kept, by) if unmasked else "", replace=replace)
    return ExitCode.OK


def _bundle(kept: Keeping, file: Path, for_desk: str, after: int) -> None:
    """Write what this desk recorded for another one."""
    from deskcollect.desk.team import joining

    header = joining.write_bundle(kept, file, joining.known_at(kept, for_desk) if for_desk else after)
    count = several(header.lines, "entry", "entries")
    diagnostics.say(f"{count} after number {header.after:,} written to {file}; the last is {header.seq:,}.")
    diagnostics.say("It holds what people wrote about customers: carry it as you would the book.")


def _table(kept: Keeping, file: Path, unmasked_by: str, *, replace: bool) -> None:
    """Write what was recorded for other programs."""
    from deskcollect.desk.upkeep import exports

    count = exports.export(kept, file, unmasked_by=unmasked_by, replace=replace)
    how = f"with ids and {_notes(kept)}: keep it as safe as the ledger" if unmasked_by else "ids masked, notes left out"
    diagnostics.say(f"{several(count, 'entry', 'entries')} in {file}, {how}.")


def _notes(kept: Keeping) -> str:
    """Return what an export holds of notes: what is sealed is in no table, whoever has the passphrase."""
    from deskcollect.desk.upkeep import keys

    return "notes, but not those that are sealed" if keys.sealed(kept) else "notes"
