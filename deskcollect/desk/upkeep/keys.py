"""The keys of a desk: how its ledger comes to them, and how sealing begins."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from deskcollect import desk_toml
from deskcollect.errors import BadUse, DeskError
from deskcollect.ledger.document import SEALED as SEALED_NOTE
from deskcollect.ledger.privacy.vault import FOLDER, MASTER, Vault
from deskcollect.ledger.tables import EVENTS
from deskcollect.records import Issue, Place
from deskcollect.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from deskcollect.desk.desk import Desk
    from deskcollect.desk.upkeep.keeping import Keeping
    from deskcollect.ledger.store import Ledger
    from deskcollect.settings import Settings

VARIABLE = "DESKCOLLECT_PASSPHRASE"
NEW_VARIABLE = "DESKCOLLECT_NEW_PASSPHRASE"
SEALED = "sealed"
NONE = "none"


def place(folder: Path) -> Path:
    """Return the folder of the keys of a desk."""
    return folder / FOLDER


def of(folder: Path) -> Vault:
    """Return the keys of the desk in a folder, locked; the passphrase is taken from the environment when it is needed."""
    return Vault(place(folder), passphrase=lambda: os.environ.get(VARIABLE, ""))


def give(ledger: Ledger, folder: Path, told: Settings) -> None:
    """Let a ledger open sealed notes, and seal new ones or keep none where desk.toml says so."""
    ledger.vault = of(folder)
    ledger.seals = told.notes == SEALED
    ledger.keeps_notes = told.notes != NONE


def refused(desk: Desk, text: str, name: str = "note") -> tuple[Issue, ...]:
    """Return what keeps free text from being recorded at a desk: it keeps none. What is locked refuses when it seals."""
    if not text or desk.settings.notes != "none":
        return ()
    message = f"This desk keeps no notes (desk.toml, [privacy]), so the {name} cannot be kept."
    return (Issue(Severity.ERROR, "entry", message, f"Leave the {name} out.", Place(column="note")),)


def sealed(desk: Desk | Keeping) -> bool:
    """Say whether notes of a desk are sealed, or once were."""
    return desk.ledger.vault is not None and desk.ledger.vault.exists


def locked(desk: Desk | Keeping) -> bool:
    """Say whether notes are sealed and cannot be read, for want of the passphrase or because the keys are damaged."""
    vault = desk.ledger.vault
    try:
        return vault is not None and vault.exists and not vault.unlock()
    except DeskError:
        return True


def damaged(desk: Desk) -> tuple[str, ...]:
    """Name the files of keys that are damaged, and the desk's own where it is missing though others are there."""
    vault = desk.ledger.vault
    if vault is None or not place(desk.folder).is_dir():
        return ()
    missing = () if vault.exists else (f"{MASTER} (missing)",)
    return (*vault.damaged(), *missing)


def lost(desk: Desk) -> int:
    """Count the sealed notes of this desk whose key is not here any more; those of other desks have their keys there.

    Errors: LedgerError where the keys cannot be read.
    """
    lines, vault = desk.ledger.backend.lines, desk.ledger.vault
    if vault is None or not vault.exists:
        return 0
    found = (each.document() for each in lines.records() if each.table == EVENTS and b'"sealed":' in each.body)
    return vault.lost(document for document in found if "seq" not in document.get("origin", {}))


def withheld(desk: Desk, notes: Iterable[str]) -> bool:
    """Say whether the passphrase would open some of the notes that were read."""
    return SEALED_NOTE in notes and locked(desk)


def unlock(desk: Desk, passphrase: str) -> bool:
    """Say whether a passphrase is the one of the desk; from now on its notes are read and new ones sealed.

    It takes a tenth of a second or two, on purpose. Errors: BadUse without the package; LedgerError where the keys cannot
    be read.
    """
    return desk.ledger.vault is not None and bool(passphrase) and desk.ledger.vault.unlock(passphrase)


def lock(desk: Desk) -> None:
    """Let nobody read or seal notes until the passphrase is given again."""
    if desk.ledger.vault is not None:
        desk.ledger.vault.lock()


def not_kept(told: Settings, *texts: str) -> str:
    """Return what to say where a reason was asked for and the desk keeps none, nothing where there was none or it is kept."""
    if told.notes != NONE or not any(texts):
        return ""
    return "The reason is not kept: this desk keeps no notes (desk.toml, [privacy])."


def seal(folder: Path, passphrase: str) -> None:
    """Make keys, where there are none, and let desk.toml say that notes are sealed from now on.

    Errors: BadUse where the keys that are there have another passphrase; LedgerError.
    """
    vault = Vault(place(folder))
    if not vault.exists:
        vault.make(passphrase)
    elif not vault.unlock(passphrase):
        raise BadUse("The keys of this desk have another passphrase: nothing was changed.", "Type that one.")
    desk_toml.set_notes(folder, SEALED)


def require(folder: Path) -> None:
    """Refuse a desk that has no keys. Errors: BadUse."""
    if not of(folder).exists:
        raise BadUse("This desk has no keys: its notes are not sealed.", "Seal them with  deskcollect ledger seal")


def change(folder: Path, old: str, new: str) -> None:
    """Change the passphrase. Errors: BadUse where the old one is not right or there are no keys; LedgerError."""
    require(folder)
    vault = Vault(place(folder))
    vault.unlock(old)
    vault.change(new)
