"""A bundle on its way: whatever becomes of the file, no line of it is taken for what it is not."""

from __future__ import annotations

import json
import os
import stat
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect.errors import BadData, BadUse, Damaged, DeskError, NewerSchema
from deskcollect.ledger import line
from deskcollect.ledger.replication import bundle
from deskcollect.ledger.tables import EVENTS, MERGES
from tests.ledger.builders import NOW, event, event_id, files, promise, record
from tests.ledger.desks import contents, desk, export, merge, pass_on
from tests.ledger.erasures import erase

if TYPE_CHECKING:
    from pathlib import Path

    from deskcollect.ledger.store import Ledger


def sent(folder: Path) -> Path:
    """Return the bundle of a desk with entries of its own, a batch, and one of a third desk."""
    south, north = desk(folder, "south", event(8)), desk(folder, "north", promise(1))
    north.record_many([event(2), event(3)], recorded_at=NOW)
    pass_on(south, north, folder)
    return export(north, folder)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return such a bundle."""
    return sent(tmp_path)


@pytest.fixture
def front(tmp_path: Path) -> Ledger:
    """Return a desk that is to merge it."""
    return desk(tmp_path, "front", event(9))


def forged(path: Path, change: dict[str, Any] | None = None, lines: list[bytes] | None = None) -> Path:
    """Write a bundle with another header, or other lines that the header speaks of rightly."""
    first, *rest = path.read_bytes().splitlines(keepends=True)
    told = json.loads(first)
    if lines is not None:
        rest = lines
        last = line.read(rest[-1][:-1])
        assert last is not None
        told |= {"seq": last.seq, "hash": last.hash, "lines": len(rest)}
    path.write_bytes(json.dumps(told | (change or {})).encode() + b"\n" + b"".join(rest))
    return path


def chained(*documents: dict[str, Any], table: str = EVENTS) -> list[bytes]:
    """Return the lines of a chain that proves itself, whatever stands in it."""
    link, lines = line.START, list[bytes]()
    for told in documents:
        data, (link,) = line.encode(link, table, [line.canonical(told)])
        lines.append(data)
    return lines


def told(number: int, **more: Any) -> dict[str, Any]:
    """Return the document of an event of north."""
    return {
        "event_id": event_id(number),
        "kind": "outcome",
        "account_id": "A1",
        "by": "ana",
        "code": "NA",
        "occurred_at": "2026-09-30T10:00:00+08:00",
        "recorded_at": "2026-09-30T02:00:00+00:00",
        "v": 1,
        "origin": {"desk": "north"},
        **more,
    }


# --- writing ---------------------------------------------------------------------------------------------------------


def test_the_lines_are_those_of_the_ledger(tmp_path: Path) -> None:
    north = desk(tmp_path, "north", event(1), event(2), event(3), segment_bytes=500)
    first, *rest = export(north, tmp_path, after=1).read_bytes().splitlines(keepends=True)
    assert json.loads(first) == {
        "bundle": 1,
        "desk": "north",
        "name": "north",
        "after": 1,
        "seq": 3,
        "hash": north.head().hash,
        "lines": 2,
        "made_at": NOW.isoformat(),
    }
    written = b"".join(path.read_bytes() for path in sorted((tmp_path / "north").glob("*.jsonl")))
    assert rest == written.splitlines(keepends=True)[1:]


@pytest.mark.skipif(os.name == "nt", reason="Windows guards a file by its folder")
def test_only_its_owner_can_read_a_bundle(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_bundle_begins_with_a_whole_batch(tmp_path: Path) -> None:
    north = desk(tmp_path, "north", event(1))
    north.record_many([event(2), event(3), event(4)], recorded_at=NOW)
    header = bundle.write(north, tmp_path / "b.ledger", after=3, name="", made_at=NOW)
    assert (header.after, header.lines) == (1, 3)


def test_what_another_program_records_meanwhile_stays_for_the_next_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    north, front = desk(tmp_path, "north", event(1)), desk(tmp_path, "front")
    counted = bundle._counted

    def meanwhile(lines: Any, after: int, until: int) -> Any:
        found = counted(lines, after, until)
        record(north, event(2))
        return found

    with monkeypatch.context() as patch:
        patch.setattr(bundle, "_counted", meanwhile)
        path = export(north, tmp_path)
    assert merge(front, path).new == 1


def test_a_number_beyond_the_end_is_refused(tmp_path: Path) -> None:
    north = desk(tmp_path, "north", event(1))
    with pytest.raises(BadUse, match="no entry 2"):
        export(north, tmp_path, after=2)


def test_a_damaged_ledger_is_not_passed_on(tmp_path: Path) -> None:
    north = desk(tmp_path, "north", event(1), event(2), event(3))
    north.close()
    file = tmp_path / "north" / "00000001.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"code":"NA"', b'"code":"XX"', 1))
    with pytest.raises(Damaged):
        export(desk(tmp_path, "north"), tmp_path)


def test_a_bundle_with_nothing_in_it_is_nothing_new(tmp_path: Path, front: Ledger) -> None:
    north = desk(tmp_path, "north", event(1))
    pass_on(north, front, tmp_path)
    assert pass_on(north, front, tmp_path, after=1).new == 0


# --- on its way ------------------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_file_that_is_not_what_was_sent_is_refused_and_nothing_taken_in(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("bundle")
    path = sent(folder)
    whole = path.read_bytes()
    start = whole.index(b"\n") + 1
    what = data.draw(st.sampled_from(["cut", "flip", "drop", "twice", "swap", "more"]))
    lines = whole[start:].splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 2))
    match what:
        case "cut":
            broken = whole[: data.draw(st.integers(0, len(whole) - 1))]
        case "flip":
            place = data.draw(st.integers(start, len(whole) - 1))
            broken = whole[:place] + bytes([whole[place] ^ 1 << data.draw(st.integers(0, 7))]) + whole[place + 1 :]
        case "drop":
            broken = whole[:start] + b"".join(lines[:at] + lines[at + 1 :])
        case "twice":
            broken = whole[:start] + b"".join([*lines[: at + 1], *lines[at:]])
        case "swap":
            broken = whole[:start] + b"".join([*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]])
        case _:
            broken = whole + data.draw(st.binary(min_size=1, max_size=50))
    path.write_bytes(broken)
    with desk(folder, "front", event(9)) as front:
        head = front.head()
        with pytest.raises(DeskError) as error:
            merge(front, path)
        assert isinstance(error.value, BadData | NewerSchema)
        assert path.name in error.value.message
        assert front.head() == head


def test_the_line_is_named(path: Path, front: Ledger) -> None:
    path.write_bytes(path.read_bytes().replace(b'"code":"PTP"', b'"code":"XYZ"'))
    with pytest.raises(BadData, match="line 2: it does not prove itself"):
        merge(front, path)


def test_a_file_cut_off_at_a_line_is_noticed(path: Path, front: Ledger) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    with pytest.raises(BadData, match="line 6: the file ends here, cut off"):
        merge(front, path)


def test_lines_of_two_chains_are_not_taken_for_one(path: Path, front: Ledger) -> None:
    one, other = chained(told(1), told(2)), chained(told(3), told(4))
    with pytest.raises(BadData, match="line 3: it is not tied to the line before it"):
        merge(front, forged(path, lines=[one[0], other[1]]))


def test_a_batch_that_is_not_whole_is_refused(path: Path, front: Ledger) -> None:
    lines = path.read_bytes().splitlines(keepends=True)[1:3]
    with pytest.raises(BadData, match=r"line 3: the entries that were recorded together"):
        merge(front, forged(path, lines=lines))


@pytest.mark.parametrize("content", [b"", b"\n", b"{}\n", b"[1]\n", b'{"bundle":true}\n', b"[" * 60_000, b"\xff\xfe\n"])
def test_what_is_no_bundle_is_told_so(path: Path, front: Ledger, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(BadData, match="is no bundle"):
        merge(front, path)


def test_a_bundle_of_a_newer_version_is_told_so(path: Path, front: Ledger) -> None:
    with pytest.raises(NewerSchema, match="form 2"):
        merge(front, forged(path, {"bundle": 2}))


@pytest.mark.parametrize(
    "change",
    [
        {"lines": 10**15},
        {"lines": -1},
        {"lines": True},
        {"after": "0"},
        {"hash": "f" * 63},
        {"desk": ""},
        {"desk": "no\nrth"},
        {"adopted": [["x"]]},
        {"adopted": 7},
        {"adopted": [["x", "y", 0]]},
        {"gaps": [[1, 2, 3]]},
        {"gaps": [["a", "b"]]},
    ],
)
def test_a_header_that_cannot_be_is_refused(path: Path, front: Ledger, change: dict[str, Any]) -> None:
    with pytest.raises(BadData, match="line 1"):
        merge(front, forged(path, change))


@pytest.mark.parametrize("change", [{"hash": "f" * 64}, {"seq": 6}, {"lines": 4}, {"after": 1, "lines": 4}])
def test_a_header_that_does_not_agree_with_its_lines_is_refused(
    path: Path, front: Ledger, change: dict[str, Any]
) -> None:
    with pytest.raises((BadData, BadUse)):
        merge(front, forged(path, change))
    assert len(contents(front)) == 1


def test_a_gigantic_line_is_not_read_into_memory(path: Path, front: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    first = path.read_bytes().splitlines(keepends=True)[0]
    path.write_bytes(first + b"x" * 5_000_000)
    asked: list[int] = []
    monkeypatch.setattr(line, "read", lambda data: asked.append(len(data)))
    with pytest.raises(BadData, match="line 2: it is too long"):
        merge(front, path)
    assert not asked


# --- lines that prove themselves and are none of ours ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (told(1, origin={"desk": "elsewhere"}), "another desk"),
        (told(1, origin={"desk": "north", "seq": 1}), "another desk"),
        (told(1, origin=None), "another desk"),
        (
            told(1, origin={"desk": "x", "seq": 1, "hash": "0" * 64, "prev": "0" * 64, "part": [1, 1]}),
            "not what desk x",
        ),
        (told(1, origin={"desk": "x", "prev": 1}), "not what desk x"),
        (told(1, by="a\nb"), "cannot be shown"),
        (told(1, note="n" * 501), "too long"),
        (told(1, contact_point="0912 345 678"), "never the number"),
        (told(1, amount="1e9999"), "cannot be read"),
        (told(1, occurred_at="tomorrow"), "cannot be read"),
        (told(1, occurred_at="0001-01-01T00:00:00+14:00"), "occurred_at cannot be read"),
        (told(1, recorded_at="9999-12-31T23:59:59-12:00"), "recorded_at cannot be read"),
        ({"event_id": "E"}, "is missing"),
        (told(1, data={"x": "y" * 65_300}), "too long"),
    ],
)
def test_an_entry_that_this_program_would_not_write_is_refused(
    path: Path, front: Ledger, document: dict[str, Any], says: str
) -> None:
    with pytest.raises(BadData, match=says):
        merge(front, forged(path, lines=chained(told(2), document)))
    assert len(contents(front)) == 1


@pytest.mark.parametrize(
    "body",
    [b'{"v":1, "x":2}', b'{"x":NaN}', b'{"x":1.0,"x":2}', b"{" + b'"a":{' * 20_000 + b"}" * 20_001, b'{"x":"\xff"}'],
)
def test_an_entry_that_is_not_written_in_the_one_form_is_refused(path: Path, front: Ledger, body: bytes) -> None:
    raw = b'{"s":1,"p":"%b","t":"events","b":[1,1],"d":%b}' % (b"0" * 64, body)
    lines = [raw + b"\t" + sha256(raw).hexdigest().encode() + b"\n"]
    with pytest.raises(BadData, match="line 2"):
        merge(front, forged(path, lines=lines))


def test_two_entries_under_one_id_in_a_bundle_are_refused(path: Path, front: Ledger) -> None:
    with pytest.raises(BadData, match="line 4: another entry of the bundle has the same id"):
        merge(front, forged(path, lines=chained(told(1), told(2), told(1, code="PTP"))))
    assert len(contents(front)) == 1


def test_tables_of_the_sender_stay_with_the_sender(path: Path, front: Ledger) -> None:
    lines = chained({"desk": "front", "seq": 5, "hash": "f" * 64, "heads": 3, "skipped": [1]}, {"x": 1}, table="merges")
    head = front.head()
    assert merge(front, forged(path, lines=lines)).new == 0
    assert front.head() == head


def test_an_erased_entry_keeps_the_chain_whole_and_is_passed_over(tmp_path: Path, front: Ledger) -> None:
    north = desk(tmp_path, "north", event(1), event(2), event(3))
    erase(north, "C2")
    assert pass_on(north, front, tmp_path).new == 3, "two of them, and that something was erased"
    assert event_id(2) not in contents(front)
    record(north, event(4))
    assert pass_on(north, front, tmp_path).new == 1
    erase(north, "C4")
    assert pass_on(north, front, tmp_path, after=3).new == 1


def emptied(path: Path, number: int) -> Path:
    """Take the content out of a line of a bundle, the chain left whole."""
    lines = path.read_bytes().splitlines()
    lines[number - 1] = line.erase(lines[number - 1])
    path.write_bytes(b"".join(each + b"\n" for each in lines))
    return path


@pytest.mark.parametrize("number", [2, 3, 5])
def test_an_entry_that_somebody_emptied_on_the_way_is_refused(path: Path, front: Ledger, number: int) -> None:
    head = front.head()
    with pytest.raises(BadData, match=f"line {number}: its content was taken out, and no entry says so"):
        merge(front, emptied(path, number))
    assert front.head() == head


def test_that_something_else_was_erased_is_no_word_for_an_entry(tmp_path: Path, front: Ledger) -> None:
    north = desk(tmp_path, "north", event(1), event(2), event(3))
    erase(north, "C2")
    with pytest.raises(BadData, match="line 4: its content was taken out"):
        merge(front, emptied(export(north, tmp_path), 4))


def test_what_was_erased_here_does_not_come_back(tmp_path: Path) -> None:
    north, front = desk(tmp_path, "north", event(1), event(2)), desk(tmp_path, "front")
    path = export(north, tmp_path)
    merge(front, path)
    erase(front, "C2")
    assert merge(front, path).new == 0
    assert event_id(2) not in contents(front)


def test_numbers_that_the_sender_lost_are_passed_over(tmp_path: Path, front: Ledger) -> None:
    north = desk(tmp_path, "north", *(event(n) for n in range(1, 6)), segment_bytes=500)
    lines = [r for r in files(north).lines.records() if r.seq != 3]
    rest = [
        line.text(r.seq, r.prev, r.table, (1, 1), r.body.decode()).encode() + b"\t" + r.hash.encode() + b"\n"
        for r in lines
    ]
    path = forged(export(north, tmp_path), {"gaps": [[2, 4]]}, lines=rest)
    assert merge(front, path).new == 4


# --- records of merges that no program writes -----------------------------------------------------------------------


def with_merge(path: Path, body: str) -> Path:
    """Write a bundle of one entry and a record of a merge that proves itself, whatever stands in it."""
    entry, (link,) = line.encode(line.START, EVENTS, [line.canonical(told(1))])
    return forged(path, {"after": 0}, [entry, line.encode(link, MERGES, [body])[0]])


@pytest.mark.parametrize("body", ["{garbage}", '{"heads":' * 5_000 + "{}" + "}" * 5_000])
def test_a_record_of_a_merge_that_cannot_be_read_stops_all(path: Path, front: Ledger, body: str) -> None:
    with pytest.raises(BadData, match=r"line 3: the record of a merge cannot be read. Nothing was taken in"):
        merge(front, with_merge(path, body))
    assert front.head().seq == 1


@pytest.mark.parametrize(
    "body",
    [
        '{"desk":[1],"seq":1,"hash":"x"}',
        '{"desk":{"a":1},"heads":{"front":[-5,"x"]}}',
        '{"desk":"front","seq":1000000000000000000000000000000,"hash":"x"}',
        '{"heads":[1],"seq":{}}',
    ],
)
def test_of_a_record_of_a_merge_what_cannot_be_read_is_left_out(path: Path, front: Ledger, body: str) -> None:
    assert merge(front, with_merge(path, body)).new == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"decided": {"score": 10**30}},
        {"occurred_at": "2026-W40-1T10:00:00+00:00"},
        {"recorded_at": "9999-12-31T23:59:59-14:00"},
        {"data": {"next_on": {"a": 1}}},
        {"data": {"next_on": "2026-99-99"}},
    ],
    ids=str,
)
def test_an_entry_that_no_program_writes_is_not_taken_in(path: Path, front: Ledger, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadData, match=r"line 2: .* Nothing was taken in"):
        merge(front, forged(path, lines=chained(told(1, **wrong))))
