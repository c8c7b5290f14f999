"""Only clock.py reads the system clock; everything else is told `as_of` or `now`."""

from __future__ import annotations

import ast

import pytest

from tests.house.source import modules

READERS = {
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.monotonic",
    "time.monotonic_ns",
    "time.perf_counter",
    "time.perf_counter_ns",
    "time.process_time",
    "time.localtime",
    "time.gmtime",
    "time.ctime",
    "time.strftime",
    "uuid.uuid1",
    "uuid.uuid6",
    "uuid.uuid7",
}


def readings(text: str) -> list[str]:
    """Return every place in a module that names a reader of the clock, whatever the module calls it."""
    tree = ast.parse(text)
    known = _aliases(tree)
    found = []
    for node in ast.walk(tree):
        name = _dotted(node)
        head, _, rest = name.partition(".")
        meant = f"{known.get(head, '')}.{rest}".strip(".")
        if meant in READERS:
            found.append(f"line {getattr(node, 'lineno', 0)}: {meant}")
    return found


def _aliases(tree: ast.Module) -> dict[str, str]:
    """Return what each imported name stands for."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                known[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom):
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return known


def _dotted(node: ast.AST) -> str:
    """Return `a.b.c` for a chain of names, nothing for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (owner := _dotted(node.value)):
        return f"{owner}.{node.attr}"
    return ""


def test_nothing_but_the_clock_reads_the_clock() -> None:
    found = [f"{m.where}: {reading}" for m in modules() if m.part != "clock" for reading in readings(m.text)]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime\ndatetime.now(zone)",
        "from datetime import datetime as moment\nmoment.now(zone)",
        "import datetime\ndatetime.date.today()",
        "import datetime as dt\ndt.datetime.utcnow()",
        "from time import time\ntime()",
        "import time\nstarted = field(default_factory=time.monotonic)",
        "from uuid import uuid7\nuuid7()",
    ],
)
def test_a_reader_is_found_under_any_name(text: str) -> None:
    assert len(readings(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "from deskcollect.clock import Clock\nclock.now()",
        "from datetime import datetime\ndatetime.fromisoformat(text)",
        "from datetime import time\ntime(10, 0)",
        "import uuid\nuuid.uuid4()",
    ],
)
def test_being_told_the_time_is_no_reading(text: str) -> None:
    assert readings(text) == []
