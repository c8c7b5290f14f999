"""Ids are masked wherever they stand, alike every time at one desk, and notes are left out."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tinydb import TinyDB

from deskcollect import frames
from deskcollect.errors import LedgerError
from deskcollect.ledger.privacy.masked import FILE, Mask, key
from deskcollect.ledger.upkeep import exports
from tests.ledger.builders import ZONE, event, files, opened, promise, record

SECRET = b"k" * 32
IDS_IN_TEXT = st.from_regex(r"[\w./#-]([\w./# -]*[\w./#-])?", fullmatch=True).filter(
    lambda each: re.search(r"\w", each)
)
IDS = st.text(st.characters(categories=["L", "N"], include_characters="-_./ #"), min_size=1, max_size=12)


def test_a_mask_is_the_same_every_time_and_another_with_another_key() -> None:
    mask = Mask(SECRET)
    assert mask.account("A1") == Mask(SECRET).account("A1")
    assert mask.account("A1") != mask.account("A2")
    assert mask.account("A1") != Mask(b"x" * 32).account("A1")
    assert (mask.account("A1")[0], mask.customer("C1")[0], mask.account("")) == ("A", "C", "")
    assert len(mask.customer("C1")) == 17


def test_ids_are_masked_inside_other_fields_and_amounts_stay() -> None:
    mask = Mask(SECRET)
    mask.know(["1001"], ["C-7"])
    told = mask.document(
        {
            "account_id": "1001",
            "customer_id": "C-7",
            "amount": "1001",
            "by": "ana",
            "note": "C-7 says",
            "v": 1,
            "origin": {"desk": "d", "seq": 1001},
            "data": {
                "of": "1001",
                "notes": "x",
                "all": ["C-7", {"1001": True}],
                "customer": "C-8",
                "text": "see C-7, 1001.",
            },
        }
    )
    a, c = mask.account("1001"), mask.customer("C-7")
    assert told == {
        "account_id": a,
        "customer_id": c,
        "amount": "1001",
        "by": "ana",
        "v": 1,
        "origin": {"desk": "d", "seq": 1001},
        "data": {"of": a, "all": [c, {a: True}], "customer": mask.customer("C-8"), "text": f"see {c}, {a}."},
    }


def test_ids_with_strokes_and_spaces_are_masked_inside_a_text() -> None:
    mask = Mask(SECRET)
    mask.know(["ES/12-34", "A 77", "ES/12", "77", "#9"], ["Ü 1", "ES"])
    one, two, three = mask.account("ES/12-34"), mask.account("A 77"), mask.account("ES/12")
    told = "see account ES/12-34 and A 77; ES/12, BA 77, A 771, ES/123, #9 and Ü 1"
    rest = f"B{mask.account('A 77')}"
    assert rest not in mask.text(told)
    assert mask.text(told) == (
        f"see account {one} and {two}; {three}, BA {mask.account('77')}, A 771, {mask.customer('ES')}/123, "
        f"{mask.account('#9')} and {mask.customer('Ü 1')}"
    )


@given(
    ids=st.lists(IDS_IN_TEXT, min_size=1, max_size=5, unique=True),
    words=st.lists(st.sampled_from(["see", "on", "x"])),
    data=st.data(),
)
def test_whatever_an_id_looks_like_it_is_found_between_words(
    ids: list[str], words: list[str], data: st.DataObject
) -> None:
    mask = Mask(SECRET)
    mask.know(ids, [])
    told = data.draw(st.permutations([*words, *ids]))
    shown = mask.text(", ".join(told))
    assert shown.split(", ") == [mask.account(each) if each in ids else each for each in told]


@given(account=IDS, customer=IDS, deep=st.booleans())
def test_no_id_is_left_anywhere(account: str, customer: str, deep: bool) -> None:
    mask = Mask(SECRET)
    inside = {"x": [account, {"y": customer}], account: customer}
    told = mask.document(
        {"account_id": account, "customer_id": customer, "note": account, "data": {"z": inside} if deep else inside}
    )

    def texts(value: object) -> list[str]:
        if isinstance(value, dict):
            return [each for pair in value.items() for part in pair for each in texts(part)]
        return [each for part in value for each in texts(part)] if isinstance(value, list) else [str(value)]

    names = {"account_id", "customer_id", "data", "x", "y", "z"}
    assert not {account, customer} & (set(texts(told)) - names)


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    made = key(tmp_path)
    assert len(made) == 32
    assert key(tmp_path) == made
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_a_key_that_a_crash_left_empty_is_made_anew_and_a_damaged_one_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).touch()
    assert len(key(tmp_path)) == 32
    (tmp_path / FILE).write_bytes(b"short")
    with pytest.raises(LedgerError, match="is damaged"):
        key(tmp_path)
    with pytest.raises(LedgerError, match="cannot be read or made"):
        key(tmp_path / "nowhere")


def test_tinydb_opens_an_export_with_every_document_as_it_stands(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "e.json"
    with opened(folder, segment_bytes=2000) as ledger:
        record(ledger, *(promise(n, note='好的 \\ "x"') for n in range(1, 8)))
        assert exports.as_tinydb(files(ledger).lines, target, None) == 7
        wanted = {record.seq: record.document() for record in files(ledger).lines.records()}
    with TinyDB(target) as db:
        assert {each.doc_id: dict(each) for each in db.table("events")} == wanted
    assert target.read_bytes().isascii()
    assert target.stat().st_mode & 0o777 == 0o600


def test_an_empty_ledger_is_exported(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as ledger:
        assert exports.as_tinydb(files(ledger).lines, tmp_path / "e.json", Mask(SECRET)) == 0
        assert exports.as_parquet(ledger.events(ZONE), tmp_path / "e.parquet", Mask(SECRET)) == 0
    with TinyDB(tmp_path / "e.json") as db:
        assert db.table("events").all() == []


def test_a_masked_export_holds_no_id_and_no_note(folder: Path, tmp_path: Path) -> None:
    mask = Mask(SECRET)
    with opened(folder) as ledger:
        told = {"of": "ACC2", "list": ["CUS1"]}
        record(
            ledger,
            event(1, account_id="ACC1", customer_id="CUS1", note="secret of ACC1", data=told),
            event(2, account_id="ACC2", customer_id="CUS2"),
        )
        exports.know(files(ledger).lines, mask)
        exports.as_tinydb(files(ledger).lines, tmp_path / "e.json", mask)
        exports.as_parquet(ledger.events(ZONE), tmp_path / "e.parquet", mask)
    text = (tmp_path / "e.json").read_text("utf-8")
    assert not any(word in text for word in ("ACC", "CUS", "secret"))
    with TinyDB(tmp_path / "e.json") as db:
        one, two = db.table("events").all()
    assert one["data"] == {"of": two["account_id"], "list": [one["customer_id"]]}
    table = pl.read_parquet(tmp_path / "e.parquet")
    assert table["account_id"].to_list() == [one["account_id"], two["account_id"]]
    assert table["customer_id"].to_list() == [one["customer_id"], two["customer_id"]]
    assert table["note"].null_count() == 2
    assert table.schema == {column.name: column.dtype for column in frames.EVENTS}
    assert table["occurred_on"].to_list() == [date(2026, 9, 30)] * 2
    assert table["by"].to_list() == ["ana", "ana"]


def test_an_export_that_cannot_be_written_says_so(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as ledger:
        record(ledger, event(1))
        with pytest.raises(LedgerError, match="could not be written"):
            exports.as_tinydb(files(ledger).lines, tmp_path / "no" / "e.json", None)
        with pytest.raises(LedgerError, match="could not be written"):
            exports.as_parquet(ledger.events(ZONE), tmp_path / "no" / "e.parquet", None)
