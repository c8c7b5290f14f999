"""Read what a module imports, wherever in it the import stands."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def imported(tree: ast.AST, package: str = "") -> set[str]:
    """Return the dotted names a module imports; `package` is its own package, for relative imports."""
    return {name for node in ast.walk(tree) for name in _names(node, package)}


def _names(node: ast.AST, package: str) -> Iterator[str]:
    """Yield the names of one statement; `from a import b` may mean the module a.b, so both are named."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = package.rsplit(".", node.level - 1)[0] if node.level else ""
        origin = ".".join(part for part in (base, node.module or "") if part)
        yield from (f"{origin}.{alias.name}" for alias in node.names)


def parts_of_the_house(names: set[str]) -> set[str]:
    """Return which rooms, doors and floor files of deskcollect some dotted names reach into."""
    return {name.split(".")[1] for name in names if name.startswith("deskcollect.")} - {"__version__"}
