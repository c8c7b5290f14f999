"""deskcollect model: the cards that score, laid open."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import diagnostics, output, place
from deskcollect.cli.commands import SETTINGS
from deskcollect.cli.options import DeskOption, JsonOption, read_one
from deskcollect.cli.promote import promote, recalibrate, rollback
from deskcollect.errors import BadUse, ExitCode
from deskcollect.present.numbers import several

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.desk.cards.model import Model
    from deskcollect.desk.desk import Desk

CardArgument = Annotated[
    str,
    typer.Argument(
        metavar="[CARD]",
        help="A bundled card, one that the desk keeps (challenger), or a file. Else the one that scores.",
        show_default=False,
    ),
]
AccountOption = Annotated[str, typer.Option("--account", metavar="ACCOUNT", help="Mark the bins of this account.")]

app = typer.Typer(
    rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False, context_settings=SETTINGS
)


@app.callback()
def model() -> None:
    """The cards that score: every bin with its points."""


@app.command("show")
def show_model(
    card: CardArgument = "", account: AccountOption = "", desk: DeskOption = None, json: JsonOption = False
) -> int:
    """Print a card as a table: characteristic, bin, share, bad rate and points, for each of its segments.

    Without CARD it is the one that scores, at the desk if there is one. Points are against the average account of the segment.
    """
    from deskcollect.cli.opened import opened
    from deskcollect.desk.cards import model as models
    from deskcollect.present.card import as_text
    from deskcollect.present.glyphs import choose

    if account:
        with opened(desk) as seen:
            found, glyphs = models.of_account(seen.day, models.chosen(card, seen.desk), account), seen.glyphs
            found = replace(found, seat=models.seat(seen.desk))
    else:
        with _desk(card, desk) as kept:
            found, glyphs = models.model(models.chosen(card, kept)), choose()
            found = replace(found, seat=models.seat(kept) if kept else None)
    if json:
        output.single(as_object(found))
    else:
        output.lines(as_text(found, glyphs, output.page_width()), glyphs)
    return ExitCode.OK


@app.command("export")
def export_model(
    card: CardArgument = "",
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="json, csv, md or sql. Else as FILE is named, else json.")
    ] = "",
    dialect: Annotated[
        str, typer.Option("--dialect", metavar="NAME", help="Of SQL: duckdb, postgres, spark or bigquery. Else duckdb.")
    ] = "",
    table: Annotated[
        str, typer.Option("--table", metavar="NAME", help="Of SQL: the table of the features. Else features.")
    ] = "",
    to: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write .json, .csv, .md or .sql.")
    ] = None,
    desk: DeskOption = None,
) -> int:
    """Hand a card over: JSON, a CSV table, a page of Markdown, or SQL that scores a table of the features."""
    from deskcollect.desk.cards import model as models

    form = _form(form, to, models.FORMATS)
    if form != "sql" and (dialect or table):
        raise BadUse(f"--{'dialect' if dialect else 'table'} is for SQL.", "Write  --format sql, or name a FILE.sql")
    said = {
        "dialect": read_one(dialect or models.DIALECTS[0], models.DIALECTS, "--dialect"),
        "table": table or models.TABLE,
    }
    with _desk(card, desk) as kept:
        chosen = models.chosen(card, kept)
    if to:
        models.write(chosen, to, form, **said)
        diagnostics.say(f"{chosen.stamp} written to {to}.")
    elif form == "csv":
        output.csv(models.table(chosen))
    elif form == "json":
        output.document(models.text(chosen, form))
    else:
        output.lines(models.text(chosen, form, **said).splitlines())
    return ExitCode.OK


@contextmanager
def _desk(card: str, given: Path | None) -> Iterator[Desk | None]:
    """Open the desk whose card is meant; none where CARD says another by itself, or there is no desk."""
    from deskcollect.desk.cards.model import bundled_names

    by_itself = card in bundled_names() or (card and Path(card).exists())
    folder = None if by_itself and given is None else place.found(given)
    if folder is None:
        yield None
    else:
        with place.opened(folder) as desk:
            yield desk


def _form(form: str, to: Path | None, known: tuple[str, ...]) -> str:
    """Return the format that is asked for, by its name or by that of the file.

    Errors: BadUse when it is not known, or the two say different things.
    """
    from deskcollect.cli import files

    if form:
        read_one(form, known, "--format")
    if to is None:
        return form or known[0]
    files.known_format(to, tuple(f".{name}" for name in known))
    named = to.suffix.lower().removeprefix(".")
    if form and form != named:
        raise BadUse(f"{to.name} is no name for {form}.", f"Call it {to.stem}.{form}, or leave out --format.")
    return named


@app.command("import")
def import_model(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Points per bin, .csv or .json; help cards shows the form.")
    ],
    to: Annotated[Path, typer.Option("--output", "-o", metavar="CARD", help="The card that is written, a .json file.")],
    name: Annotated[str, typer.Option("--name", metavar="ID", help="What it is called. Else as FILE is.")] = "",
) -> int:
    """Check a card that you have as points per bin, and write it as a card of this program.

    It is refused with all that is wrong: gaps, overlaps, no row for unknown values, unknown characteristics.
    """
    from deskcollect.cli import files
    from deskcollect.desk.cards import model as models

    files.known_format(to, (".json",))
    if to.exists() and file.exists() and to.samefile(file):
        raise BadUse(f"{to} is the file that is read.", "Write the card to another file.")
    card = models.imported(file, name)
    models.write(card, to, "json")
    sizes = f"{several(len(card.characteristics), 'characteristic', 'characteristics')}, {several(card.row_count, 'bin', 'bins')}"
    diagnostics.say(f"{card.stamp}: {sizes}, written to {to}.")
    if not models.model(card).counted:
        diagnostics.warn("No accounts are counted in it, so points are shown against the middle of the bins.")
    return ExitCode.OK


app.command("promote")(promote)
app.command("rollback")(rollback)
app.command("recalibrate")(recalibrate)


def as_object(found: Model) -> dict[str, Any]:
    """Return a card and its bins as one object."""
    card = found.card
    return {
        "card": card.stamp,
        "id": card.id,
        "version": card.version,
        "hash": card.hash,
        "target": card.target,
        "segments": [
            {"name": name, "average_score": average}
            for name, average in zip(card.segment.names, found.averages, strict=True)
        ],
        "trained_on": card.trained_on,
        "figures": card.figures,
        "score": found.score,
        "scores_at": None if found.seat is None else asdict(found.seat),
        "bins": [
            {
                "characteristic": each.characteristic,
                "segment": card.segment.names[each.segment],
                "start": each.start,
                "end": each.end,
                "missing": each.missing,
                "count": each.count,
                "share": each.share,
                "bad_rate": each.bad_rate,
                "points": round(each.points, 4),
                "marked": each.marked,
            }
            for each in found.bins
        ],
        "recorded_facts": [asdict(each) for each in found.weights],
    }
