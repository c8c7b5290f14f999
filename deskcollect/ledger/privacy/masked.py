"""Ids of accounts and customers hidden behind a keyed hash: the same one every time at one desk, and at no other.

`A` and `C` with 16 hex digits of HMAC-SHA256, 64 bits: among a million ids the chance that two share one is below
1 in 30 million. The key is random, in the desk's folder, readable by its owner alone; without it nobody can try ids.
"""

from __future__ import annotations

import hmac
import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from deskcollect.errors import LedgerError
from deskcollect.ledger.files.disk import FILE_MODE, Disk, put

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FILE = "masking.key"
_KEY_BYTES = 32
_DIGITS = 16
_TOKEN = re.compile(r"[\w.\-]*\w")
_LEFT_OUT = frozenset({"note", "notes"})
_OWN = frozenset(  # fields that hold no id, whatever number stands in them
    {"event_id", "corrects", "by", "kind", "code", "amount", "currency", "due_date", "channel", "direction"}
    | {"contact_point", "occurred_at", "recorded_at", "clock_back_ms", "origin", "decided", "v"}
)


def key(folder: Path) -> bytes:
    """Return the key of a desk, made when it is asked for the first time.

    Errors: LedgerError.
    """
    path, disk = folder / FILE, Disk()
    try:
        found = _read(path)
        if len(found) == _KEY_BYTES:
            return found
        if not found:
            _make(path, disk)
        found = _read(path)
    except OSError as error:
        raise LedgerError(
            f"{FILE} cannot be read or made: {error.strerror or error}. Without it no id can be masked.",
            "Check the rights of the desk's folder.",
        ) from error
    if len(found) != _KEY_BYTES:
        raise LedgerError(
            f"{FILE} is damaged, so ids would not be masked as before.",
            f"Put {FILE} back from a backup, or remove it: then ids get other masks from now on.",
        )
    return found


def _read(path: Path) -> bytes:
    """Return what stands in the key file, nothing where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _make(path: Path, disk: Disk) -> None:
    """Write a new key. Where another program is about to do the same, one of the two stays."""
    try:
        fd = disk.create(path, FILE_MODE)
    except FileExistsError:
        if not _read(path):  # a crash left it empty
            put(disk, path, os.urandom(_KEY_BYTES))
        return
    try:
        disk.write(fd, os.urandom(_KEY_BYTES), 0)
        disk.fsync(fd)
    finally:
        disk.close(fd)
    disk.fsync_dir(path.parent)


class Mask:
    """Masks ids, and finds those that it knows wherever they stand."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._known: dict[str, str] = {}

    def account(self, account_id: str) -> str:
        """Return the mask of an account; none for none."""
        return self._masked("A", account_id)

    def customer(self, customer_id: str) -> str:
        """Return the mask of a customer; none for none."""
        return self._masked("C", customer_id)

    def _masked(self, letter: str, value: str) -> str:
        """Return the mask of an id, and know it from now on."""
        if not value:
            return ""
        mask = letter + hmac.digest(self._secret, value.encode(), "sha256").hex()[:_DIGITS]
        self._known.setdefault(value, mask)
        return mask

    def know(self, accounts: Iterable[str], customers: Iterable[str]) -> None:
        """Learn ids, so that they are found inside other fields."""
        for each in accounts:
            self.account(each)
        for each in customers:
            self.customer(each)

    def text(self, told: str) -> str:
        """Return a text with the ids that are known masked."""
        if told in self._known:
            return self._known[told]
        return _TOKEN.sub(lambda found: self._known.get(found[0], found[0]), told)

    def document(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """Return the document of an event without notes, and with ids masked wherever they stand. Who recorded it stays."""
        made: dict[str, Any] = {}
        for name, value in told.items():
            if name in _LEFT_OUT:
                continue
            if name == "account_id" and isinstance(value, str):
                made[name] = self.account(value)
            elif name == "customer_id" and isinstance(value, str):
                made[name] = self.customer(value)
            else:
                made[name] = value if name in _OWN else self._inside(value)
        return made

    def _inside(self, value: Any) -> Any:
        """Return any value with the ids in it masked."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            kept = {name: item for name, item in value.items() if name not in _LEFT_OUT}
            return {self.text(name): self._named(name, item) for name, item in kept.items()}
        if isinstance(value, list):
            return [self._inside(each) for each in value]
        return value

    def _named(self, name: str, item: Any) -> Any:
        """Return a value by its name: an id is one even where no event is about it."""
        if isinstance(item, str) and name in {"account_id", "account"}:
            return self.account(item)
        if isinstance(item, str) and name in {"customer_id", "customer"}:
            return self.customer(item)
        return self._inside(item)
