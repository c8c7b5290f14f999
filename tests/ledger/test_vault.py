"""Sealed notes: who has the passphrase reads them, nobody else does, and a destroyed key closes them for good."""

from __future__ import annotations

import json
import sys
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock

from deskcollect.errors import BadUse, Busy, LedgerError, Locked
from deskcollect.ledger import document
from deskcollect.ledger.files.disk import Disk
from deskcollect.ledger.privacy import cipher
from deskcollect.ledger.privacy.vault import FOLDER, Vault, subjects
from tests.ledger.builders import NOW, ZONE, event, event_id, opened, promise, record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from deskcollect.ledger.store import Ledger

PASSPHRASE = "four words make one"
SECRET = "hospital, see later"


@pytest.fixture
def keys(folder: Path) -> Path:
    """Return the folder of keys beside the ledger, made with the passphrase."""
    place = folder.parent / FOLDER
    Vault(place).make(PASSPHRASE)
    return place


def vault(keys: Path, passphrase: str = PASSPHRASE, disk: Disk | None = None) -> Vault:
    """Return the keys as a program has them that was given a passphrase."""
    return Vault(keys, disk=disk, passphrase=lambda: passphrase)


def sealing(folder: Path, keys: Path, passphrase: str = PASSPHRASE) -> Ledger:
    """Open a ledger that seals notes."""
    ledger = opened(folder)
    ledger.vault, ledger.seals = vault(keys, passphrase), True
    return ledger


def everything(folder: Path) -> bytes:
    """Return the bytes of all files of a desk."""
    return b"".join(path.read_bytes() for path in sorted(folder.parent.rglob("*")) if path.is_file())


def test_a_sealed_note_stands_in_no_file_and_is_read_with_the_passphrase(folder: Path, keys: Path) -> None:
    with sealing(folder, keys) as ledger:
        record(ledger, promise(1, note=SECRET), event(2))
        assert SECRET.encode() not in everything(folder)
        assert [each.note for each in ledger.history()] == [SECRET, ""]
        assert ledger.get(event_id(1)) == ledger.history()[0] == ledger.of_kinds("outcome")[0]
        assert ledger.verify().ok
    with sealing(folder, keys) as ledger:
        assert [each.note for each in ledger.history(customer="C1")] == [SECRET]


@pytest.mark.parametrize(
    ("passphrase", "why"),
    [("", "sealed at this desk and it is locked"), ("another one", "not the passphrase of this desk")],
)
def test_without_the_passphrase_all_but_the_note_is_there(folder: Path, keys: Path, passphrase: str, why: str) -> None:
    with sealing(folder, keys) as ledger:
        record(ledger, promise(1, note=SECRET))
    with sealing(folder, keys, passphrase) as ledger:
        (told,) = ledger.history()
        assert (told.note, told.code, told.amount) == (document.SEALED, "PTP", promise(1).amount)
        with pytest.raises(BadUse, match=f"{why}, so nothing was recorded"):
            record(ledger, event(2, note="more"))
        record(ledger, event(3))
        assert len(ledger.history()) == 2


def test_the_table_of_events_has_no_sealed_note_and_all_else(folder: Path, keys: Path) -> None:
    with opened(folder) as ledger:
        record(ledger, promise(1, note='a "plain" note'))
    with sealing(folder, keys) as ledger:
        record(ledger, promise(2, note=SECRET), event(3))
        table = ledger.events(ZONE).collect()
        assert table["note"].to_list() == ['a "plain" note', None, None]
        assert table["amount"].to_list()[:2] == [promise(1).amount] * 2
        shown = ledger.events_with(ZONE, ledger.history()).collect()
        assert shown["note"].to_list()[3:] == ['a "plain" note', None, None]


def test_a_retry_is_the_same_document_and_another_text_is_another_event(folder: Path, keys: Path) -> None:
    with sealing(folder, keys) as ledger:
        first = ledger.record(promise(1, note=SECRET), recorded_at=NOW)
        assert ledger.record(promise(1, note=SECRET), recorded_at=NOW).replayed
        with pytest.raises(BadUse, match="Another entry"):
            ledger.record(promise(1, note="other words"), recorded_at=NOW)
    with sealing(folder, keys) as ledger:
        again = ledger.record(promise(1, note=SECRET), recorded_at=NOW)
        assert (again.replayed, again.hash) == (True, first.hash)
        read_and_recorded = ledger.record(ledger.history()[0], recorded_at=NOW)
        assert read_and_recorded.replayed, "what was read is written back as it was"


def sealed(keys: Path, note: str = SECRET, **fields: str) -> dict[str, Any]:
    """Return a sealed document."""
    told = {"event_id": "e1", "customer_id": "C1", "account_id": "A1", "note": note, **fields}
    return vault(keys).sealed(told)


def test_no_nonce_serves_two_texts(folder: Path, keys: Path) -> None:
    del folder
    one, two = sealed(keys), sealed(keys, "other words here..")
    assert one["note"]["sealed"][:16] != two["note"]["sealed"][:16]
    assert one == sealed(keys)


def test_a_note_is_bound_to_its_event_and_its_customer(keys: Path) -> None:
    one = sealed(keys)
    sealed(keys, customer_id="C2")
    assert vault(keys).opened(one) == SECRET
    assert vault(keys).opened({**one, "event_id": "e2"}) is None
    assert vault(keys).opened({**one, "customer_id": "C2"}) is None
    flipped = one["note"]["sealed"][:-3] + "AA="
    assert vault(keys).opened({**one, "note": {**one["note"], "sealed": flipped}}) is None
    assert vault(keys).opened({**one, "note": {**one["note"], "sealed": "no base64"}}) is None


def test_what_tells_of_nobody_or_says_nothing_is_not_sealed(keys: Path) -> None:
    assert sealed(keys, customer_id="", account_id="")["note"] == SECRET
    assert sealed(keys, note="")["note"] == ""
    assert sealed(keys, customer_id="")["note"]["key"]


def test_destroying_a_key_needs_no_passphrase_and_closes_that_customer_only(keys: Path) -> None:
    one, two = sealed(keys), sealed(keys, customer_id="C2")
    holder = vault(keys)
    assert holder.opened(one) == SECRET
    Vault(keys).destroy(*subjects("C1", "A1"))
    assert holder.opened(one) is None, "a program that has the key forgets it"
    assert vault(keys).opened(two) == SECRET
    assert sealed(keys)["note"]["key"] != one["note"]["key"], "what is written later has a key of its own"


def test_no_file_names_a_customer(keys: Path) -> None:
    sealed(keys, customer_id="C-00183")
    assert all(b"C-00183" not in path.read_bytes() for path in keys.iterdir())


def test_another_passphrase_opens_what_was_sealed_before(keys: Path) -> None:
    one = sealed(keys)
    with pytest.raises(BadUse, match="not the one of this desk"):
        vault(keys, "wrong").change("new words")
    vault(keys).change("new words")
    assert vault(keys, "new words").opened(one) == SECRET
    assert vault(keys).opened(one) is None


class Failing(Disk):
    """A disk on which the n-th change fails."""

    def __init__(self, fails_at: int) -> None:
        self.fails_at = fails_at
        self.calls = 0

    def _due(self) -> None:
        self.calls += 1
        if self.calls == self.fails_at:
            raise OSError(28, "No space left on device")

    def create(self, path: Path, mode: int) -> int:
        """Make a file."""
        self._due()
        return super().create(path, mode)

    def write(self, fd: int, data: bytes, offset: int) -> int:
        """Write."""
        self._due()
        return super().write(fd, data, offset)

    def fsync(self, fd: int) -> None:
        """Sync a file."""
        self._due()
        super().fsync(fd)

    def replace(self, source: Path, target: Path) -> None:
        """Put a file in its place."""
        self._due()
        super().replace(source, target)

    def fsync_dir(self, folder: Path) -> None:
        """Sync names."""
        self._due()
        super().fsync_dir(folder)


def test_wherever_a_change_of_the_passphrase_fails_one_of_both_opens(keys: Path) -> None:
    one = sealed(keys)
    old = PASSPHRASE
    for call in count(1):
        disk, new = Failing(call), f"passphrase {call}"
        try:
            vault(keys, old, disk).change(new)
        except LedgerError:
            opens = [each for each in (old, new) if vault(keys, each).opened(one) == SECRET]
            assert len(opens) == 1
            old = opens[0]
        else:
            assert disk.calls < call
            break
    assert call > 4


def test_wherever_the_keeping_of_a_new_key_fails_nothing_is_recorded(folder: Path, keys: Path) -> None:
    for call in count(1):
        disk = Failing(call)
        with opened(folder) as ledger:
            ledger.vault, ledger.seals = vault(keys, disk=disk), True
            before = ledger.head()
            try:
                record(ledger, event(call, note=SECRET))
            except LedgerError:
                assert ledger.head() == before
            else:
                break
    with sealing(folder, keys) as ledger:
        assert [each.note for each in ledger.history()] == [SECRET]
    assert call > 4


def test_without_the_package_a_sentence_says_what_to_install(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("cryptography")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(BadUse) as refused:
        sealed(keys)
    assert "cryptography>=45" in refused.value.remedy


def shards(keys: Path) -> list[Path]:
    """Return the files of customers' keys."""
    return sorted(keys.glob("??.json"))


ID, KEY = "0" * 16, "AAAA"
DAMAGED = [
    "",
    "{{",
    "[]",
    "3",
    "null",
    "{{}}",
    '{{"{name}": {{}}}}',
    '{{"{name}": 3}}',
    '{{"{name}": {{"id": "{id}"}}}}',
]
DAMAGED += ['{{"{name}": {{"id": "{id}", "key": 3}}}}', '{{"{name}": {{"id": 3, "key": "AAAA"}}}}']
DAMAGED += ['{{"{name}": {{"id": "{id}", "key": "AAAA"}}}}', '{{"{name}": {{"id": "{id}", "key": "\u00e9"}}}}']


@pytest.mark.parametrize("content", [*DAMAGED, "\xff"])
def test_a_damaged_file_of_keys_closes_its_notes_and_no_others(folder: Path, keys: Path, content: str) -> None:
    with sealing(folder, keys) as ledger:
        record(ledger, promise(1, note=SECRET), promise(2, note="other"))
        one = shards(keys)[0]
        ((name, told),) = json.loads(one.read_text("utf-8")).items()
        one.write_bytes(content.format(name=name, id=told["id"]).encode("latin-1"))
    with sealing(folder, keys) as ledger:
        before = one.read_bytes()
        notes = [each.note for each in ledger.history()]
        assert document.SEALED in notes
        assert set(notes) - {document.SEALED} < {SECRET, "other"}
        assert len(set(notes)) == 2
        if content != "{{}}":  # that is a file from which the key is gone, not a damaged one
            lost = 1 if notes[0] == document.SEALED else 2
            with pytest.raises(LedgerError, match="cannot be read"):
                record(ledger, promise(lost + 10, customer_id=f"C{lost}", note="more"))
            assert one.read_bytes() == before, "what may yet be mended is not written over"


def test_a_desk_whose_first_keys_are_damaged_is_read_all_the_same(folder: Path, keys: Path) -> None:
    with sealing(folder, keys) as ledger:
        record(ledger, promise(1, note=SECRET))
    (keys / "master.json").write_text("{}", "utf-8")
    with sealing(folder, keys) as ledger:
        assert [each.note for each in ledger.history()] == [document.SEALED]


class Meanwhile(Disk):
    """A disk on which another program does something just before keys are written."""

    def __init__(self, what: Callable[[], None]) -> None:
        self.what = what

    def makedirs(self, folder: Path) -> None:
        """Make a folder."""
        super().makedirs(folder)
        self.what()


def test_of_two_programs_that_make_keys_at_once_one_is_told(tmp_path: Path) -> None:
    place = tmp_path / FOLDER
    late = Vault(place, disk=Meanwhile(lambda: Vault(place).make(PASSPHRASE)))
    with pytest.raises(BadUse, match="keys already"):
        late.make("another one")
    assert not late.unlock("another one")
    assert Vault(place).unlock(PASSPHRASE)


def test_keys_are_not_written_while_another_program_writes_them(
    keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskcollect.ledger.privacy.vault._PATIENCE_SECONDS", 0.0)
    mine = vault(keys)
    assert mine.unlock()
    before = (keys / "master.json").read_bytes()
    with FileLock(keys / "lock"), pytest.raises(Busy):
        mine.change("new words")
    assert (keys / "master.json").read_bytes() == before
    (tmp_path / "new").mkdir()
    with FileLock(tmp_path / "new" / "lock"), pytest.raises(Busy):
        Vault(tmp_path / "new").make(PASSPHRASE)
    assert not (tmp_path / "new" / "master.json").exists()


def test_keys_that_are_missing_or_damaged_are_told(keys: Path) -> None:
    one = sealed(keys)
    (shard,) = shards(keys)
    shard.write_text("{", "utf-8")
    with pytest.raises(LedgerError, match="cannot be read"):
        sealed(keys)
    assert vault(keys).opened(one) is None
    told = json.loads((keys / "master.json").read_text("utf-8"))
    (keys / "master.json").write_text(json.dumps({**told, "names": "no hex"}), "utf-8")
    with pytest.raises(LedgerError, match="cannot be read"):
        sealed(keys)
    (keys / "master.json").unlink()
    with pytest.raises(BadUse, match="keys are missing"):
        sealed(keys)
    with pytest.raises(BadUse, match="keys already"):
        Vault(keys.parent / "new").make(PASSPHRASE) or Vault(keys.parent / "new").make(PASSPHRASE)  # type: ignore[func-returns-value]  # twice on purpose


def test_who_locks_reads_and_seals_nothing_until_the_passphrase_is_given(keys: Path) -> None:
    one = sealed(keys)
    holder = vault(keys)
    assert holder.opened(one) == SECRET
    holder.lock()
    assert holder.opened(one) is None, "the passphrase that was known is forgotten, too"
    with pytest.raises(Locked, match="it is locked"):
        holder.sealed({"event_id": "e2", "customer_id": "C1", "note": SECRET})
    assert holder.unlock(PASSPHRASE)
    assert holder.opened(one) == SECRET


def test_a_ledger_that_is_closed_is_locked(folder: Path, keys: Path) -> None:
    with sealing(folder, keys) as ledger:
        record(ledger, promise(1, note=SECRET))
        holder = ledger.vault
        assert holder is not None
        assert holder.unlock()
    assert not holder.unlock()


def test_no_passphrase_that_was_given_is_kept(keys: Path) -> None:
    holder = Vault(keys)
    for given in "a wrong one", PASSPHRASE:
        holder.unlock(given)
        assert given not in repr(vars(holder))
    assert holder.unlock()


def test_a_known_passphrase_that_is_wrong_is_tried_once_and_one_that_is_given_each_time(
    keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = sealed(keys)
    tried: list[str] = []
    stretched = cipher.stretched  # the step that takes long is counted

    def counted(passphrase: str, salt: bytes, cost: Mapping[str, Any]) -> bytes:
        tried.append(passphrase)
        return stretched(passphrase, salt, cost)

    monkeypatch.setattr(cipher, "stretched", counted)
    holder = vault(keys, "another one")
    assert [holder.opened(one) for _ in range(3)] == [None] * 3
    assert tried == ["another one"]
    assert not holder.unlock("a slip")
    assert holder.unlock(PASSPHRASE), "a slip keeps nobody out"
    assert holder.opened(one) == SECRET
    other = vault(keys)
    assert not other.unlock("a slip")
    assert other.unlock(), "nor does it stand in the way of the one that is known"


def test_what_is_being_sealed_while_somebody_locks_is_sealed(keys: Path) -> None:
    holder = vault(keys)

    class Locking(Disk):
        """A disk that is written to at the moment somebody locks."""

        def create(self, path: Path, mode: int) -> int:
            """Lock."""
            holder.lock()
            return super().create(path, mode)

    assert holder.unlock()
    holder._disk = Locking()  # the moment is chosen
    told = holder.sealed({"event_id": "e1", "customer_id": "C9", "note": SECRET})
    assert not holder.unlock()
    assert vault(keys).opened(told) == SECRET
