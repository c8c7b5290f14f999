"""Which desk is meant, and who sits at it."""

from __future__ import annotations

from contextlib import closing, contextmanager, nullcontext
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from deskcollect import desk_toml, settings
from deskcollect.cli import diagnostics
from deskcollect.errors import BadUse, NoDesk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deskcollect.desk.desk import Desk
    from deskcollect.desk.team.visits import Tie, Told
    from deskcollect.desk.upkeep.keeping import Ending, Keeping


def data_folder() -> Path:
    """Return the user's data folder of this program; it need not exist."""
    import platformdirs

    return platformdirs.user_data_path("deskcollect", appauthor=False)


def folder(given: Path | None) -> Path:
    """Return the desk's folder: the one given, else the nearest desk.toml upwards, else the user's data folder.

    Errors: NoDesk.
    """
    if given is not None:
        if not (given / settings.FILE).is_file():
            raise NoDesk(
                f"There is no desk in {given}.",
                "Give the folder that holds desk.toml, or make a desk with  deskcollect init DIR --book BOOK",
            )
        return given
    try:
        return settings.find(Path.cwd())
    except NoDesk:
        own = data_folder()
        if (own / settings.FILE).is_file():
            return own
        raise


def found(given: Path | None) -> Path | None:
    """Return the desk's folder, or None where there is no desk and none was asked for."""
    try:
        return folder(given)
    except NoDesk:
        if given is not None:
            raise
        return None


def policies(given: Path | None) -> Path | None:
    """Return the folder of the policies of the desk that is meant, None where there is no desk."""
    desk = found(given)
    return None if desk is None else inner_policies(desk)


def inner_policies(place: Path) -> Path:
    """Return the folder of the policies of a desk; a folder that is no desk is one of policies itself."""
    from deskcollect.desk.desk import POLICIES

    return place / POLICIES if (place / settings.FILE).is_file() else place


@contextmanager
def opened(given: Path | None) -> Iterator[Desk]:
    """Open the desk that is meant, and close it; where its team has a server, take what is new there and send what is new here."""
    with tied(given) as (desk, _):
        yield desk


@contextmanager
def tied(given: Path | None) -> Iterator[tuple[Desk, Tie | None]]:
    """Open the desk that is meant as `opened` does; give with it what ties it to its team's server, None where it has none."""
    from deskcollect.desk.desk import open_desk

    desk = open_desk(folder(given))
    if desk.ledger.vault is not None and diagnostics.interactive():
        desk.ledger.vault.ask = passphrase
    try:
        with _in_team(desk) if desk.settings.ledger else nullcontext() as tie:
            yield desk, tie
        tell_put_aside(desk.ledger.put_aside)
    finally:
        desk.close()


def tell_put_aside(told: Ending | None) -> None:
    """Say what was cut off at the end of the ledger, or found missing there, before something was recorded."""
    from deskcollect.present.proof import way_back

    if told is None:
        return
    for text in told.sentences(put_aside=True):
        diagnostics.warn(text)
    if told.missing:
        diagnostics.say(way_back(told))


@contextmanager
def _in_team(desk: Desk | Keeping, *, at_once: str = "") -> Iterator[Tie]:
    """Visit the server of the team before the work and, where entries wait, behind it.

    `at_once` is what it means for the work that the server is away: then that is said before.
    """
    from deskcollect.desk.team.visits import Tie

    with closing(Tie(desk)) as tie:
        before = tie.visit(desk.settings.me)
        if at_once and (before.error or not before.tried):
            diagnostics.warn(f"the server of the team cannot be used now: {at_once}")
        yield tie
        after = tie.visit(desk.settings.me) if tie.waiting else before
    _say_away(before, after)


def _say_away(before: Told, after: Told) -> None:
    """Say that the server could not be reached, and how many entries wait here for it."""
    from deskcollect.present.numbers import several

    error = after.error or before.error
    if error is None and after.tried:
        return
    why = (
        error.message
        if error
        else "The server of the team could not be used a moment ago and is tried again within a minute."
    )
    wait = (
        f" {several(after.waiting, 'entry waits', 'entries wait')} here and will go there later."
        if after.waiting
        else ""
    )
    diagnostics.warn(f"{why}{wait}")


def who(desk: Desk | Keeping, by: str) -> str:
    """Return who records: --by, else desk.toml; else it is asked once and kept, or taken from the login.

    Errors: BadUse when nobody can tell.
    """
    told = desk.settings
    if not by and told.me:
        return told.me
    if not by:
        by = login_name()
        if diagnostics.interactive():
            by = diagnostics.ask("Who are you? The name is written beside what you record.", by)
            told = desk_toml.add_person(desk.folder, by)
            diagnostics.say(f"Kept in {desk.folder / settings.FILE}.")
        elif by:
            diagnostics.warn(f"recorded as {by}, the name of your login; --by or  me  in desk.toml says another.")
    if not by:
        raise BadUse("Nobody knows who records this.", "Say it with  --by NAME")
    if told.people and by not in told.people:
        near = get_close_matches(by, list(told.people), n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        diagnostics.warn(f"{by} is not among the people in desk.toml.{hint}")
    return by


def say_head(desk: Desk) -> str:
    """Tell the head of the ledger that something was made from; return it as it is told, nothing where nothing is recorded.

    Written down elsewhere it shows later that nothing recorded up to then was cut off.
    """
    head = desk.ledger.head()
    if not head.seq:
        return ""
    told = f"ledger head {head.stamp}"
    diagnostics.say(told)
    return told


@contextmanager
def kept(given: Path | None, *, away: str = "") -> Iterator[Keeping]:
    """Open the ledger of the desk that is meant, and its settings, and nothing else of it.

    `away` says what it means where the team's server cannot be asked; without it the server is not.

    Errors: NoDesk, BadSettings, LedgerError.
    """
    from deskcollect.desk.upkeep.keeping import keeping

    with keeping(folder(given)) as found:
        if found.ledger.vault is not None and diagnostics.interactive():
            found.ledger.vault.ask = passphrase
        with _in_team(found, at_once=away) if away and found.settings.ledger else nullcontext():
            yield found
        tell_put_aside(found.ledger.put_aside)


def say_sealed(desk: Desk, notes: Iterable[str]) -> None:
    """Say to somebody at a terminal how notes are read that were shown as sealed, where the passphrase is missing."""
    import os

    from deskcollect.desk.upkeep import keys

    if not diagnostics.interactive() or not keys.withheld(desk, notes):
        return
    if os.environ.get(keys.VARIABLE):
        diagnostics.aside(f"{keys.VARIABLE} is not the passphrase of this desk: its notes stay sealed.")
    else:
        diagnostics.aside(f"Notes are sealed: set {keys.VARIABLE} to read them, or choose Unlock notes in the desk.")


def passphrase() -> str:
    """Ask for the passphrase of the desk."""
    return diagnostics.ask_secret("Notes are sealed at this desk. Its passphrase:")


def login_name() -> str:
    """Return the name of the login, nothing where the system has none."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
