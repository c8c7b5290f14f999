"""Run every check of the project: one line and its seconds for each, its output only where it failed.

`python -m scripts.check test` runs all of them, `python -m scripts.check check` those that take seconds. pytest shows its dots as they come, since it
takes the longest, and its closing line is the last one printed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from scripts.coverage_floor import judge

ROOT = Path(__file__).resolve().parent.parent
COVERAGE = ROOT / "build" / "coverage.json"
WORKERS = 3  # two work while one waits for a screen to come to rest


@dataclass(frozen=True, slots=True)
class Check:
    """One command and the name it goes by."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a check."""

    name: str
    passed: bool
    last_line: str = ""


QUICK = (
    Check("ruff check", ("ruff", "check", "--quiet")),
    Check("ruff format", ("ruff", "format", "--check", "--quiet", "--diff")),
    Check("mypy", ("mypy", "--no-error-summary")),
    Check("import contracts", ("importlinter", "--no-logo")),
)
TESTS = Check(
    "pytest",
    ("pytest", "-n", str(WORKERS), "--dist", "worksteal", "--cov", "--cov-report", f"json:{COVERAGE}"),
)


def main(words: list[str]) -> int:
    """Run the checks asked for; 0 only if every one passed."""
    if words not in (["test"], ["check"]):
        print("usage: python -m scripts.check test | check", file=sys.stderr)
        return 2
    os.chdir(ROOT)
    results = [run(check) for check in QUICK]
    if words == ["test"]:
        results += [stream(TESTS), coverage()]
    failed = [result.name for result in results if not result.passed]
    print(f"failed: {', '.join(failed)}" if failed else "every check passed")
    for result in results:
        if result.last_line:
            print(result.last_line)
    return 1 if failed else 0


def run(check: Check) -> Result:
    """Run one check in silence and print its line, then what it said if it failed."""
    began = time.perf_counter()
    done = subprocess.run(  # noqa: S603  # the words are this file's own
        command(check), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    report(check.name, began, passed=done.returncode == 0)
    if done.returncode:
        print(done.stdout.decode(errors="replace"), flush=True)
    return Result(check.name, done.returncode == 0)


def stream(check: Check) -> Result:
    """Run one check while its output passes through, and keep its last line."""
    began = time.perf_counter()
    COVERAGE.parent.mkdir(exist_ok=True)
    COVERAGE.unlink(missing_ok=True)
    last = b""
    with subprocess.Popen(  # noqa: S603  # the words are this file's own
        command(check), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0
    ) as running:
        assert running.stdout is not None
        while piece := running.stdout.read(4096):
            sys.stdout.buffer.write(piece)
            sys.stdout.flush()
            last = (last + piece)[-4096:]
    # pytest's code 5, no test collected, is a failure like any other: a run without tests has shown nothing.
    report(check.name, began, passed=running.returncode == 0)
    lines = last.decode(errors="replace").strip().splitlines()
    return Result(check.name, running.returncode == 0, lines[-1] if lines else "")


def coverage() -> Result:
    """Hold the coverage that pytest measured against the floor."""
    began = time.perf_counter()
    passed, lines = judge(COVERAGE)
    report("coverage", began, passed=passed)
    print("\n".join(lines), flush=True)
    return Result("coverage", passed)


def command(check: Check) -> list[str]:
    """Return the command line, with the Python that runs this file."""
    program, *rest = check.words
    if program == "importlinter":
        return [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", *rest]
    return [sys.executable, "-m", program, *rest]


def report(name: str, began: float, *, passed: bool) -> None:
    """Print one line about one check."""
    print(f"{name:<18}{time.perf_counter() - began:7.1f} s  {'ok' if passed else 'FAILED'}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
