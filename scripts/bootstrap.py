"""Make the environment in .venv, once, and start the program or its checks in it, with nothing but Python itself.

On Linux and macOS `make run` and `make test` call this file; on Windows it is called by hand::

    py scripts/bootstrap.py run         open the demo desk
    py scripts/bootstrap.py test        every check and every test
    py scripts/bootstrap.py check       the quick checks
    py scripts/bootstrap.py dev ARGS    python ARGS with the developer's packages, from the top of the checkout

The file keeps to the syntax of Python 3.6, so that an older Python gets a sentence and not a SyntaxError. It talks on
stderr; stdout belongs to what it starts.
"""

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST = (3, 11)
LOCKS = {
    "run": ("requirements.txt", "requirements-build.txt"),
    "dev": ("requirements-dev.txt", "requirements-build.txt"),
}
USAGE = "usage: bootstrap.py run | test | check | dev ARGS"


class CannotStart(Exception):
    """Something on this machine has to change first; the text says what, and how."""


def main(words: "list[str]") -> int:
    """Start what the first word asks for, in an environment that is whole."""
    kind, command = "dev", []
    if words[:1] == ["run"]:
        kind, command = "run", ["-m", "deskcollect", "demo", *words[1:]]
    elif words in (["test"], ["check"]):
        command = ["-m", "scripts.check", *words]
    elif words[:1] == ["dev"] and len(words) > 1:
        command = words[1:]
    else:
        say(USAGE)
        return 2
    try:
        prepare(kind)
    except CannotStart as reason:
        say(str(reason))
        return 2
    os.chdir(str(ROOT))
    return start(command)


def prepare(kind: str) -> None:
    """Make sure that .venv holds what `kind` needs.

    A stamp is written last and removed first: an environment without one was interrupted and is made anew.

    Errors: CannotStart.
    """
    refuse_old_python(sys.version_info[:2])
    if is_ready(kind):
        return
    refuse_missing_venv()
    began = time.monotonic()
    whole = is_ready("run")
    for known in LOCKS:
        forget(stamp(known))
    if not whole:
        make_venv()
    install(kind)
    write_stamp(kind)
    say(f"Ready after {time.monotonic() - began:.0f} s.")


def refuse_old_python(version: "tuple[int, int]") -> None:
    """Refuse a Python that is too old for the program.

    Errors: CannotStart.
    """
    if version < OLDEST:
        raise CannotStart(
            f"deskcollect needs Python 3.11 or newer, this is {version[0]}.{version[1]}: install a newer one and "
            "name it, as in `make run PYTHON=python3.12` (Windows: `py -3.12 scripts/bootstrap.py run`)."
        )


def refuse_missing_venv() -> None:
    """Refuse a Python that cannot make environments, as on a minimal Debian.

    Errors: CannotStart.
    """
    if not all(importlib.util.find_spec(module) for module in ("venv", "ensurepip")):
        raise CannotStart(
            "This Python comes without its venv module, which makes the environment the program runs in: "
            "on Debian and Ubuntu install it with `sudo apt install python3-venv`, then start again."
        )


def is_ready(kind: str) -> bool:
    """Tell whether .venv is whole and made from the files as they are now. What tests need is enough to run."""
    return VENV_PYTHON.exists() and any(read(stamp(known)) == key(known) for known in {kind, "dev"})


def key(kind: str) -> str:
    """Return what an environment depends on as one hash: this Python, this folder, the pins, the project's own data."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    told = [project.get("project"), project.get("build-system"), project.get("tool", {}).get("hatch")]
    digest = hashlib.sha256(json.dumps([sys.implementation.cache_tag, str(ROOT), told]).encode())
    for name in LOCKS[kind]:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def stamp(kind: str) -> Path:
    """Return the file that says which state of the pins .venv holds."""
    return VENV / ("whole-" + kind)


def read(path: Path) -> str:
    """Return the text of a file, nothing where there is none."""
    return path.read_text(encoding="ascii") if path.exists() else ""


def forget(path: Path) -> None:
    """Remove a file if it is there."""
    if path.exists():
        path.unlink()


def write_stamp(kind: str) -> None:
    """Write the stamp in one step, so that half a stamp is never read."""
    draft = VENV / "whole.draft"
    draft.write_text(key(kind), encoding="ascii")
    draft.replace(stamp(kind))


def make_venv() -> None:
    """Make .venv from nothing, with the Python that an active environment was itself made from.

    Errors: CannotStart.
    """
    say("Making an environment in .venv (once).")
    python = getattr(sys, "_base_executable", None) or sys.executable
    done = run([python, "-m", "venv", "--clear", str(VENV)], quiet=True)
    if done != 0:
        raise CannotStart(
            f"The environment could not be made in {VENV}: look at the lines above, see that the folder can be "
            "written and that no program from it is running, then start again."
        )


def install(kind: str) -> None:
    """Install the pinned packages, each checked against its hash, and this checkout itself, editable.

    Errors: CannotStart.
    """
    pins = [word for name in LOCKS[kind] for word in ("-r", str(ROOT / name))]
    say("Installing pinned packages from {} (once, up to a minute).".format(" and ".join(LOCKS[kind])))
    # Byte code is written at first use: compiling all of it here doubles the wait.
    pip = [str(VENV_PYTHON), "-m", "pip", "-qq", "--disable-pip-version-check", "install", "--no-compile"]
    packages = run([*pip, "--require-hashes", *pins])
    project = packages or run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
    if packages or project:
        raise CannotStart(
            "The packages could not be installed: pip says why above. Check the network or the disk and start again; "
            "what was half done will be made anew."
        )


def run(command: "list[str]", *, quiet: bool = False) -> int:
    """Run a command to its end and return its exit code; what it prints goes to stderr, if quiet only on failure."""
    wanted = subprocess.PIPE if quiet else sys.stderr
    done = subprocess.run(  # noqa: S603  # the words are this file's own
        command, stdin=subprocess.DEVNULL, stdout=wanted, stderr=subprocess.STDOUT, check=False
    )
    if quiet and done.returncode:
        say(done.stdout.decode(errors="replace").strip())
    return done.returncode


def start(command: "list[str]") -> int:
    """Hand this terminal over to the Python of the environment."""
    words = [str(VENV_PYTHON), *command]
    if os.name != "nt":
        os.execv(words[0], words)  # noqa: S606  # no shell is wanted
    return subprocess.run(words, check=False).returncode  # noqa: S603  # what the developer typed


def say(sentence: str) -> None:
    """Tell the person who started this."""
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        say("Interrupted. Start again when you like; what was half done will be made anew.")
        sys.exit(130)
