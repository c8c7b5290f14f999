"""Build the sdist, from it the wheel, install that into an environment of its own and try what a new user tries first.

Nothing of the checkout is in reach there: the commands run in an empty folder, with an empty home and no terminal.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
SCORE_HEADER = "account_id,score,prob_default,tier,card,reasons,coverage"
SCORED_ROWS = 20_064
LIMIT_SECONDS = 300


def main() -> int:
    """Build, install and try; 0 only if every command did what it says."""
    wheel = build()
    with tempfile.TemporaryDirectory() as scratch:
        python = install(Path(scratch) / "venv", wheel)
        home = Path(scratch) / "home"
        home.mkdir()
        book = ask(home, [str(python), "-c", "from deskcollect import resources; print(resources.sample_data())"])
        program = str(python.with_name("deskcollect"))
        taiwan = str(Path(book.strip()) / "taiwan")
        attempts = [
            attempt("deskcollect --help", home, [program, "--help"], expected="demo"),
            attempt(
                "python -m deskcollect --help", home, [str(python), "-m", "deskcollect", "--help"], expected="demo"
            ),
            attempt("deskcollect demo, no terminal", home, [program, "demo"], lines=5),
            attempt(
                "deskcollect score", home, [program, "score", taiwan], expected=SCORE_HEADER, lines=SCORED_ROWS + 1
            ),
        ]
    passed = sum(attempts)
    print(f"wheel: {passed} passed, {len(attempts) - passed} failed")
    return 0 if all(attempts) else 1


def build() -> Path:
    """Build the sdist and from it the wheel, with the pinned build tools of this environment."""
    began = time.perf_counter()
    shutil.rmtree(DIST, ignore_errors=True)
    require([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(DIST), str(ROOT)])
    [wheel] = DIST.glob("*.whl")
    report(f"built {wheel.name}", began, passed=True)
    return wheel


def install(place: Path, wheel: Path) -> Path:
    """Install the pinned packages and the wheel into a new environment and return its Python."""
    began = time.perf_counter()
    venv.create(place, with_pip=True)
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [str(python), "-m", "pip", "-qq", "--disable-pip-version-check", "install", "--no-compile"]
    require([*pip, "--require-hashes", "-r", str(ROOT / "requirements.txt")])
    require([*pip, "--no-deps", "--no-index", str(wheel)])
    require([str(python), "-m", "pip", "-qq", "check"])
    report("installed", began, passed=True)
    return python


def attempt(name: str, home: Path, words: list[str], *, expected: str = "", lines: int = 1) -> bool:
    """Run one command and tell whether it ended with 0 and printed at least what it should, without a traceback."""
    began = time.perf_counter()
    done = run(home, words)
    said = expected in done.stdout and len(done.stdout.splitlines()) >= lines
    passed = done.returncode == 0 and said and "Traceback" not in done.stderr
    report(name, began, passed=passed)
    if not passed:
        print(f"exit {done.returncode}\n{done.stdout[:4000]}\n{done.stderr[:4000]}", flush=True)
    return passed


def ask(home: Path, words: list[str]) -> str:
    """Run a command that has to succeed and return what it printed."""
    done = run(home, words)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def run(home: Path, words: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command as a new user would, in an empty home."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR") if name in os.environ}
    return subprocess.run(  # noqa: S603  # the words are this file's own
        words,
        cwd=home,
        env={**kept, "HOME": str(home), "USERPROFILE": str(home), "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=LIMIT_SECONDS,
        check=False,
    )


def require(words: list[str]) -> None:
    """Run a command that has to succeed; what it says is shown only if it does not."""
    done = subprocess.run(  # noqa: S603  # the words are this file's own
        words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(words)}\n{done.stdout.decode(errors='replace')}")


def report(name: str, began: float, *, passed: bool) -> None:
    """Print one line about one step."""
    print(f"{name:<42}{time.perf_counter() - began:7.1f} s  {'ok' if passed else 'FAILED'}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
