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
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FILE = "masking.key"
_KEY_BYTES = 32
_DIGITS = 16
_TOKEN = re.compile(r"[\w.\-]*\w")
_WORD = re.compile(r"\w")
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
        self._odd: set[str] = set()  # those that are more than one word, as ES/12-34 and A 77
        self._lengths: list[int] = []

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
        if value not in self._known:
            self._known[value] = mask
            if not _TOKEN.fullmatch(value) and _WORD.search(value):
                self._odd.add(value)
                self._lengths = sorted({len(value), *self._lengths}, reverse=True)
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
        if not self._odd:
            return _TOKEN.sub(lambda found: self._known.get(found[0], found[0]), told)
        return "".join(self._pieces(told))

    def _pieces(self, told: str) -> Iterator[str]:
        """Go through a text from its start, at each place the longest id that stands there masked."""
        at = token_end = 0
        while at < len(told):
            token = _TOKEN.match(told, at) if at >= token_end else None
            token_end = token.end() if token else token_end
            odd = next((told[at : at + length] for length in self._lengths if self._is_odd(told, at, length)), "")
            found = token[0] if token and token[0] in self._known and len(token[0]) > len(odd) else odd
            yield self._known[found] if found else told[at]
            at += len(found) or 1

    def _is_odd(self, told: str, at: int, length: int) -> bool:
        """Say whether an id of more than one word stands at a place of a text, and not as the part of a longer word."""
        end = at + length
        return (
            told[at:end] in self._odd
            and not (at and _WORD.match(told[at]) and _WORD.match(told[at - 1]))
            and not (end < len(told) and _WORD.match(told[end - 1]) and _WORD.match(told[end]))
        )

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
