"""A ledger goes on in new segments; sealed ones are opened by their index, which is only a cache."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest

from deskcollect.errors import Damaged, NewerSchema
from deskcollect.ledger.files.index import OpenIndex, Sidecar
from deskcollect.ledger.store import Ledger
from tests.ledger.builders import NOW, all_ids, event, event_id, files, ids, opened, promise, record

COUNT = 40
SEGMENT_BYTES = 5000
WANTED = [event_id(n) for n in range(1, COUNT + 1)]


def customer(number: int) -> str:
    """Return one of five customers."""
    return f"C{number % 5}"


@pytest.fixture
def filled(folder: Path) -> Path:
    """Return a folder with a ledger of several segments."""
    with opened(folder, segment_bytes=SEGMENT_BYTES) as ledger:
        record(ledger, *(promise(n, customer_id=customer(n)) for n in range(1, COUNT + 1)))
    return folder


def segments(ledger: Ledger) -> list[OpenIndex | Sidecar]:
    """Return the indexes of the segments."""
    return [segment.index for segment in files(ledger).lines.segments]


def whole(ledger: Ledger) -> bool:
    """Say whether everything is found in every way."""
    of_two = [event_id(n) for n in range(1, COUNT + 1) if customer(n) == "C2"]
    return (
        all_ids(ledger) == WANTED
        and ids(ledger.history(customer="C2")) == of_two
        and ids(ledger.history(account="A7")) == [event_id(7)]
        and all(ledger.get(each) is not None for each in WANTED)
        and ledger.get("nobody") is None
        and [each.doc_id for each in ledger.table] == list(range(1, COUNT + 1))
        and ledger.verify().ok
    )


def test_no_index_vouches_for_bytes_that_changed_before_the_segment_was_sealed(folder: Path) -> None:
    with opened(folder, segment_bytes=SEGMENT_BYTES) as ledger:
        record(ledger, promise(1, amount=Decimal(100)), promise(2))
        first = folder / "00000001.jsonl"
        first.write_bytes(first.read_bytes().replace(b'"amount":"100"', b'"amount":"900"'))
        with suppress(Damaged):
            record(ledger, *(promise(n) for n in range(3, COUNT)))
        assert files(ledger).lines.damage()
    with opened(folder, segment_bytes=SEGMENT_BYTES) as ledger:
        assert Decimal(900) not in [each.amount for each in ledger.history()]
        assert event_id(1) not in all_ids(ledger)
        with pytest.raises(Damaged):
            record(ledger, promise(50))


def test_what_changed_in_the_open_segment_is_left_out_and_told(folder: Path) -> None:
    with opened(folder) as ledger:
        record(ledger, promise(1, amount=Decimal(100)), promise(2), promise(3))
        path = folder / "00000001.jsonl"
        path.write_bytes(path.read_bytes().replace(b'"amount":"100"', b'"amount":"900"'))
        assert all_ids(ledger) == [event_id(2), event_id(3)]
        assert [each.seq for each in files(ledger).lines.damage()] == [1]


def test_a_segment_stays_below_its_size_and_the_chain_goes_on(filled: Path) -> None:
    sizes = [path.stat().st_size for path in sorted(filled.glob("*.jsonl"))]
    assert len(sizes) > 3
    assert max(sizes) <= SEGMENT_BYTES
    with opened(filled) as ledger:
        assert whole(ledger)
        assert ledger.verify().records == COUNT


def test_a_sealed_segment_gets_an_index_when_the_next_begins(filled: Path) -> None:
    assert len(list(filled.glob("*.idx"))) == len(list(filled.glob("*.jsonl"))) - 1


def test_sealed_segments_are_opened_by_their_index(filled: Path) -> None:
    with opened(filled) as ledger:
        *sealed, last = segments(ledger)
        assert all(isinstance(index, Sidecar) for index in sealed)
        assert isinstance(last, OpenIndex)
        assert whole(ledger)


@pytest.mark.parametrize("harm", ["absent", "empty", "cut", "flipped", "of another segment", "text"])
def test_an_index_that_is_absent_or_wrong_is_made_again(filled: Path, harm: str) -> None:
    path = filled / "00000002.idx"
    good = path.read_bytes()
    flipped = bytearray(good)
    flipped[len(good) // 2] ^= 4
    other = (filled / "00000001.idx").read_bytes()
    content = {
        "empty": b"",
        "cut": good[:-9],
        "flipped": bytes(flipped),
        "of another segment": other,
        "text": b"x" * 99,
    }
    path.unlink() if harm == "absent" else path.write_bytes(content[harm])
    with opened(filled) as ledger:
        assert whole(ledger)
    assert path.read_bytes() == good


def test_an_index_that_cannot_be_written_is_done_without(filled: Path) -> None:
    for path in filled.glob("*.idx"):
        path.unlink()
        path.mkdir()
    with opened(filled) as ledger:
        assert whole(ledger)


def test_damage_in_a_sealed_segment_hides_one_record_and_stops_writing(filled: Path) -> None:
    path = filled / "00000002.jsonl"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with opened(filled) as ledger:
        report = ledger.verify()
        assert [(damage.file, damage.what) for damage in report.damage] == [
            ("00000002.jsonl", "its hash does not match")
        ]
        assert report.records == COUNT - 1
        frame_ids = all_ids(ledger)
        assert len(set(WANTED) - set(frame_ids)) == 1
        assert not ledger.health().writable
        with pytest.raises(Damaged, match=r"in 00000002\.jsonl"):
            record(ledger, event(99))


def test_a_record_that_changed_after_the_ledger_was_opened_is_not_shown(filled: Path) -> None:
    with opened(filled) as ledger:
        assert ledger.get(event_id(1)) is not None
        path = filled / "00000001.jsonl"
        data = bytearray(path.read_bytes())
        data[300] ^= 1
        path.write_bytes(data)
        assert ledger.get(event_id(1)) is None
        assert ledger.health().damage[0].what == "it has changed since it was checked"


def test_a_sealed_segment_cut_short_is_damage(filled: Path) -> None:
    path = filled / "00000002.jsonl"
    path.write_bytes(path.read_bytes()[:-10])
    with opened(filled) as ledger:
        assert not ledger.verify().ok
        with pytest.raises(Damaged):
            record(ledger, event(99))


def test_a_sealed_segment_without_its_last_line_end_is_damage_and_all_of_it_is_read(filled: Path) -> None:
    path = filled / "00000002.jsonl"
    path.write_bytes(path.read_bytes()[:-1])
    with opened(filled) as ledger:
        assert all_ids(ledger) == WANTED
        assert [damage.what for damage in ledger.verify().damage] == ["its line end is damaged"]


def test_a_missing_segment_is_damage(filled: Path) -> None:
    (filled / "00000002.jsonl").unlink()
    with opened(filled) as ledger:
        assert [damage.what for damage in ledger.verify().damage] == ["the file is missing"]
        with pytest.raises(Damaged, match="the file is missing"):
            record(ledger, event(99))


def test_a_reader_follows_a_writer_into_new_segments(folder: Path) -> None:
    with opened(folder, segment_bytes=2000) as writer, opened(folder) as reader:
        cursor: str | None = None
        seen: list[str] = []
        for n in range(1, 20):
            record(writer, event(n))
            for at, told in reader.since(cursor):
                cursor = at
                seen.append(told.event_id)
        assert seen == [event_id(n) for n in range(1, 20)]
        assert len(segments(reader)) > 3


def test_a_batch_stays_in_one_segment_even_if_it_is_larger(folder: Path) -> None:
    with opened(folder, segment_bytes=2000) as ledger:
        record(ledger, event(1))
        ledger.record_many([event(n) for n in range(2, 20)], recorded_at=NOW)
        record(ledger, event(20))
        assert [len(index) for index in segments(ledger)] == [1, 18, 1]
        assert len(all_ids(ledger)) == 20


def test_ids_with_escapes_and_names_inside_texts_are_indexed_right(folder: Path) -> None:
    odd = event(1, account_id='A"1\\', customer_id="客户", data={"event_id": "inner", "customer_id": "inner"})
    with opened(folder, segment_bytes=600) as ledger:
        record(ledger, odd, event(2, note='"event_id":"x"'), event(3))
        for _ in range(2):
            assert ids(ledger.history(account='A"1\\')) == [event_id(1)]
            assert ids(ledger.history(customer="客户")) == [event_id(1)]
            assert ledger.history(customer="inner") == []
            assert ledger.get("inner") is None
            assert ledger.get("x") is None
            assert ledger.get(event_id(2)) is not None


def test_a_record_of_a_newer_form_is_refused_in_a_sentence(folder: Path) -> None:
    folder.mkdir(parents=True)
    raw = b'{"f":2,"s":1}'
    digest = sha256(raw).hexdigest().encode()
    (folder / "00000001.jsonl").write_bytes(raw + b"\t" + digest + b"\n")
    with pytest.raises(NewerSchema, match="a form that this version does not know"):
        opened(folder)
