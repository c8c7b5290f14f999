"""The keys that seal notes, and sealing itself: each customer has a key of their own, wrapped by one of the desk.

    keys/master.json   the desk's key, wrapped by what scrypt makes of the passphrase; and the key that names customers
    keys/<xx>.json     the customers' keys, each wrapped by the desk's, under a keyed hash of the customer's number
    keys/lock          held while a key is made or destroyed

The only free text that an event holds about a customer is its `note`: what a person says of a call, why a record was taken
back, why a case, a restriction or a measure was decided so, why a hold stands. In the place of a sealed note stands
`{"key": id, "sealed": base64(nonce and AES-256-GCM ciphertext)}`, which is bound to its event and field. A customer's key
is on the disk before anything that it seals, and destroying it makes every copy of that customer's notes unreadable,
in backups, too, as long as these do not hold keys/.

The key that names customers is no secret of the passphrase, so that a key can be destroyed without it: whoever reads it
can read the ledger beside it, where the customer's number stands anyway.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from base64 import b64decode
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from deskcollect.errors import BadUse, Busy, LedgerError, Locked, NotRecorded
from deskcollect.ledger.document import is_sealed
from deskcollect.ledger.files.disk import Disk, put
from deskcollect.ledger.privacy import cipher
from deskcollect.ledger.privacy.cipher import KEY_BYTES, NONCE_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

FOLDER = "keys"
FIELD = "note"
MASTER = "master.json"
_COST = {"n": 2**15, "r": 8, "p": 1}
_PATIENCE_SECONDS = 5.0
LOCKED = "Notes are sealed at this desk and it is locked, so nothing was recorded."
UNLOCK = "Set DESKCOLLECT_PASSPHRASE to its passphrase before opening the desk, or leave the note out."
WRONG = "That is not the passphrase of this desk, so nothing was recorded."
AGAIN = "Try again; nobody can open sealed notes without it."


@dataclass(frozen=True, slots=True)
class _Held:
    """What a passphrase opened: the desk's key, and those of customers that were needed since."""

    master: bytes
    keys: dict[str, tuple[str, bytes]] = field(default_factory=dict)


class Vault:
    """The keys of one desk. Locked until a passphrase is given; no passphrase is kept.

    `passphrase` gives the one that is known, or nothing; `ask` is called besides where something is to be sealed.
    Threads may share it: what one of them is sealing while another one locks, it seals to the end.
    """

    def __init__(self, folder: Path, *, disk: Disk | None = None, passphrase: Callable[[], str] = str) -> None:
        self._folder = folder
        self._disk = disk or Disk()
        self.passphrase = passphrase
        self.ask: Callable[[], str] = str
        self._held: _Held | None = None
        self._known_is_wrong = False

    @property
    def exists(self) -> bool:
        """Say whether there are keys."""
        return (self._folder / MASTER).is_file()

    # --- the passphrase ----------------------------------------------------------------------------------------------

    def make(self, passphrase: str) -> None:
        """Make the desk's key, wrapped by a passphrase.

        Errors: BadUse where there is one, or without the package; Busy, NotRecorded.
        """
        master = os.urandom(KEY_BYTES)
        with _in_words():
            self._disk.makedirs(self._folder)
        with self._alone():
            if self.exists:
                raise BadUse("This desk has keys already.", "Change the passphrase with  deskcollect ledger passphrase")
            self._keep_master(master, passphrase, os.urandom(KEY_BYTES).hex())
        self._held = _Held(master)

    def change(self, new: str) -> None:
        """Wrap the desk's key by another passphrase, in one step: a crash leaves the old one or the new one.

        Errors: BadUse while it is locked; Busy, NotRecorded, LedgerError.
        """
        held = self._open()
        if held is None:
            raise BadUse("The passphrase is not the one of this desk: nothing was changed.", "Type the present one.")
        with self._alone():
            self._keep_master(held.master, new, str(self._told()["names"]))

    def unlock(self, passphrase: str = "") -> bool:
        """Say whether the keys can be used, with a passphrase or the one that is known.

        Errors: BadUse without the package; LedgerError where master.json cannot be read.
        """
        return self._open(passphrase) is not None

    def lock(self) -> None:
        """Forget the keys, and the passphrase that is known: only one that is given opens them again."""
        self._held = None
        self.passphrase = str

    def _open(self, passphrase: str = "") -> _Held | None:
        """Return the keys where they can be used. Errors: as `unlock`."""
        if self._held is not None or not self.exists:
            return self._held
        known = "" if passphrase or self._known_is_wrong else self.passphrase()
        if passphrase or known:
            told = self._told()
            try:
                salt, wrapped = b64decode(told["salt"]), b64decode(told["wrapped"])
                master = cipher.unwrapped(cipher.stretched(passphrase or known, salt, told), wrapped, b"master")
            except (KeyError, ValueError, TypeError) as error:
                raise _unreadable() from error
            self._held = _Held(master) if master else None
            # it would take a moment at each note to find it wrong again
            self._known_is_wrong = self._known_is_wrong or bool(known and not master)
        return self._held

    def _keep_master(self, master: bytes, passphrase: str, names: str) -> None:
        """Write master.json. Errors: OSError."""
        salt = os.urandom(cipher.SALT_BYTES)
        told: dict[str, Any] = {**_COST, "names": names, "salt": cipher.text(salt), "v": 1}
        told["wrapped"] = cipher.text(cipher.wrapped(cipher.stretched(passphrase, salt, told), master, b"master"))
        put(self._disk, self._folder / MASTER, json.dumps(told, sort_keys=True).encode())

    def _told(self) -> dict[str, Any]:
        """Return what master.json says. Errors: LedgerError where it cannot be read."""
        try:
            told: dict[str, Any] = json.loads((self._folder / MASTER).read_bytes())
            bytes.fromhex(told["names"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _unreadable() from error
        return told

    # --- sealing -----------------------------------------------------------------------------------------------------

    def sealed(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return a document whose note is sealed; one that has none, or tells of nobody, as it is.

        Errors: Locked; BadUse where the keys are missing; LedgerError when a new key could not be kept.
        """
        note, subject = document.get(FIELD), _subject(document)
        if not isinstance(note, str) or not note or not subject:
            return dict(document)
        if not self.exists:
            raise BadUse(
                "Notes are to be sealed at this desk, and its keys are missing, so nothing was recorded.",
                "Put the folder keys/ back from its backup, or make new keys with  deskcollect ledger seal",
            )
        key_id, key = self._key(subject, self._open() or self._asked())
        place = f"{document['event_id']}|{FIELD}".encode()
        # A nonce must never serve two texts under one key. This one is made of event, field and text: a retry gives the
        # same document, byte by byte, and a text that was changed before the retry, though the first one may have
        # reached the disk as a torn line, has a nonce of its own.
        secret = hmac.digest(key, b"nonce", "sha256")
        nonce = hmac.digest(secret, place + b"\0" + note.encode(), "sha256")[:NONCE_BYTES]
        text = nonce + cipher.of(key).encrypt(nonce, note.encode(), place)
        return {**document, FIELD: {"key": key_id, "sealed": cipher.text(text)}}

    def opened(self, document: Mapping[str, Any]) -> str | None:
        """Return the text of a sealed note, None where it is locked or its key is not here any more, or damaged."""
        try:
            return self._opened(document)
        except LedgerError:  # all else of the record can be read; who seals a note is told
            return None

    def _opened(self, document: Mapping[str, Any]) -> str | None:
        """Return the text of a sealed note, None where it is locked or its key is not here any more.

        Errors: LedgerError where the keys cannot be read.
        """
        note, subject = document.get(FIELD), _subject(document)
        if not is_sealed(note):
            return None
        held = self._open()
        if held is None:
            return None
        found = self._known(subject, held)
        if found is None or found[0] != note["key"]:
            return None
        place = f"{document['event_id']}|{FIELD}".encode()
        try:
            text = b64decode(note["sealed"])
        except ValueError:
            return None
        return cipher.unwrapped(found[1], text, place).decode("utf-8", "replace") or None

    def _asked(self) -> _Held:
        """Return the keys that the passphrase opens which somebody is asked for. Errors: Locked."""
        typed = self.ask()
        held = self._open(typed) if typed else None
        if held is None:
            if typed:
                raise Locked(WRONG, AGAIN)
            raise Locked(WRONG if self._known_is_wrong else LOCKED, UNLOCK)
        return held

    # --- the customers' keys ------------------------------------------------------------------------------------------

    def destroy(self, *subjects: str) -> None:
        """Destroy the keys of some customers or accounts; on the disk when this returns. The passphrase is not needed.

        Errors: Busy, NotRecorded; LedgerError where a file of keys cannot be read, and is left as it is.
        """
        if not self.exists:
            return
        with self._alone():
            for subject in subjects:
                if self._held is not None:
                    self._held.keys.pop(subject, None)
                path, name = self._place(subject)
                kept = _shard(path)
                if kept.pop(name, None) is not None:
                    put(self._disk, path, json.dumps(kept, sort_keys=True).encode())

    def _key(self, subject: str, held: _Held) -> tuple[str, bytes]:
        """Return the id and the key of a customer; a new one is on the disk when this returns."""
        found = self._known(subject, held)
        if found is not None:
            return found
        with self._alone():
            found = self._known(subject, held)
            if found is not None:
                return found
            path, name = self._place(subject)
            key_id, key = os.urandom(8).hex(), os.urandom(KEY_BYTES)
            told = {"id": key_id, "key": cipher.text(cipher.wrapped(held.master, key, name.encode()))}
            put(self._disk, path, json.dumps({**_shard(path), name: told}, sort_keys=True).encode())
        held.keys[subject] = key_id, key
        return key_id, key

    def _known(self, subject: str, held: _Held) -> tuple[str, bytes] | None:
        """Return the id and the key of a customer as they stand on the disk; another program may have destroyed them."""
        path, name = self._place(subject)
        told = _shard(path).get(name)
        if told is None:
            held.keys.pop(subject, None)
            return None
        kept = held.keys.get(subject)
        if kept is not None and kept[0] == told["id"]:
            return kept
        key = cipher.unwrapped(held.master, b64decode(told["key"]), name.encode())
        if not key:
            raise _unreadable()
        held.keys[subject] = str(told["id"]), key
        return held.keys[subject]

    def _place(self, subject: str) -> tuple[Path, str]:
        """Return the file of a customer's key and its name there."""
        name = hmac.new(bytes.fromhex(self._told()["names"]), subject.encode(), hashlib.sha256).hexdigest()[:32]
        return self._folder / f"{name[:2]}.json", name

    def damaged(self) -> tuple[str, ...]:
        """Name the files that cannot be read, or whose keys a passphrase that is known does not open."""
        return tuple(path.name for path in sorted(self._folder.glob("*.json")) if not self._is_whole(path))

    def _is_whole(self, path: Path) -> bool:
        """Say whether a file of keys can be used."""
        try:
            if path.name == MASTER:
                return _is_master(self._told())
            return _is_opened(_shard(path), self._open())
        except LedgerError:
            return False

    def lost(self, documents: Iterable[Mapping[str, Any]]) -> int:
        """Count the documents whose note is sealed by a key that is not here. The passphrase is not needed.

        Errors: LedgerError where the keys cannot be read.
        """
        sealed = [each for each in documents if is_sealed(each.get(FIELD))]
        places = {subject: self._place(subject) for subject in set(map(_subject, sealed))}
        kept = {path: _shard(path) for path, _ in places.values()}
        ids = {subject: kept[path].get(name, {}).get("id") for subject, (path, name) in places.items()}
        return sum(each[FIELD]["key"] != ids[_subject(each)] for each in sealed)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other programs from making and destroying keys. Errors: Busy, NotRecorded."""
        try:
            with _in_words(), FileLock(self._folder / "lock", timeout=_PATIENCE_SECONDS, mode=0o600):
                yield
        except Timeout as error:
            raise Busy("Another program is writing the keys of this desk.", "Try again.") from error


def subjects(customer_id: str, *account_ids: str) -> tuple[str, ...]:
    """Return under what the keys of a customer and of accounts are kept."""
    return (f"c:{customer_id}", *(f"a:{account}" for account in account_ids))


def _subject(document: Mapping[str, Any]) -> str:
    """Return whose key seals a document: the customer's, else the account's, else nobody's."""
    customer, account = document.get("customer_id"), document.get("account_id")
    return f"c:{customer}" if customer else f"a:{account}" if account else ""


def _shard(path: Path) -> dict[str, Any]:
    """Return the keys in a file. Errors: LedgerError where it cannot be read."""
    try:
        kept = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable() from error
    if not isinstance(kept, dict) or not all(map(_is_key, kept.values())):
        raise _unreadable()
    return kept


def _is_master(told: Mapping[str, Any]) -> bool:
    """Say whether master.json has the form of what a passphrase opens."""
    try:
        return all(len(b64decode(told[name])) > 0 for name in ("salt", "wrapped")) and all(
            type(told[name]) is int for name in _COST
        )
    except (KeyError, ValueError, TypeError):
        return False


def _is_opened(kept: Mapping[str, Mapping[str, str]], held: _Held | None) -> bool:
    """Say whether the desk's key opens the customers' keys of a file, as far as it is known."""
    return held is None or all(
        cipher.unwrapped(held.master, b64decode(told["key"]), name.encode()) for name, told in kept.items()
    )


def _is_key(told: object) -> bool:
    """Say whether something has the form of a customer's key as it stands in a file."""
    if not isinstance(told, dict) or not isinstance(told.get("id"), str) or not isinstance(told.get("key"), str):
        return False
    try:
        b64decode(told["key"])
    except ValueError:
        return False
    return True


def _unreadable() -> LedgerError:
    """Return what to say of keys that are damaged."""
    return LedgerError(
        "The keys of this desk cannot be read, so notes can be neither sealed, opened nor erased.",
        "Put the folder keys/ back from its backup; records without a note can be made meanwhile.",
    )


@contextmanager
def _in_words() -> Iterator[None]:
    """Put a refusal of the disk into words. Errors: NotRecorded."""
    try:
        yield
    except OSError as error:
        if isinstance(error, Timeout):
            raise
        raise NotRecorded(
            f"The keys could not be kept: {error.strerror or error}. Nothing was recorded.",
            "Make room on the disk or check the rights of the folder keys/.",
        ) from error
