"""A small chain in memory to cut, flip and tamper with: three single records and a batch of three."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from deskcollect.ledger import line
from deskcollect.ledger.files.chain import Chain
from deskcollect.ledger.files.journal import Journal
from deskcollect.ledger.files.lock import WriterLock
from tests.ledger.disks import MemoryDisk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SINGLES, BATCH = 3, 3
TABLE = "events"


def text(number: int) -> str:
    """Return the n-th document."""
    return f'{{"account_id":"A{number}","event_id":"e{number}","note":"J*{number}"}}'


TEXTS = [text(n) for n in range(1, SINGLES + BATCH + 1)]


class Alone(WriterLock):
    """No lock: thousands of disks are tried, each by one writer."""

    @contextmanager
    def held(self, make_folder: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Hold nothing."""
        make_folder()
        yield


def lines() -> list[bytes]:
    """Return the lines of the chain, each with its line end."""
    last, made = line.START, b""
    for one in [[t] for t in TEXTS[:SINGLES]] + [TEXTS[SINGLES:]]:
        data, links = line.encode(last, TABLE, one)
        made, last = made + data, links[-1]
    return made.splitlines(keepends=True)


def first(folder: Path) -> Path:
    """Return the path of the first segment."""
    return folder / "00000001.jsonl"


def disk_with(folder: Path, data: bytes) -> MemoryDisk:
    """Return a disk on which the first segment holds these bytes."""
    return MemoryDisk({first(folder): data})


def read(disk: MemoryDisk, folder: Path) -> Chain:
    """Open the chain for reading."""
    return Chain(disk, folder)


def documents(chain: Chain) -> list[str]:
    """Return the documents that count."""
    return [record.body.decode() for record in chain.records()]


def journal(disk: MemoryDisk, folder: Path, segment_bytes: int = 1 << 24) -> Journal:
    """Open the journal for writing."""
    made = Journal(disk, folder, lock_timeout=5.0, segment_bytes=segment_bytes)
    made.lock = Alone(folder, 5.0)
    return made


def append(journal: Journal, *texts: str) -> None:
    """Append one batch."""
    with journal.writing():
        journal.append(TABLE, list(texts))
