"""A person's terminal, played by a pseudo terminal: how long from a key to the last byte of what it painted."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COLUMNS, LINES = 120, 36
SILENCE = 0.06


@dataclass(frozen=True)
class Times:
    """Milliseconds from key to last byte, and what one key cost."""

    name: str
    milliseconds: Sequence[float]
    bytes_a_key: float
    cpu_a_key: float

    @property
    def p50(self) -> float:
        """Return the median."""
        return median(self.milliseconds)

    @property
    def p95(self) -> float:
        """Return the 95th percentile."""
        return quantiles(self.milliseconds, n=20)[-1] if len(self.milliseconds) > 1 else self.milliseconds[0]

    def line(self) -> str:
        """Return one line of the report."""
        return (
            f"{self.name:<34} p50 {self.p50:6.1f} ms   p95 {self.p95:6.1f} ms   "
            f"{self.bytes_a_key:8,.0f} bytes   {self.cpu_a_key:5.1f} ms cpu"
        )


class Terminal:
    """A program on a pseudo terminal, as a person would run it."""

    def __init__(self, *arguments: str) -> None:
        self.started = time.perf_counter()
        self.pid, self._file = pty.fork()
        if self.pid == 0:
            os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "TEXTUAL_ANIMATIONS": "none"}
            for name in ("COLUMNS", "LINES", "NO_COLOR"):
                os.environ.pop(name, None)
            os.execv(sys.executable, [sys.executable, *arguments])
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.press(b"\x11")
        os.close(self._file)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def wait_for(self, text: bytes, seconds: float = 60) -> float:
        """Read until a text is painted and the screen is still; return the seconds from the start to the text."""
        seen, end = b"", time.perf_counter() + seconds
        while text not in seen:
            if time.perf_counter() > end:
                raise TimeoutError(text)
            if select.select([self._file], [], [], 1)[0]:
                seen += os.read(self._file, 1 << 16)
        found = time.perf_counter() - self.started
        for _ in self._read(0.5, 0.5):
            pass
        return found

    def type(self, keys: bytes) -> None:
        """Press keys and do not wait."""
        os.write(self._file, keys)

    def press(self, key: bytes, pause: float = 0.0) -> tuple[float, int]:
        """Press a key; return seconds to the last byte and the number of bytes.

        With `pause`, wait until the screen has been still for so many seconds before, and count only what comes at once.
        """
        if pause:
            for _ in self._read(pause, pause):
                pass
        size, start = 0, time.perf_counter()
        last = start
        os.write(self._file, key)
        for data, at in self._read(SILENCE / 2 if pause else SILENCE):
            size, last = size + len(data), at
        return last - start, size

    def until(self, key: bytes, text: bytes, seconds: float = 10) -> tuple[float, int]:
        """Press a key on a still screen; return seconds until a text is painted and the number of bytes up to there."""
        for _ in self._read(0.25, 0.25):
            pass
        seen, start = b"", time.perf_counter()
        os.write(self._file, key)
        while text not in seen:
            if time.perf_counter() > start + seconds:
                raise TimeoutError(text)
            if select.select([self._file], [], [], 1)[0]:
                seen += os.read(self._file, 1 << 16)
        return time.perf_counter() - start, len(seen)

    def times(self, name: str, keys: Sequence[bytes], pause: float = 0.0) -> Times:
        """Press keys one by one."""
        cpu = self.cpu_seconds()
        taken = [self.press(key, pause) for key in keys]
        spent = (self.cpu_seconds() - cpu) * 1000 / len(keys)
        return Times(name, [seconds * 1000 for seconds, _ in taken], sum(s for _, s in taken) / len(keys), spent)

    def cpu_seconds(self) -> float:
        """Return the processor time used so far; 0 where /proc does not tell."""
        with suppress(OSError):
            fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return 0.0

    def memory_megabytes(self) -> float:
        """Return the resident memory; 0 where /proc does not tell."""
        with suppress(OSError):
            pages = int(Path(f"/proc/{self.pid}/statm").read_text("ascii").split()[1])
            return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
        return 0.0

    def _read(self, silence: float, first: float = 2) -> Iterator[tuple[bytes, float]]:
        """Go through what comes until there is silence; the first byte may take longer."""
        wait = first
        while select.select([self._file], [], [], wait)[0]:
            wait = silence
            try:
                data = os.read(self._file, 1 << 16)
            except OSError:
                return
            yield data, time.perf_counter()
