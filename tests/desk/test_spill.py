"""What could not be recorded and was written to a file elsewhere."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any

import pytest

from deskcollect.desk.team import joining
from deskcollect.desk.upkeep import spill
from deskcollect.desk.upkeep.keeping import keeping
from deskcollect.errors import BadData, BadUse, NotRecorded
from deskcollect.records import Entry

if TYPE_CHECKING:
    from pathlib import Path

    from deskcollect.desk.desk import Desk


def refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> NotRecorded:
    """Return what the ledger says of a record on a full disk."""

    def full(*_: object) -> None:
        raise NotRecorded("Nothing was recorded: no space left on device.", "Make room.")

    day = desk.load()
    with monkeypatch.context() as patch:
        patch.setattr(desk.ledger.backend, "append", full)
        with pytest.raises(NotRecorded) as caught:
            desk.record(day, Entry(account_id=day.table["account_id"][0], code="NA", by="ana", note="好的"))
    return caught.value


def test_what_was_refused_is_taken_in_once_with_all_that_was_entered(
    demo: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = refused(demo, monkeypatch)
    spill.write(tmp_path / "kept.json", demo.settings.desk_id, error.unwritten)
    assert stat.S_IMODE((tmp_path / "kept.json").stat().st_mode) == 0o600
    taken = [spill.take(demo.ledger, tmp_path / "kept.json", now=demo.clock.now()) for _ in range(2)]
    assert taken == [(1, 0), (0, 1)]
    found = demo.ledger.get(error.unwritten[0]["event_id"])
    assert found is not None
    assert (found.note, found.by, found.elsewhere) == ("好的", "ana", False)
    assert demo.ledger.verify().ok


def test_a_file_that_is_there_is_not_written_over(demo: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = refused(demo, monkeypatch)
    (tmp_path / "kept.json").write_text("mine", "utf-8")
    with pytest.raises(BadUse, match="is there already"):
        spill.write(tmp_path / "kept.json", demo.settings.desk_id, error.unwritten)
    assert (tmp_path / "kept.json").read_text("utf-8") == "mine"


GOOD: dict[str, Any] = {"deskcollect": "not recorded", "version": 1, "desk": "a", "entries": []}


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b"[]",
        b"{}",
        json.dumps(GOOD | {"version": 2}).encode(),
        json.dumps(GOOD | {"desk": 3}).encode(),
        json.dumps(GOOD | {"entries": {}}).encode(),
        json.dumps(GOOD | {"entries": [3]}).encode(),
    ],
)
def test_what_is_no_such_file_is_refused_in_words(demo: Desk, tmp_path: Path, told: bytes) -> None:
    (tmp_path / "kept.json").write_bytes(told)
    with pytest.raises(BadData, match="holds no entries that were not recorded"):
        spill.take(demo.ledger, tmp_path / "kept.json", now=demo.clock.now())


def test_an_entry_that_is_no_event_stops_all_of_them(
    demo: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = refused(demo, monkeypatch)
    before = demo.ledger.head()
    spill.write(tmp_path / "kept.json", demo.settings.desk_id, [*error.unwritten, {"event_id": "x"}])
    with pytest.raises(BadUse, match="Not an event of the ledger"):
        spill.take(demo.ledger, tmp_path / "kept.json", now=demo.clock.now())
    assert demo.ledger.head() == before


@pytest.mark.parametrize("further", [1, 2])
def test_a_file_of_this_desk_is_taken_in_under_its_new_id(
    demo: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, further: int
) -> None:
    error = refused(demo, monkeypatch)
    spill.write(tmp_path / "kept.json", demo.settings.desk_id, error.unwritten)
    for _ in range(further):
        with keeping(demo.folder) as kept:
            joining.adopt(kept, by="ana")
    with keeping(demo.folder) as kept:
        assert kept.ledger.desk_id != demo.ledger.desk_id
        assert spill.take(kept.ledger, tmp_path / "kept.json", now=demo.clock.now()) == (1, 0)
        found = kept.ledger.get(error.unwritten[0]["event_id"])
        assert found is not None
        assert found.origin is not None
        assert found.origin.desk == kept.ledger.desk_id
        assert kept.ledger.verify().ok


def test_a_file_of_another_desk_is_refused(demo: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = refused(demo, monkeypatch)
    spill.write(tmp_path / "kept.json", "id-of-another", error.unwritten)
    with keeping(demo.folder) as kept:
        joining.adopt(kept, by="ana")
    with keeping(demo.folder) as kept, pytest.raises(BadUse, match="written at another desk"):
        spill.take(kept.ledger, tmp_path / "kept.json", now=demo.clock.now())


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"decided": {"score": 10**30}}, "score of the entry cannot be read"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at cannot be read"),
        ({"occurred_at": "2026-W40-1T10:00:00+00:00"}, "written in another form"),
        ({"data": {"next_on": "2026-99-99"}}, "data.next_on cannot be read"),
        ({"note": "pays with 4111 1111 1111 1111"}, "payment card number .ending in 1111."),
    ],
)
def test_an_entry_that_could_not_have_been_recorded_is_not_taken(
    demo: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any], words: str
) -> None:
    error = refused(demo, monkeypatch)
    before = demo.ledger.head()
    spill.write(tmp_path / "kept.json", demo.settings.desk_id, [dict(error.unwritten[0]) | wrong])
    with pytest.raises(BadUse, match=words):
        spill.take(demo.ledger, tmp_path / "kept.json", now=demo.clock.now())
    assert demo.ledger.head() == before
