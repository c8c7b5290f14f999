"""The manual says how every command is used, and promises no command that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.commands import all_commands, listed
from tests.house.source import PACKAGE, ROOT

TYPED = re.compile(r"(?:^|[/\\`\s])deskcollect +(?P<words>[a-z][a-z-]*(?: +[a-z][a-z-]*)?)")


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, ...]]:
    return all_commands(tmp_path_factory.mktemp("home"))


def pages() -> list[Path]:
    """Return the pages a user reads."""
    return [ROOT / "README.md", *sorted((PACKAGE / "help").glob("*.md"))]


def code(text: str) -> list[str]:
    """Return what a page prints as code: its fenced lines and its words between backticks."""
    fenced = re.findall(r"^```[^\n]*\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [line for block in fenced for line in block.splitlines()] + re.findall(r"`([^`\n]+)`", rest)


def typed(pieces: list[str]) -> set[tuple[str, ...]]:
    """Return the commands that pieces of code type, of one word and of two."""
    words = [tuple(found["words"].split()) for piece in pieces for found in TYPED.finditer(piece)]
    return {part[:length] for part in words for length in (1, 2) if len(part) >= length}


def test_every_command_is_documented(commands: set[tuple[str, ...]]) -> None:
    shown = typed([piece for page in pages() for piece in code(page.read_text(encoding="utf-8"))])
    missing = sorted(" ".join(command) for command in commands - shown)
    assert commands
    assert not missing


def test_the_manual_names_no_command_that_is_not_there(commands: set[tuple[str, ...]]) -> None:
    tops = {command[0] for command in commands}
    promised = {
        f"{page.name}: {command[0]}"
        for page in pages()
        for command in typed(code(page.read_text(encoding="utf-8")))
        if command[0] not in tops
    }
    assert not promised


def test_the_manual_names_no_second_word_that_is_not_there(commands: set[tuple[str, ...]]) -> None:
    groups = {command[0] for command in commands if len(command) > 1}
    promised = {
        f"{page.name}: {' '.join(command)}"
        for page in pages()
        for command in typed(code(page.read_text(encoding="utf-8")))
        if len(command) > 1 and command[0] in groups and command not in commands
    }
    assert not promised


BOXED = """
 Usage: deskcollect [OPTIONS] COMMAND

╭─ Options ────────────────────────╮
│ --version          Print it.     │
╰──────────────────────────────────╯
╭─ Commands ───────────────────────╮
│ demo         Open a throw-away   │
│              desk                │
│ may-contact  Say whether         │
╰──────────────────────────────────╯
"""
PLAIN = """
Usage: deskcollect [OPTIONS] COMMAND

Options:
  --version  Print it.

Commands:
  demo         Open a throw-away
               desk
  may-contact  Say whether
"""


@pytest.mark.parametrize("page", [BOXED, PLAIN], ids=["boxed", "plain"])
def test_commands_are_read_from_help(page: str) -> None:
    assert listed(page) == ["demo", "may-contact"]


def test_a_page_without_commands_lists_none() -> None:
    assert listed("Usage: deskcollect demo [OPTIONS]\n\nOptions:\n  --dir DIR  Where.\n") == []


def test_commands_are_read_from_code_and_not_from_prose() -> None:
    page = "deskcollect opens well.\n\n```\n~/bin/deskcollect alerts close A1\n```\nor `deskcollect demo`.\n"
    assert typed(code(page)) == {("alerts",), ("alerts", "close"), ("demo",)}
