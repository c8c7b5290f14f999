"""Event ids sort by the time they were made, whatever the clock does."""

from __future__ import annotations

from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from deskcollect.ledger.ids import Ids

MS = 1_790_000_000_000
DAY_MS = 86_400_000


def test_an_id_is_a_uuid_of_version_7_that_tells_its_time() -> None:
    made = UUID(Ids().next(MS))
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == MS


def test_ids_stay_sorted_and_unique_through_a_clock_that_jumps_back_400_days() -> None:
    ids = Ids()
    made = [ids.next(MS + n if n < 10_000 else MS - 400 * DAY_MS + n) for n in range(20_000)]
    assert made == sorted(set(made))


@given(st.lists(st.integers(0, 1 << 45), min_size=2, max_size=50))
def test_each_id_is_higher_than_the_one_before(times: list[int]) -> None:
    ids = Ids()
    assert all(a < b for a, b in pairwise([ids.next(at) for at in times]))


@given(st.integers(0, 1 << 45), st.integers(0, 1 << 45))
def test_an_id_is_higher_than_any_that_was_seen(then: int, now: int) -> None:
    seen = Ids().next(then)
    ids = Ids()
    ids.seen(seen)
    assert ids.next(now) > seen


def test_the_random_part_running_over_moves_the_time_on() -> None:
    ids = Ids(lambda bits: (1 << bits) - 1)
    first = ids.next(MS)
    ids.seen("00000000-0000-7fff-bfff-ffffffffffff")
    assert ids.next(MS) > first
    full = Ids(lambda bits: (1 << bits) - 1)
    full.seen(str(UUID(int=MS << 80 | 0x7FFF << 64 | 0b10 << 62 | ((1 << 62) - 1))))
    assert UUID(full.next(MS)).int >> 80 == MS + 1


def test_an_id_of_another_form_says_nothing() -> None:
    ids = Ids()
    ids.seen("e1")
    ids.seen("ffffffff-ffff-4fff-bfff-ffffffffffff")
    assert UUID(ids.next(MS)).int >> 80 == MS
