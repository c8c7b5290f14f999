"""The first init in a terminal: questions about headers, currency and who you are, kept in desk.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskcollect import settings
from tests.cli.line import AS_OF, Run

ODD = """Kontonummer,Kunde,Offen,Tage,Fax
A1,Ines Prado,1200.50,35,1
A2,Jonas Lind,90.00,0,2
"""


class Person:
    """Somebody at the terminal; what was asked is kept."""

    def __init__(self, *said: str) -> None:
        self.left = list(said)
        self.asked: list[str] = []

    def answer(self, question: str, default: str = "") -> str:
        """Say the next thing, or take what is offered."""
        self.asked.append(question)
        return (self.left.pop(0) if self.left else "") or default


@pytest.fixture
def book(home: Path) -> Path:
    path = home / "odd.csv"
    path.write_text(ODD, encoding="utf-8")
    return path


def sit_down(monkeypatch: pytest.MonkeyPatch, *said: str) -> Person:
    person = Person(*said)
    monkeypatch.setattr("deskcollect.cli.diagnostics.interactive", lambda: True)
    monkeypatch.setattr("deskcollect.cli.diagnostics.ask", person.answer)
    return person


def test_answers_become_columns_of_desk_toml(
    line: Run, book: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = sit_down(monkeypatch, "1", "Offen", "2", "1")
    person.left += [""] * 20
    done = line("init", home / "desk", "--book", book, "--as-of", AS_OF, "--currency", "EUR", "--by", "ines")
    assert done.code == 0, done.err
    assert settings.read(home / "desk").columns == {
        "Kontonummer": "account_id",
        "Offen": "balance",
        "Tage": "days_past_due",
        "Kunde": "customer_name",
    }
    assert "1  Kontonummer   A1, A2" in done.err


def test_currency_and_name_are_asked_for(line: Run, book: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    person = sit_down(monkeypatch, "1", "Offen", "2", "1", "-", "eur", "mia")
    done = line("init", home / "desk", "--book", book, "--as-of", AS_OF)
    assert not person.left
    told = settings.read(home / "desk")
    assert done.code == 0, done.err
    assert (told.currency, told.me) == ("EUR", "mia")
    assert told.people == {"mia": "collector"}


def test_a_number_that_is_not_offered_is_asked_again(
    line: Run, book: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sit_down(monkeypatch, "9", "1", "Offen", "2", "1")
    done = line("init", home / "desk", "--book", book, "--as-of", AS_OF, "--currency", "EUR", "--by", "ines")
    assert done.code == 0, done.err
    assert "“9” is none of them" in done.err


def test_without_a_terminal_nothing_is_asked(line: Run, book: Path, home: Path) -> None:
    done = line("init", home / "desk", "--book", book, "--as-of", AS_OF, "--currency", "EUR", "--by", "ines")
    assert done.code == 1
    assert "has no column account_id" in done.err


def test_the_next_book_with_the_same_headers_is_read_at_once(
    line: Run, book: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as seated:
        sit_down(seated, "1", "Offen", "2", "1")
        line("init", home / "desk", "--book", book, "--as-of", AS_OF, "--currency", "EUR", "--by", "ines")
    assert line("import", book, "--as-of", "2026-04-02", "--desk", home / "desk").code == 0
