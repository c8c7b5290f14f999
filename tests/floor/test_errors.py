"""One tree of errors, each with a sentence, a remedy and an exit code."""

from __future__ import annotations

import inspect

import pytest

from deskcollect import errors
from deskcollect.errors import DeskError, ExitCode
from deskcollect.records import Issue, Place
from deskcollect.vocabulary import Severity

TREE = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, DeskError)]


def drawn() -> dict[str, str]:
    """Return each error of the drawing at the head of the module, with the one above it."""
    above: dict[int, str] = {}
    parents: dict[str, str] = {}
    for line in (errors.__doc__ or "").split("\n"):
        name = line.lstrip("│├└─ ").partition(" ")[0]
        if name not in {cls.__name__ for cls in TREE}:
            continue
        depth = len(line) - len(line.lstrip("│├└─ "))
        above[depth] = name
        parents[name] = above.get(depth - 4, "Exception")
    return parents


def test_the_drawing_is_the_tree() -> None:
    assert drawn() == {cls.__name__: cls.__base__.__name__ for cls in TREE if cls.__base__}


@pytest.mark.parametrize(
    ("branch", "code"),
    [(errors.BadUse, 2), (errors.BadData, 1), (errors.LedgerError, 3)],
    ids=["use", "data", "ledger"],
)
def test_a_branch_leaves_with_one_exit_code(branch: type[DeskError], code: int) -> None:
    assert {cls.exit_code for cls in TREE if issubclass(cls, branch)} == {ExitCode(code)}


def test_an_error_says_what_happened_and_what_to_do() -> None:
    issue = Issue(Severity.ERROR, "policy", "unknown column", "Correct it.", Place(file="tiers.toml", line=25))
    error = errors.BadPolicy("tiers.toml line 25: unknown column.", "Correct it.", [issue])
    assert str(error) == error.message == "tiers.toml line 25: unknown column."
    assert error.remedy == "Correct it."
    assert error.issues == (issue,)


def test_exit_codes_are_a_contract_with_scripts() -> None:
    assert {code.name: code.value for code in ExitCode} == {
        "OK": 0,
        "DATA": 1,
        "USAGE": 2,
        "LEDGER": 3,
        "INTERRUPTED": 130,
    }


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("No space left on device", "no space left on device"),
        ("A note is too long.", "a note is too long."),
        ("Éclair", "éclair"),
        ("E-mail first", "e-mail first"),
        ("SMS first", "SMS first"),
        ("I/O error", "I/O error"),
        ("A1 is unknown.", "A1 is unknown."),
        ("“A” is unknown.", "“A” is unknown."),
        ("佐藤", "佐藤"),
        ("", ""),
    ],
)
def test_inside_a_sentence_a_text_begins_small_unless_with_an_abbreviation(text: str, wanted: str) -> None:
    assert errors.inside(text) == wanted
