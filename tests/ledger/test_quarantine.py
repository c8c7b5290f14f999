"""What was cut out of the journal: each piece is kept once, and many cost no more than what they hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from deskcollect.ledger.files import quarantine
from tests.ledger import chains
from tests.ledger.disks import MemoryDisk

FOLDER = Path("/ledger")
FILE = FOLDER / quarantine.FILE
Piece = tuple[dict[str, Any], bytes]


class Counted(MemoryDisk):
    """Counts the bytes that are read of the quarantine."""

    bytes_read = 0

    def read(self, fd: int, offset: int, length: int) -> bytes:
        """Read and count."""
        data = super().read(fd, offset, length)
        if FILE in self.files and self._open[fd] is self.files[FILE]:
            self.bytes_read += len(data)
        return data


def piece(offset: int, rest: bytes) -> Piece:
    """Return a piece with what is said of it."""
    return {"file": "00000001.jsonl", "offset": offset, "bytes": len(rest)}, rest


def kept(disk: MemoryDisk) -> list[tuple[int, int]]:
    """Return where each piece that is kept whole stood, and its length."""
    return [(each["offset"], each["bytes"]) for each in quarantine.headers(disk, FOLDER)]


def places(*pieces: Piece) -> list[tuple[int, int]]:
    """Return the same of pieces, each once."""
    return list(dict.fromkeys((header["offset"], header["bytes"]) for header, _ in pieces))


RESTS = st.sampled_from([b"", b"torn", b"a\nb", b'{"file": "x"}\n'])
PIECES = st.lists(st.builds(piece, st.integers(0, 5), RESTS), max_size=8)


@given(first=PIECES, then=PIECES)
def test_each_piece_is_there_once_however_often_it_is_put_aside(first: list[Piece], then: list[Piece]) -> None:
    disk = MemoryDisk()
    quarantine.add(disk, FOLDER, first)
    quarantine.add(disk, FOLDER, [*first, *then])
    assert kept(disk) == places(*first, *then)
    before = len(disk.steps)
    quarantine.add(disk, FOLDER, [*then, *first])
    assert disk.steps[before:] == [], "nothing is written where all is there"


@given(first=PIECES.filter(bool), then=PIECES, torn=st.integers(1, 70))
def test_what_a_crash_tore_is_put_aside_again(first: list[Piece], then: list[Piece], torn: int) -> None:
    disk = MemoryDisk()
    quarantine.add(disk, FOLDER, first)
    del disk.files[FILE].data[-torn:]
    quarantine.add(disk, FOLDER, [*first, *then])
    assert set(kept(disk)) == set(places(*first, *then))


def test_a_repair_reads_what_was_put_aside_before_once_however_many_pieces_it_adds() -> None:
    disk = Counted()
    quarantine.add(disk, FOLDER, [piece(n, b"x" * 50) for n in range(100)])
    size, disk.bytes_read = len(disk.content(FILE)), 0
    quarantine.add(disk, FOLDER, [piece(n, b"x" * 50) for n in range(50, 200)])
    assert disk.bytes_read < 2 * size, "once, and the last byte"
    assert len(kept(disk)) == 200
    size = len(disk.content(FILE))
    del disk.steps[:]
    disk.bytes_read = 0
    quarantine.add(disk, FOLDER, [piece(n, b"y" * 50) for n in range(1000)])
    assert size <= disk.bytes_read < 2 * size
    assert [step.what for step in disk.steps] == ["write", "sync"]


def test_a_torn_tail_is_put_aside_without_reading_all_that_was_before() -> None:
    disk = Counted({chains.first(FOLDER): b"".join(chains.lines()) + b"torn"})
    quarantine.add(disk, FOLDER, [piece(n, b"x" * 500) for n in range(100)])
    journal = chains.journal(disk, FOLDER)
    disk.bytes_read = 0
    chains.append(journal, chains.text(99))
    assert 0 < disk.bytes_read < 500
    assert kept(disk)[-1][1] == len(b"torn")


def test_a_tail_that_was_put_aside_and_not_yet_cut_is_put_aside_once() -> None:
    torn = b"".join(chains.lines()) + b"torn"
    disk = MemoryDisk({chains.first(FOLDER): torn})
    for _ in range(3):
        disk.files[chains.first(FOLDER)].data[:] = torn
        chains.append(chains.journal(disk, FOLDER), chains.text(99))
    assert disk.content(FILE).count(b"\ntorn\n") == 1
