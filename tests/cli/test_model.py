"""The cards on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.line import Run


def test_a_card_is_shown_without_any_desk(line: Run) -> None:
    done = line("model", "show")
    assert done.code == 0
    assert done.out.startswith("default-1.0+")
    assert "not past due" in done.out
    assert "unpaid_months  months with nothing paid" in done.out


def test_the_bins_of_an_account_add_up_to_its_card_score(line: Run, demo: Path) -> None:
    told = line("show", "TW-000026", "--desk", demo, "--json").json
    found = line("model", "show", "--account", "TW-000026", "--desk", demo, "--json").json
    assert found["score"] == told["card_score"]
    average = next(s["average_score"] for s in found["segments"] if s["name"] == "past due")
    points = sum(each["points"] for each in found["bins"] if each["marked"])
    assert average + points == pytest.approx(found["score"], abs=1.0)
    out = line("model", "show", "cure", "--account", "TW-000026", "--desk", demo).out
    assert "This account is past due for two months or more: average" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["cuer"], "Did you mean “cure”?  Name the file of one, or take cure or default."),
        (["gone.json"], "There is no card “gone.json”."),
    ],
)
def test_a_card_that_is_not_there_is_named(line: Run, words: list[str], said: str) -> None:
    done = line("model", "show", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_card_of_one_s_own_is_judged_before_it_may_score(line: Run, demo: Path) -> None:
    done = line("train", "--desk", demo)
    assert done.code == 1
    for words in ("before", "log loss", "NOT MET  enough outcomes", "met      outcomes later than the training"):
        assert words in done.out
    assert "the present card goes on scoring" in done.err
    told = line("train", "--desk", demo, "--json").json
    assert (told["passes"], told["learnt_from"], told["judged_on"]) == (False, 398, 397)
    refused = line("model", "promote", "--desk", demo, "--by", "lea", "--yes")
    assert refused.code == 2
    assert "The gate refuses the card own-" in refused.err


def test_where_nobody_is_there_to_ask_no_card_is_taken_back(line: Run, demo: Path) -> None:
    done = line("model", "rollback", "--desk", demo, "--by", "lea")
    assert (done.code, done.out) == (2, "")
    assert "A person decides which card scores" in done.err
    assert "The bundled card scores already" in line("model", "rollback", "--desk", demo, "--by", "lea", "--yes").err
