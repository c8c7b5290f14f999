"""The desk in a terminal of its own: a pseudo terminal that keeps every byte that reaches it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

PATIENCE_SECONDS = 60
PROGRAM = """
import sys
from pathlib import Path
from deskcollect.tui.app import run
{before}
sys.exit(run(Path(sys.argv[1])))
"""
# Who runs the tests may have them set, as a shell's line editor does; they would go before the terminal's own size.
_SIZE = {"COLUMNS", "LINES"}
_SEQUENCES = re.compile(rb"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[@-Z\\-_])")


class Terminal:
    """A program in a pseudo terminal."""

    def __init__(self, argv: Sequence[str], size: tuple[int, int], env: Mapping[str, str]) -> None:
        self._mine, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.before = termios.tcgetattr(theirs)
        self._theirs = theirs
        inherited = {name: value for name, value in os.environ.items() if name not in _SIZE}
        self.program = subprocess.Popen(
            argv, stdin=theirs, stdout=theirs, stderr=theirs, env={**inherited, **env}, start_new_session=True
        )
        self.written = b""

    def send(self, keys: str) -> None:
        """Press keys."""
        os.write(self._mine, keys.encode())

    def wait(self, text: str) -> None:
        """Read until a text has been shown since the last wait."""
        self.wait_for(lambda seen: text in shown(seen))

    def wait_for(self, enough: object) -> None:
        """Read until what was written since the last wait is enough."""
        start, deadline = len(self.written), time.monotonic() + PATIENCE_SECONDS
        while not enough(self.written[start:]):  # type: ignore[operator]  # a function
            if time.monotonic() > deadline:
                raise AssertionError(shown(self.written[start:])[-2000:])
            self._read(0.2)

    def _read(self, seconds: float) -> bool:
        """Take what is there; tell whether there was anything."""
        ready, _, _ = select.select([self._mine], [], [], seconds)
        if not ready:
            return False
        try:
            self.written += os.read(self._mine, 65536)
        except OSError:
            return False
        return True

    def leave(self, number: signal.Signals | None = None) -> int:
        """Tell the program to stop, or wait until it has; return its exit code."""
        if number is not None:
            self.program.send_signal(number)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.program.poll() is None and time.monotonic() < deadline:
            self._read(0.05)
        while self._read(0.05):
            pass
        return self.program.wait(timeout=5)

    @property
    def restored(self) -> bool:
        """Tell whether the terminal is as it was: echo on, main screen, cursor seen, no mouse reports."""
        modes = termios.tcgetattr(self._theirs)
        on, off = (self.written.rfind(code) for code in (b"\x1b[?1049h", b"\x1b[?1049l"))
        mouse_on, mouse_off = (self.written.rfind(code) for code in (b"\x1b[?1000h", b"\x1b[?1000l"))
        seen, hidden = (self.written.rfind(code) for code in (b"\x1b[?25h", b"\x1b[?25l"))
        return modes[3] == self.before[3] and on < off and mouse_on < mouse_off and hidden < seen

    def close(self) -> None:
        """Make an end of it."""
        if self.program.poll() is None:
            self.program.kill()
            self.program.wait(timeout=5)
        os.close(self._mine)
        os.close(self._theirs)


def shown(data: bytes) -> str:
    """Return the text of what was written, without control sequences."""
    return _SEQUENCES.sub(b"", data).decode("utf-8", "replace")


@contextmanager
def desk_in_terminal(
    folder: object, *, size: tuple[int, int] = (80, 24), before: str = "", **env: str
) -> Iterator[Terminal]:
    """Open a desk in a terminal of its own."""
    plain = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", **env}
    terminal = Terminal([sys.executable, "-c", PROGRAM.format(before=before), str(folder)], size, plain)
    try:
        yield terminal
    finally:
        terminal.close()
