"""The chain of another desk held against what is known of it here: gaps, and forks at the entry where they part.

Lines are chained, so that one line that is the same proves all before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from deskcollect.errors import BadUse, Fork
from deskcollect.ledger import line
from deskcollect.ledger.tables import EVENTS

if TYPE_CHECKING:
    from deskcollect.ledger.line import Link, Record
    from deskcollect.ledger.replication.bundle import Bundle
    from deskcollect.ledger.replication.heads import Heads

_FIRST_LINE = 2  # of a file, behind its header


@dataclass
class _Way:
    """How far the lines of one owner in the bundle agree with what is known of them here.

    `agreed` is the last number at which both are the same, None where the bundle does not reach back to it; `doubt` the
    first entry after it that is not here as it is there.
    """

    agreed: int | None
    doubt: int = 0

    def agree(self, seq: int) -> None:
        """Take in that both are the same at a number, and so at every one before."""
        self.agreed, self.doubt = seq, 0


class Ways:
    """Follows the lines of a bundle by the desks that they belong to. `reached` is the last line of each."""

    def __init__(self, heads: Heads, bundle: Bundle) -> None:
        self._heads = heads
        self._bundle = bundle
        self._ways: dict[str, _Way] = {}
        self.reached: dict[str, Link] = {}
        self._numbers: dict[str, dict[int, str]] = {}

    def begin(self) -> None:
        """Check that what is known of the sender goes as far as the bundle begins."""
        header = self._bundle.header
        if not self._heads.desk:
            raise BadUse("This desk has no id, so nothing can be merged.", "Give it one:  deskcollect ledger adopt")
        if not header.after:
            return
        desk = header.owner(header.after)
        mine = self._heads.is_mine(desk, header.after)
        known = self._heads.lines.last if mine else self._heads.known.get(desk, line.START)
        if known.seq < header.after:
            if mine:
                self._put_back(header.after)
            begin = f" --after {known.seq}" if known.seq else ""
            raise BadUse(
                f"Entries {known.seq + 1:,} to {header.after:,} of {self._named(desk)} are not here yet, so nothing was taken in.",
                f"Export there with them:  deskcollect ledger export FILE.ledger{begin}",
            )

    def follow(self, number: int, record: Record) -> None:
        """Hold a line of the sender against what is known of it."""
        desk = self._bundle.header.owner(record.seq)
        way = self._ways.get(desk)
        mine = self._heads.is_mine(desk, record.seq)
        if way is None:
            reaches = not self._bundle.header.after or number != _FIRST_LINE
            way = self._ways[desk] = _Way(record.seq - 1 if reaches else None)
        if mine:
            if record.seq > self._heads.lines.last.seq:
                self._forked(desk, way)
            self._hold(desk, way, record.link, record.prev)
            return
        known = self._heads.known.get(desk, line.START)
        if _parts(known, record.link, record.prev):
            self._forked(desk, way)
        if record.seq == known.seq:
            way.agree(record.seq)
        self.reached[desk] = record.link

    def own(self, record: Record, *, same: bool | None) -> None:
        """Take in whether an entry of the sender is here from the same line; None where that cannot be told."""
        way = self._ways[self._bundle.header.owner(record.seq)]
        if same:
            way.agree(record.seq)
        elif same is False and not way.doubt:
            way.doubt = record.seq

    def come_back(self, desk: str, link: Link, prev: str) -> None:
        """Hold an entry of this desk that another one passes back against the line that stands here, or stood."""
        way = self._ways.setdefault(desk, _Way(None))
        if link.seq > self._heads.lines.last.seq:
            self._put_back(link.seq)
        self._hold(desk, way, link, prev)

    def _hold(self, desk: str, way: _Way, link: Link, prev: str) -> None:
        """Hold an own line against the one that stands here, or against those beside it where it is lost."""
        here = self._heads.own(link.seq)
        if here == link.hash:
            way.agree(link.seq)
        elif here is not None or not self._heads.fits(link, prev):
            self._forked(desk, way)

    def tied(self, number: int, desk: str, link: Link, prev: str) -> None:
        """Hold an entry that was passed on against its neighbours, in the bundle and here."""
        before = self.reached.get(desk)
        if before is not None and _parts(before, link, prev):
            self._bundle.refuse(number, f"the entry of desk {desk} does not follow the one before it")
        known = self._heads.known.get(desk)
        if known is not None and _parts(known, link, prev):
            _two_under_one_id(desk, min(link.seq, known.seq))

    def placed(self, desk: str, link: Link) -> None:
        """Hold an entry that was passed on and is not here against the one that is here under its number, if one is."""
        known = self._heads.known.get(desk)
        if known is None or link.seq > known.seq:
            return
        if desk not in self._numbers:
            self._numbers[desk] = _numbers(self._heads, desk)
        if self._numbers[desk].get(link.seq, link.hash) != link.hash:
            _two_under_one_id(desk, link.seq)

    def passed_on(self, desk: str, link: Link) -> None:
        """Take in how far the entries of a third desk go."""
        reached = self.reached.get(desk)
        if reached is None or link.seq > reached.seq:
            self.reached[desk] = link

    def end(self) -> None:
        """Refuse a bundle that ends before what is known, and with entries that are not here. Errors: Fork."""
        for desk, way in self._ways.items():
            known = self._heads.known.get(desk)
            if known is not None and way.doubt and way.doubt <= known.seq:
                self._forked(desk, way)

    def _named(self, desk: str) -> str:
        """Return what a desk is called, with its id."""
        header = self._bundle.header
        return (
            f"{header.name} (desk {desk})" if desk in header.ids and header.name not in ("", desk) else f"desk {desk}"
        )

    def _forked(self, desk: str, way: _Way) -> NoReturn:
        """Refuse what was recorded twice under one id: a folder was copied, or put back from an older copy, and both went on."""
        mine = desk in (self._heads.desk, *(each.was for each in self._heads.adopted))
        whose = "this desk" if mine else self._named(desk)
        why = "Its folder was copied, or put back from an older copy, and both were worked on; nothing was taken in."
        if way.agreed is None:
            raise Fork(
                f"The bundle and this ledger differ on the entries of {whose} before the bundle begins. {why}",
                "To see from where on, export there without --after and merge that.",
            )
        remedy = f"deskcollect ledger adopt --after {way.agreed}"
        what = f"agree on the entries of {whose} up to number {way.agreed:,} and not on those after it"
        raise Fork(
            f"The bundle and this ledger {what if way.agreed else f'agree on no entry of {whose}'}. {why}",
            f"Take another id here, then merge again:  {remedy}"
            if mine
            else f"Give the desk that sent this another id, then export there again:  {remedy}",
        )

    def _put_back(self, seq: int) -> NoReturn:
        """Refuse own entries that this ledger does not have any more."""
        last = self._heads.lines.last.seq
        raise Fork(
            f"The bundle holds entry {seq:,} of this desk, and this ledger ends with {last:,}, so it was put back from an "
            "older copy. Nothing was taken in.",
            f"Take another id, then merge again to get them back:  deskcollect ledger adopt --after {last}",
        )


def _numbers(heads: Heads, desk: str) -> dict[int, str]:
    """Return the hashes of the entries of another desk that are here, by its own numbers."""
    mark = f'"desk":"{desk}"'.encode()  # an id holds nothing that JSON escapes
    origins = (
        record.document().get("origin")
        for record in heads.lines.records()
        if record.table == EVENTS and mark in record.body
    )
    return {
        each["seq"]: each["hash"]
        for each in origins
        if isinstance(each, dict) and each.get("desk") == desk and "seq" in each and "hash" in each
    }


def _two_under_one_id(desk: str, seq: int) -> NoReturn:
    """Refuse an entry where another one of the same desk stands under its number."""
    raise Fork(
        f"Two desks recorded under the id {desk}: what came of it before and what is in the bundle part at entry {seq:,}. "
        "Nothing was taken in.",
        f"Give one of the two another id  (deskcollect ledger adopt --after {seq - 1}, there),  merge its own bundle here, "
        "then this one again.",
    )


def _parts(known: Link, link: Link, prev: str) -> bool:
    """Say whether a line and the one that is known at its number, or before it, cannot be of one chain."""
    return (link.seq == known.seq and link.hash != known.hash) or (link.seq == known.seq + 1 and prev != known.hash)
