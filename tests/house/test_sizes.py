"""Nothing has grown beyond what a reader holds in mind. A size is a smell, not a target: split by meaning."""

from __future__ import annotations

import ast

import pytest

from tests.house.source import modules

MODULE_LINES = 400
CLASS_LINES = 250
FUNCTION_LINES = 50
APP_LINES = 150


def smells(text: str) -> list[str]:
    """Return what is too long in one module, each with its line."""
    found = [f"the module has {count} lines (at most {MODULE_LINES})"] if (count := _lines(text)) > MODULE_LINES else []
    for node in ast.walk(ast.parse(text)):
        limit = _limit(node)
        if limit and isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > limit:
                found.append(f"line {node.lineno}: {node.name} has {length} lines (at most {limit})")
    return found


def _lines(text: str) -> int:
    return len(text.splitlines())


def _limit(node: ast.AST) -> int:
    """Return how long a definition may be, 0 for what is no definition."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return FUNCTION_LINES
    if isinstance(node, ast.ClassDef):
        bases = {ast.unparse(base).split("[")[0].rpartition(".")[2] for base in node.bases}
        return APP_LINES if "App" in bases else CLASS_LINES
    return 0


def test_no_module_class_or_function_is_too_long() -> None:
    found = [f"{m.where}: {smell}" for m in modules("deskcollect", "scripts", "benchmarks") for smell in smells(m.text)]
    assert not found, "\n" + "\n".join(found)


def _long(head: str, lines: int) -> str:
    return head + "\n" + "    x = 1\n" * (lines - 1)


@pytest.mark.parametrize(
    ("text", "smell"),
    [
        ("x = 1\n" * 401, "the module has 401 lines (at most 400)"),
        (_long("class Ledger:", 251), "line 1: Ledger has 251 lines (at most 250)"),
        (_long("class Desk(App[None]):", 151), "line 1: Desk has 151 lines (at most 150)"),
        (_long("class Desk(textual.app.App):", 151), "line 1: Desk has 151 lines (at most 150)"),
        (_long("def age():", 51), "line 1: age has 51 lines (at most 50)"),
        (_long("async def age():", 51), "line 1: age has 51 lines (at most 50)"),
    ],
)
def test_one_line_too_many_is_a_smell(text: str, smell: str) -> None:
    assert smells(text) == [smell]


@pytest.mark.parametrize("text", ["x = 1\n" * 400, _long("class Desk(App):", 150), _long("def age():", 50)])
def test_the_last_permitted_line_is_none(text: str) -> None:
    assert smells(text) == []
