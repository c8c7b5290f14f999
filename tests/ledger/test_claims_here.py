"""Who is about to contact a customer, among the programs of one machine."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect.ledger.files.claims import ClaimsHere, runs, this_program
from deskcollect.ledger.files.state import State
from tests.ledger.builders import NOW

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def state(tmp_path: Path) -> State:
    """Return the state of a desk."""
    return State(tmp_path / "state.json", lock_timeout=10)


@pytest.fixture
def claims(state: State) -> ClaimsHere:
    """Return claims by name."""
    return ClaimsHere(state, "front")


def minutes(number: float) -> timedelta:
    """Return some minutes."""
    return timedelta(minutes=number)


def test_the_first_has_the_customer_and_the_second_is_told_who(claims: ClaimsHere) -> None:
    mine = claims.take("C1", "ben", now=NOW)
    assert (mine.by, mine.until) == ("ben", NOW + minutes(15))
    assert claims.take("C1", "ana", now=NOW + minutes(1)) == mine
    assert claims.take("C2", "ana", now=NOW).by == "ana"


@pytest.mark.parametrize(("after", "whose"), [(14.9, "ben"), (15, "ana"), (600, "ana")])
def test_a_claim_ends_by_itself(claims: ClaimsHere, after: float, whose: str) -> None:
    claims.take("C1", "ben", now=NOW)
    assert claims.take("C1", "ana", now=NOW + minutes(after)).by == whose


def test_a_claim_is_renewed_by_taking_it_again(claims: ClaimsHere) -> None:
    claims.take("C1", "ben", now=NOW)
    claims.take("C1", "ben", now=NOW + minutes(10))
    assert claims.take("C1", "ana", now=NOW + minutes(20)).by == "ben"
    assert len(claims.standing(NOW + minutes(20))) == 1


def test_only_ones_own_claim_is_given_back(claims: ClaimsHere) -> None:
    claims.take("C1", "ben", now=NOW)
    assert not claims.release("C1", "ana")
    assert claims.release("C1", "ben")
    assert not claims.release("C1", "ben")
    assert claims.standing(NOW) == ()


def test_where_the_clock_was_put_far_back_a_claim_has_ended(claims: ClaimsHere) -> None:
    claims.take("C1", "ben", now=NOW)
    assert claims.standing(NOW - minutes(6)) == ()
    assert claims.take("C1", "ana", now=NOW - minutes(6)).by == "ana"


def test_a_clock_that_is_set_right_by_seconds_frees_nobody(claims: ClaimsHere) -> None:
    claims.take("C1", "ben", now=NOW)
    assert claims.take("C1", "ana", now=NOW - timedelta(seconds=30)).by == "ben"


def test_the_claim_of_a_program_ends_with_it(state: State) -> None:
    dead: set[str] = set()
    screen = ClaimsHere(state, "front", sits="one", is_running=lambda mark: mark not in dead)
    other = ClaimsHere(state, "front", sits="two", is_running=lambda mark: mark not in dead)
    screen.take("C1", "ben", now=NOW)
    assert other.take("C1", "ana", now=NOW).by == "ben"
    dead.add("one")
    assert other.standing(NOW) == ()
    assert other.take("C1", "ana", now=NOW).by == "ana"


def test_this_program_runs_and_one_that_ended_does_not() -> None:
    assert runs(this_program())
    code = "from deskcollect.ledger.files.claims import this_program; print(this_program())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not runs(done.stdout.strip())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells when a process started")
def test_a_process_number_that_is_used_again_is_another_program() -> None:
    machine, pid, started, boot = this_program().split("/")
    assert not runs(f"{machine}/{pid}/{int(started) - 1}/{boot}")
    assert not runs(f"{machine}/{pid}/{started}/another-boot")


def test_a_program_of_another_machine_is_not_judged() -> None:
    assert runs("another-machine/1/2/3")


def test_drafts_and_places_stay_as_they_are(state: State, claims: ClaimsHere, tmp_path: Path) -> None:
    state.keep_draft("A1", {"code": "NA"})
    state.keep_place("ana", {"row": 3})
    claims.take("C1", "ben", now=NOW)
    claims.release("C1", "ben")
    assert (state.draft("A1"), state.place("ana")) == ({"code": "NA"}, {"row": 3})
    assert set(json.loads((tmp_path / "state.json").read_text())) >= {"drafts", "places"}


@pytest.mark.parametrize(
    "written",
    [{"1": {"key": "C1", "value": 5}}, {"1": {"key": "C1", "value": {"by": "x", "taken_at": "no", "until": "no"}}},
     {"1": {"value": {}}}, {"1": {"key": "C1", "value": {"by": "x", "taken_at": "2026-01-01", "until": "2027-01-01"}}}],
)  # fmt: skip
def test_what_cannot_be_read_is_no_claim(claims: ClaimsHere, tmp_path: Path, written: object) -> None:
    (tmp_path / "state.json").write_text(json.dumps({"claims": written}))
    assert claims.standing(NOW) == ()
    assert claims.take("C1", "ana", now=NOW).by == "ana"
    assert len(claims.standing(NOW)) == 1


def test_of_many_that_ask_at_once_one_has_the_customer(tmp_path: Path) -> None:
    def ask(number: int) -> str:
        own = ClaimsHere(State(tmp_path / "state.json", lock_timeout=30), "front")
        return own.take("C1", f"person-{number}", now=NOW).by

    with ThreadPoolExecutor(8) as pool:
        told = set(pool.map(ask, range(24)))
    assert len(told) == 1


STEPS = st.lists(
    st.tuples(st.sampled_from(["take", "release"]), st.sampled_from("abc"), st.sampled_from("xy"), st.integers(0, 30)),
    max_size=12,
)


@given(steps=STEPS)
def test_a_customer_never_has_two_at_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, str, int]]
) -> None:
    claims = ClaimsHere(State(tmp_path_factory.mktemp("claims") / "state.json", lock_timeout=30), "front")
    known: dict[str, tuple[str, float]] = {}
    now = NOW
    for what, by, customer, later in steps:
        now += minutes(later)
        at = now.timestamp()
        owner, until = known.get(customer, ("", 0.0))
        if what == "release":
            assert claims.release(customer, by) == (owner == by and customer in known)
            if owner == by:
                del known[customer]
            continue
        if until <= at or owner == by:
            known[customer] = (by, (now + minutes(15)).timestamp())
        known = {each: held for each, held in known.items() if held[1] > at}
        assert claims.take(customer, by, now=now).by == known[customer][0]
        assert {each.customer_id for each in claims.standing(now)} == set(known)


def test_a_claim_stays_ones_own_when_the_desk_takes_another_id(tmp_path: Path) -> None:
    state = State(tmp_path / "state.json")
    ClaimsHere(state, "before").take("C1", "ana", now=NOW)
    after = ClaimsHere(state, "after")
    assert [(each.by, each.desk) for each in after.standing(NOW)] == [("ana", "after")]
