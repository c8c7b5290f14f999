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


PATIENCE = 60


class Person:
    """Somebody at the terminal; what was asked is kept."""

    def __init__(self, *said: str) -> None:
        self.left = list(said)
        self.asked: list[str] = []

    def answer(self, question: str, default: str = "") -> str:
        """Say the next thing, or take what is offered."""
        self.asked.append(question)
        if len(self.asked) > PATIENCE:
            raise KeyboardInterrupt
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
    person = sit_down(monkeypatch, "1", "Offen", "Tage", "1")
    person.left += [""] * 20
    done = line("init", home / "desk", "--book", book, "--as-of", AS_OF, "--currency", "EUR", "--by", "ines")
    assert done.code == 0, done.err
    assert settings.read(home / "desk").columns == {
        "Kontonummer": "account_id",
        "Offen": "balance",
        "Tage": "days_past_due",
        "Kunde": "customer_name",
    }
    assert "1  Kontonummer   A1 | A2" in done.err


def test_currency_and_name_are_asked_for(line: Run, book: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    person = sit_down(monkeypatch, "1", "Offen", "Tage", "1", "-", "eur", "mia")
    done = line("init", home / "desk", "--book", book, "--as-of", AS_OF)
    assert not person.left
    told = settings.read(home / "desk")
    assert done.code == 0, done.err
    assert (told.currency, told.me) == ("EUR", "mia")
    assert told.people == {"mia": "collector"}


def test_what_was_recognised_is_told_before_anything_is_asked(
    line: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = home / "half.csv"
    book.write_text("帳號,balance,Tage\nA1,5,3\n", encoding="utf-8")
    sit_down(monkeypatch, "1")
    done = line("init", home / "desk", "--book", book, "--as-of", AS_OF, "--currency", "EUR", "--by", "ines")
    assert done.code == 0, done.err
    assert "half.csv, recognised: 帳號 = account_id, balance." in done.err


def test_a_number_that_is_not_offered_is_asked_again(
    line: Run, book: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sit_down(monkeypatch, "9", "1", "Offen", "Tage", "1")
    done = line("init", home / "desk", "--book", book, "--as-of", AS_OF, "--currency", "EUR", "--by", "ines")
    assert done.code == 0, done.err
    assert "“9” is none of them" in done.err


def test_a_name_is_not_offered_for_an_amount(
    line: Run, book: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sit_down(monkeypatch, "1", "Kunde", "Offen", "Tage", "-")
    done = line("init", home / "desk", "--book", book, "--as-of", AS_OF, "--currency", "EUR", "--by", "ines")
    assert done.code == 0, done.err
    assert "“Kunde” is none of them. Type a number, 1 to 3." in done.err


def test_without_a_terminal_nothing_is_asked(line: Run, book: Path, home: Path) -> None:
    done = line("init", home / "desk", "--book", book, "--as-of", AS_OF, "--currency", "EUR", "--by", "ines")
    assert done.code == 1
    assert "has no column account_id" in done.err


def test_the_next_book_with_the_same_headers_is_read_at_once(
    line: Run, book: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as seated:
        sit_down(seated, "1", "Offen", "Tage", "1")
        line("init", home / "desk", "--book", book, "--as-of", AS_OF, "--currency", "EUR", "--by", "ines")
    assert line("import", book, "--as-of", "2026-04-02", "--desk", home / "desk").code == 0


def test_a_book_of_accounts_alone_is_asked_for_its_day(
    line: Run, book: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = sit_down(monkeypatch, "1", "Offen", "Tage", "-", "eur", "", "2 March", AS_OF, "mia")
    done = line("init", home / "desk", "--book", book)
    assert done.code == 0, done.err
    assert "The book does not say it. Balances are of one day" in done.err
    assert "“2 March” is no date." in done.err
    assert f"the book of {AS_OF}: 2 accounts" in done.err
    assert not person.left
    assert settings.read(home / "desk").as_of is None


def test_a_needed_column_is_insisted_on(line: Run, book: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    person = sit_down(monkeypatch, "", "-", "1", "Offen", "Tage", "-")
    done = line("init", home / "desk", "--book", book, "--as-of", AS_OF, "--currency", "EUR", "--by", "ines")
    assert done.code == 0, done.err
    assert done.err.count("odd.csv cannot be read without account_id: type 1 to 5, or stop with ctrl+c.") == 2
    assert person.asked[0] == "Which one of odd.csv is account_id? (1 to 5)"
    assert person.asked[-1].endswith("(1 to 2; Enter: none of them; - no more of this file)")


def test_nothing_is_asked_where_no_answer_would_do(line: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "few.csv").write_text("Kontonummer,currency\nA1,EUR\n", encoding="utf-8")
    sit_down(monkeypatch)
    done = line("init", home / "desk", "--book", home / "few.csv", "--as-of", AS_OF, "--by", "ines")
    assert done.code == 1
    assert "has no column account_id" in done.err
    assert "needed" not in done.err


def test_the_currency_is_three_letters(line: Run, book: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sit_down(monkeypatch, "1", "Offen", "Tage", "-", "", "euro", "eur")
    done = line("init", home / "desk", "--book", book, "--as-of", AS_OF, "--by", "ines")
    assert done.code == 0, done.err
    assert done.err.count("type its three letters") == 2
    assert settings.read(home / "desk").currency == "EUR"


# --- a book that cannot be used after the answers ----------------------------------------------------------------------

TWICE = ODD + "A1,Ines Prado,5,3,4\n"


def test_answers_are_kept_and_offered_again(line: Run, book: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book.write_text(TWICE, encoding="utf-8")
    words = ("init", home / "desk", "--book", book)
    with monkeypatch.context() as seated:
        sit_down(seated, "1", "Offen", "Tage", "-", "eur", AS_OF, "mia")
        first = line(*words)
    assert first.code == 1
    assert "Account “A1” stands in lines 2 and 4." in first.err
    assert f"Your answers are kept: the next init of {home / 'desk'} offers them." in first.err
    assert not (home / "desk" / "desk.toml").exists()
    assert line("worklist", "--desk", home / "desk").code == 2

    book.write_text(ODD, encoding="utf-8")
    person = sit_down(monkeypatch)
    done = line(*words)
    assert done.code == 0, done.err
    assert "Kontonummer is read as account_id" in done.err
    assert len(person.asked) == 4
    told = settings.read(home / "desk")
    assert (told.currency, told.me, told.columns["Tage"]) == ("EUR", "mia", "days_past_due")
    assert not (home / "desk" / ".answers").exists()


def test_kept_answers_can_be_declined(line: Run, book: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book.write_text(TWICE, encoding="utf-8")
    words = ("init", home / "desk", "--book", book, "--as-of", AS_OF, "--currency", "EUR", "--by", "mia")
    with monkeypatch.context() as seated:
        sit_down(seated, "1", "Fax", "Tage", "-")
        first = line(*words)
    assert first.code == 1
    assert "Your answers are kept" in first.err
    book.write_text(ODD, encoding="utf-8")
    sit_down(monkeypatch, "n", "1", "Offen", "Tage", "-")
    assert line(*words).code == 0
    assert settings.read(home / "desk").columns["Offen"] == "balance"


def test_without_a_terminal_no_answers_are_kept(line: Run, book: Path, home: Path) -> None:
    assert line("init", home / "desk", "--book", book, "--as-of", AS_OF, "--by", "ines").code == 1
    assert not (home / "desk").exists()
