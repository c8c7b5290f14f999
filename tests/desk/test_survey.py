"""What the files of a book offer before it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskcollect.desk.survey import Header, Sheet, Wanted, survey
from deskcollect.errors import BadUse
from tests.desk.builders import AS_OF as DAY
from tests.desk.builders import Tables, account, payment, statements, write


def sheets(folder: Path, tables: Tables, columns: dict[str, str] | None = None) -> dict[str, Sheet]:
    """Return what each table of a book offers."""
    return {sheet.table: sheet for sheet in survey(write(folder, tables), columns or {})}


def test_a_book_with_our_own_headers_has_nothing_to_ask_but_what_would_help(tmp_path: Path) -> None:
    found = sheets(tmp_path, Tables([account("A1")], statements("A1", 5, 5), [payment("A1", DAY, 5)]))
    assert sorted(found) == ["accounts", "payments", "statements"]
    assert found["accounts"].file == "accounts.csv"
    assert found["accounts"].free == ()
    useful = ("product", "collector", "branch", "timezone")
    assert found["accounts"].wanted == tuple(Wanted((name,), required=False, figures=False) for name in useful)
    assert [sheet for sheet in found.values() if any(wanted.required for wanted in sheet.wanted)] == []


def test_a_header_nobody_knows_is_shown_with_its_first_values(tmp_path: Path) -> None:
    rows = [account(f"A{n}", Wohnort=town) for n, town in enumerate(["Köln", "Köln", "", "Bonn", "Trier", "Ulm"])]
    found = sheets(tmp_path, Tables(rows))["accounts"]
    assert found.free == (Header("Wohnort", ("Köln", "Bonn", "Trier")),)


def test_a_header_that_was_recognised_says_as_what(tmp_path: Path) -> None:
    rows = [{"帳號": "A1", "balance": "5", "Tage im Verzug": "3", "Ort": "Ulm"}]
    found = sheets(tmp_path, Tables(rows), {"Tage im Verzug": "days_past_due"})["accounts"]
    assert found.known == (("帳號", "account_id"), ("balance", "balance"), ("Tage im Verzug", "days_past_due"))


def test_what_the_book_cannot_do_without_comes_first(tmp_path: Path) -> None:
    found = sheets(tmp_path, Tables([{"Konto-Schlüssel": "A1", "Betrag XY": "5"}]))["accounts"]
    required = [wanted.columns for wanted in found.wanted if wanted.required]
    assert required == [("account_id",), ("balance",), ("due_date", "days_past_due")]
    assert [wanted.required for wanted in found.wanted][:3] == [True] * 3
    assert not any(wanted.required for wanted in found.wanted[3:])
    assert [header.name for header in found.free] == ["Konto-Schlüssel", "Betrag XY"]


def test_a_header_that_was_mapped_is_claimed(tmp_path: Path) -> None:
    rows = [{"Konto-Schlüssel": "A1", "balance": "5", "days_past_due": "3"}]
    found = sheets(tmp_path, Tables(rows), {"konto schlüssel": "account_id"})["accounts"]
    assert found.free == ()
    assert not any(wanted.required for wanted in found.wanted)


def test_where_there_is_no_book_nothing_is_surveyed(tmp_path: Path) -> None:
    with pytest.raises(BadUse):
        survey(tmp_path / "gone", {})
