"""deskcollect help and --help."""

from __future__ import annotations

import re

import pytest

from deskcollect.cli.commands import COMMANDS
from deskcollect.cli.help_page import ORDER, topics
from tests.cli.line import Run


def test_the_pages_are_listed_in_reading_order(line: Run) -> None:
    listed = [words.split()[0] for words in line("help").out.splitlines()[1:-2]]
    assert tuple(listed) == ORDER
    assert set(listed) == set(topics())


@pytest.mark.parametrize("topic", ORDER)
def test_a_page_is_plain_text(line: Run, topic: str) -> None:
    out = line("help", topic).out
    assert out.splitlines()[1].startswith("===")
    assert "```" not in out
    assert "**" not in out


def test_a_page_that_is_not_there_names_the_nearest(line: Run) -> None:
    done = line("help", "ledgr")
    assert done.code == 2
    assert "Did you mean ledger?" in done.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(line: Run, command: str) -> None:
    done = line(command, "--help")
    assert done.code == 0
    assert f"Usage: deskcollect {command}" in done.out
    assert COMMANDS[command].sentence in " ".join(done.out.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_stands_in_the_manual(line: Run, command: str) -> None:
    page = topics()["commands"].read_text("utf-8")
    options = set(re.findall(r"^  (?:-\w, )?(--[a-z-]+)", line(command, "--help").out, re.MULTILINE)) - {"--help"}
    missing = {option for option in options if option not in page}
    assert not missing


def test_the_first_page_lists_every_command_and_none_that_is_not_there(line: Run) -> None:
    out = line("--help").out
    listed = re.findall(r"^  ([a-z-]+)  ", out.partition("Commands:")[2], re.MULTILINE)
    assert sorted(listed) == sorted(COMMANDS)
