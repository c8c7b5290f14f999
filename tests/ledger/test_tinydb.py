"""The ledger is a real TinyDB that only grows. Pins the parts of TinyDB that it stands on."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from tinydb import Query, TinyDB, where
from tinydb.table import Document, Table

from deskcollect.errors import AppendOnly, BadUse
from deskcollect.ledger import document
from deskcollect.ledger.files.table import LedgerTable, indexed
from deskcollect.ledger.store import Ledger
from tests.ledger.builders import DESK, NOW, all_ids, event, event_id, files, ids, opened, promise, record

CHANGES: list[Callable[[Table], Any]] = [
    lambda table: table.update({"code": "VM"}),
    lambda table: table.update({"code": "VM"}, where("code") == "NA"),
    lambda table: table.update({"code": "VM"}, doc_ids=[1]),
    lambda table: table.update_multiple([({"code": "VM"}, where("code") == "NA")]),
    lambda table: table.upsert({"code": "VM"}, where("code") == "NA"),
    lambda table: table.upsert(Document({"code": "VM"}, 1)),
    lambda table: table.remove(where("code") == "NA"),
    lambda table: table.remove(doc_ids=[1]),
    lambda table: table.remove(),
    lambda table: table.truncate(),
]


def database(ledger: Ledger) -> TinyDB:
    """Return the TinyDB behind a ledger."""
    return files(ledger)._db


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_what_was_recorded_cannot_be_changed_or_removed(folder: Path, number: int) -> None:
    with opened(folder) as ledger:
        record(ledger, event(1))
        before = (folder / "00000001.jsonl").read_bytes()
        with pytest.raises(AppendOnly, match="never changed or removed") as refused:
            CHANGES[number](ledger.table)
        assert "Record a correction" in refused.value.remedy
        assert (folder / "00000001.jsonl").read_bytes() == before


def test_tables_cannot_be_dropped(folder: Path) -> None:
    with opened(folder) as ledger:
        record(ledger, event(1))
        for drop in (database(ledger).drop_tables, lambda: database(ledger).drop_table("events")):
            with pytest.raises(AppendOnly):
                drop()
        assert all_ids(ledger) == ids([event(1)])


def test_a_query_finds_what_was_recorded(folder: Path) -> None:
    with opened(folder) as ledger:
        ledger.record_many([event(1), promise(2), promise(3, customer_id="C1")], recorded_at=NOW)
        told, table = Query(), ledger.table
        assert [each.doc_id for each in table.search(told.code == "PTP")] == [2, 3]
        assert [each.doc_id for each in table.search(told.customer_id == "C1")] == [1, 3]
        assert [each.doc_id for each in table.search((told.customer_id == "C1") & (told.code == "PTP"))] == [3]
        assert [each.doc_id for each in table.search((told.code == "NA") | (told.account_id == "A3"))] == [1, 3]
        assert [each.doc_id for each in table.search(~(told.customer_id == "C1"))] == [2]
        assert [each.doc_id for each in table.search(told.data.next_on.exists())] == [2, 3]
        assert table.count(told.by == "ana") == 3
        assert table.contains(told.event_id == event_id(2))
        assert table.get(doc_id=2)["amount"] == "10240.00"  # type: ignore[index]  # TinyDB's overloads
        assert table.get(doc_id=9) is None
        assert [each.doc_id for each in table] == [1, 2, 3]
        assert len(database(ledger)) == 3
        assert database(ledger).tables() == {"events"}


def test_an_empty_ledger_is_an_empty_table(folder: Path) -> None:
    with opened(folder) as ledger:
        assert ledger.table.all() == []
        assert len(ledger.table) == 0
        assert database(ledger).tables() == set()
        assert ledger.table.search(where("code") == "NA") == []


def test_a_search_sees_what_another_program_recorded_since_the_same_search(folder: Path) -> None:
    with opened(folder) as one, opened(folder) as other:
        record(one, event(1))
        assert one.table.count(where("code") == "NA") == 1
        record(other, event(2))
        assert one.table.count(where("code") == "NA") == 2


def test_an_answer_that_is_asked_twice_comes_from_the_cache(folder: Path) -> None:
    with opened(folder) as ledger:
        record(ledger, event(1))
        looked: list[str] = []

        def is_unanswered(code: Any) -> bool:
            looked.append(code)
            return bool(code == "NA")

        query = where("code").test(is_unanswered)
        assert ledger.table.count(query) == 1
        assert ledger.table.count(query) == 1
        assert looked == ["NA"]


def test_documents_are_inserted_by_appending(folder: Path) -> None:
    with opened(folder) as ledger:
        first, *more = [document.write(event(n), recorded_at=NOW, desk=DESK) for n in (1, 2, 3)]
        assert ledger.table.insert(first) == 1
        assert ledger.table.insert_multiple(more) == [2, 3]
        assert ledger.table.insert(first) == 1, "the same event is there once"
        assert all_ids(ledger) == ids([event(1), event(2), event(3)])
        with pytest.raises(BadUse, match=r"Not an event of the ledger: event_id, kind.* missing"):
            ledger.table.insert({"name": "somebody"})
        with pytest.raises(BadUse, match="occurred_at cannot be read"):
            ledger.table.insert({**first, "event_id": "other", "occurred_at": "yesterday"})
        with pytest.raises(BadUse, match="the kind of a number"):
            ledger.table.insert({**first, "event_id": "other", "contact_point": "0912000417"})


def test_another_table_holds_documents_of_any_form_and_no_event(folder: Path) -> None:
    with opened(folder) as ledger:
        record(ledger, event(1))
        other = database(ledger).table("other")
        assert other.insert({"event_id": event_id(1), "customer_id": "C1", "any": [1, 2]}) == 2
        assert other.all() == [{"event_id": event_id(1), "customer_id": "C1", "any": [1, 2]}]
        assert other.search(where("customer_id") == "C1") == other.all()
        assert all_ids(ledger) == ids([event(1)])
        assert len(ledger.table) == 1
        assert ledger.table.get(doc_id=2) is None
        with pytest.raises(BadUse, match="cannot be written"):
            other.insert({"any": object()})


# --- the parts of TinyDB that are used ---------------------------------------------------------------------------------


def test_the_tinydb_that_is_installed_is_of_the_line_that_was_tried() -> None:
    assert version("tinydb").startswith("4.")


def test_tinydb_describes_a_query_as_the_index_expects() -> None:
    told = Query()
    assert (told.customer_id == "C1")._hash == ("==", ("customer_id",), "C1")
    both = (told.customer_id == "C1") & (told.code == "PTP")
    assert both._hash == ("and", frozenset([("==", ("customer_id",), "C1"), ("==", ("code",), "PTP")]))
    assert indexed((told.customer_id == "C1")._hash) == ("customer_id", "C1")
    assert indexed(both._hash) == ("customer_id", "C1")


@pytest.mark.parametrize(
    "query",
    [
        where("code") == "NA",
        where("customer_id") == 5,
        where("customer_id") != "C1",
        where("data")["customer_id"] == "C1",
        (where("customer_id") == "C1") | (where("code") == "NA"),
        ~(where("customer_id") == "C1"),
        where("customer_id").test(bool),
        where("customer_id").matches("C"),
    ],
)
def test_a_query_that_the_index_cannot_answer_looks_at_all_documents(query: Any) -> None:
    assert indexed(query._hash) is None


def test_tinydb_still_reads_and_changes_tables_through_the_two_methods_that_are_replaced() -> None:
    source = inspect.getsource(Table)
    for name in ("search", "get", "__len__", "__iter__"):
        assert "_read_table()" in inspect.getsource(getattr(Table, name))
    for name in ("update", "update_multiple", "truncate"):
        assert "_update_table(" in inspect.getsource(getattr(Table, name))
    assert "self._storage.write(" in inspect.getsource(Table._update_table)
    assert source.count("self._storage.write(") == 1, "no other way to change a table"
    assert "self.table_class(" in inspect.getsource(TinyDB.table)
    assert {name for name, _ in inspect.getmembers(LedgerTable) if not name.startswith("__")} == {
        *(name for name, _ in inspect.getmembers(Table) if not name.startswith("__")),
        *("_ledger", "_refresh", "_seen"),
    }
