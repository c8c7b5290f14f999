"""The repository holds the project and nothing of the machine it was written on."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.house.source import ROOT, modules, texts

# The top folders that every system has, and those that an example may show.
ANYWHERE = {"bin", "dev", "etc", "opt", "proc", "sys", "tmp", "usr", "var", "path", "books", "data"}
ABSOLUTE = re.compile(r"""(?<![^\s"'`(=:,])/(?P<top>[a-z][\w.-]*)/[\w.-]""")
HOME = re.compile(r"/(?:home|Users)/\w+/|[A-Z]:\\+Users\\+\w+")
OUTSIDE = "../" + "shared"
ADDRESS = re.compile(r"https?://|file://|--(?:extra-)?index-url|--find-links|--trusted-host|@ *(?:git|file)")
LOCKS_WITH_ADDRESSES = {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml"}


def machine_paths(text: str) -> list[str]:
    """Return the lines of a text that name a folder of somebody's machine."""
    return [line.strip()[:120] for line in text.splitlines() if _names_a_machine(line)]


def _names_a_machine(line: str) -> bool:
    tops = {found["top"] for found in ABSOLUTE.finditer(line)}
    return bool(tops - ANYWHERE or HOME.search(line)) or OUTSIDE in line or f"{ROOT}/" in line


def test_no_file_names_a_machine_or_a_folder_outside() -> None:
    found = [f"{name}: {line}" for name, text in texts() for line in machine_paths(text)]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        "read " + OUTSIDE + "/data/taiwan",
        'BOOK = Path("/data' + 'sets/book")',
        "see `/ro" + "ot/notes.md`",
        "C:\\Us" + "ers\\anna\\book.csv",
        "at /ho" + "me/anna/book.csv",
        f"written in {ROOT}/build",
    ],
)
def test_a_machine_is_recognised(line: str) -> None:
    assert machine_paths(line) == [line]


@pytest.mark.parametrize(
    "line", ["/usr/bin/env bash", "and/or", "cases/day", "https://a.example/work/x", "~/desk/book"]
)
def test_ordinary_words_are_none(line: str) -> None:
    assert machine_paths(line) == []


def test_no_lock_file_carries_addresses() -> None:
    names = {Path(name).name for name, _ in texts()}
    pins = {name: text for name, text in texts() if Path(name).match("requirements*.txt")}
    assert not names & LOCKS_WITH_ADDRESSES
    assert {name for name, text in pins.items() if ADDRESS.search(text)} == set()


def ruff_settings() -> str:
    return (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_few_rules_are_ignored_and_each_has_a_reason() -> None:
    ignored = tomllib.loads(ruff_settings())["tool"]["ruff"]["lint"]["ignore"]
    reasons = re.findall(r'^ +"([A-Z]+\d+)", +# \w+', ruff_settings(), flags=re.MULTILINE)
    assert len(ignored) <= 25
    assert [code for code in ignored if code not in reasons] == []


SUPPRESSED = re.compile(r"#\s*(?:noqa\b|type:\s*ignore\b|pragma:\s*no cover\b)(?P<rest>.*)")
REASONED = re.compile(r"^(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|\[[\w, -]+\])?\s*[#-]\s*\w+")


def unreasoned(text: str) -> list[int]:
    """Return the lines that silence a check without a reason behind it, or without naming the check."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        seen = SUPPRESSED.search(line)
        named = seen and ("pragma" in seen[0] or seen["rest"][:1] in {":", "["})
        if seen and not (named and REASONED.match(seen["rest"])):
            found.append(number)
    return found


def test_a_silenced_check_has_a_reason() -> None:
    everything = modules("deskcollect", "scripts", "benchmarks", "tests")
    found = [f"{m.where}:{line}" for m in everything if m.path != Path(__file__) for line in unreasoned(m.text)]
    assert not found


@pytest.mark.parametrize(
    ("line", "reasoned"),
    [
        ("x = y  # noqa: S603  # the words are ours", True),
        ("x = y  # noqa: A002 - the name Textual uses", True),
        ("x = y  # type: ignore[arg-type]  # kind is a dataclass", True),
        ("x = y  # noqa: S603", False),
        ("x = y  # noqa", False),
        ("x = y  # type: ignore", False),
        ("x = y  # noqa  # because", False),
        ("if x:  # pragma: no cover", False),
        ("if x:  # pragma: no cover  # only on Windows", True),
    ],
)
def test_a_reason_is_recognised(line: str, reasoned: bool) -> None:
    assert (unreasoned(line) == []) is reasoned


def test_every_sentence_of_the_makefile_is_listed_by_help() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    [phony] = re.findall(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)
    described = re.findall(r"^([a-z-]+):[^#\n]*## \w+", makefile, flags=re.MULTILINE)
    assert sorted(described) == sorted(phony.split())
