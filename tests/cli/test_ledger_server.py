"""deskcollect ledger server: the SQL printed, run and checked, against a real server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from deskcollect import settings
from deskcollect.ledger.postgres import schema
from tests.aged import aged, fill, old
from tests.cli.line import Run
from tests.ledger.builders import event, record
from tests.ledger.servers import Database, PostgreSQL


@pytest.fixture
def empty(postgresql: PostgreSQL) -> Iterator[Database]:
    """Return a database without a ledger."""
    with postgresql.database("template0") as made:
        yield made


def name_server(desk: Path, address: str) -> None:
    """Write the address of a server into desk.toml."""
    settings.write(desk, replace(settings.read(desk), ledger=address))


def test_the_printed_sql_makes_the_ledger(line: Run, empty: Database) -> None:
    printed = line("ledger", "server")
    assert printed.code == 0
    assert printed.err == ""
    empty.run(printed.out)
    checked = line("ledger", "server", "--check", "--address", empty.address)
    assert (checked.code, "0 records, head 0:" in checked.out) == (0, True)


def test_another_role_stands_in_the_sql(line: Run) -> None:
    printed = line("ledger", "server", "--role", "collectors").out
    assert "GRANT SELECT, INSERT ON deskcollect.line TO collectors;" in printed
    assert schema.ROLE not in printed


def test_it_is_made_where_desk_toml_says_and_again_without_harm(line: Run, empty: Database, desk: Path) -> None:
    name_server(desk, empty.admin)
    first = line("ledger", "server", "--create", "--desk", desk, "--json")
    again = line("ledger", "server", "--create", "--desk", desk, "--json")
    assert first.code == again.code == 0
    assert first.json == again.json
    assert first.json["role"] == schema.ROLE
    assert f"its desk id is {first.json['desk']}." in first.err


def test_a_check_says_who_may_do_what_and_that_all_is_proved(line: Run, database: Database) -> None:
    with database.opened() as ledger:
        record(ledger, event(1), event(2))
        head = ledger.head()
    done = line("ledger", "server", "--check", "--address", database.address)
    assert done.code == 0
    assert f"2 records, head {head.stamp}, desk id {head.desk}." in done.out
    assert "Every record proves itself.\ndesk may read and record, and change nothing.\n" in done.out
    assert "does not wait for its disk" in done.err
    told = line("ledger", "server", "--check", "--address", database.address, "--json").json
    assert (told["ok"], told["records"], told["head"], told["too_much"]) == (True, 2, head.stamp, [])


def test_a_check_warns_of_an_account_that_could_do_harm(line: Run, database: Database) -> None:
    done = line("ledger", "server", "--check", "--address", database.admin)
    assert done.code == 0
    assert "postgres owns the ledger and could take its guards away" in done.err
    assert "change nothing" not in done.out
    database.run("GRANT UPDATE, DELETE ON deskcollect.line TO deskcollect_desk")
    assert "desk may UPDATE, DELETE lines" in line("ledger", "server", "--check", "--address", database.address).err


def test_a_check_fails_where_nothing_can_be_recorded_or_something_was_altered(line: Run, database: Database) -> None:
    with database.opened() as ledger:
        record(ledger, event(1), event(2))
    database.run("ALTER TABLE deskcollect.line DISABLE TRIGGER line_stays")
    database.run("UPDATE deskcollect.line SET line = replace(line, 'ana', 'ben') WHERE seq = 2")
    altered = line("ledger", "server", "--check", "--address", database.address)
    assert altered.code == 1
    assert "Record 2 on the server of this machine" in altered.out
    assert "a guard that keeps the chain whole is missing" in altered.err
    database.run("REVOKE INSERT ON deskcollect.line FROM deskcollect_desk")
    refused = line("ledger", "server", "--check", "--address", database.address, "--json")
    assert refused.code == 1
    assert (refused.json["ok"], refused.json["lacks"]) == (False, ["INSERT"])


def test_a_password_that_others_can_read_is_warned_of(line: Run, database: Database, desk: Path) -> None:
    name_server(desk, database.address.replace("desk@", "desk:hush-hush@"))
    (desk / settings.FILE).chmod(0o644)
    done = line("ledger", "server", "--check", "--desk", desk)
    assert "desk.toml holds the password of the server" in done.err
    assert "hush-hush" not in done.out + done.err
    (desk / settings.FILE).chmod(0o600)
    assert "holds the password" not in line("ledger", "server", "--check", "--desk", desk).err


@pytest.mark.parametrize(
    ("address", "held"),
    [
        ("postgresql://ana:x@server/db", True),
        ("postgresql://ana@server/db?password=x", True),
        ("postgresql://ana@server/db", False),
        ("postgresql://[ana@server/db", False),
    ],
)
def test_a_password_is_seen_wherever_it_stands(address: str, *, held: bool) -> None:
    from deskcollect.desk.team import server

    assert server.holds_password(address) is held


# --- two desks of one team ---------------------------------------------------------------------------------------------------


@pytest.fixture
def front(desk: Path, tmp_path: Path) -> Path:
    """Return a second desk over the same book."""
    other = Path(shutil.copytree(desk, tmp_path / "front"))
    settings.write(other, replace(settings.read(other), name="front", desk_id="id-front"))
    return other


NOWHERE = "postgresql://desk@localhost:1/none"


def test_what_one_desk_records_the_other_shows(line: Run, desk: Path, front: Path, database: Database) -> None:
    for each in (desk, front):
        name_server(each, database.address)
    recorded = line("record", "A1", "PTP", "--amount", "full", "--due", "+3", "--desk", desk)
    assert recorded.code == 0
    shown = [line("show", "A1", "--desk", each, "--json").json for each in (desk, front)]
    assert shown[0]["score"] == shown[1]["score"]
    assert "PTP" in [each["code"] for each in shown[1]["events"]]


def test_without_the_server_a_desk_goes_on_and_says_what_waits(
    line: Run, desk: Path, front: Path, database: Database
) -> None:
    name_server(front, database.address)
    name_server(desk, NOWHERE)
    recorded = line("record", "A1", "NA", "--desk", desk)
    assert recorded.code == 0
    assert "cannot be reached. 1 entry waits here and will go there later." in recorded.err
    again = line("worklist", "--desk", desk)
    assert "could not be used a moment ago and is tried again within a minute. 1 entry waits here" in again.err
    asked = line("ledger", "sync", "--desk", desk)
    assert (asked.code, asked.out) == (3, "")
    name_server(desk, database.address)
    sent = line("ledger", "sync", "--desk", desk, "--json")
    assert sent.json == {"sent": 1, "taken": 0, "older": 0, "waiting": 0, "to_erase": 0}
    assert "0 entries sent, 1 entry taken." in line("ledger", "sync", "--desk", front).out
    assert line("record", "A1", "BZ", "--desk", desk).err.count("wait") == 0


def test_a_server_that_was_checked_is_tried_at_once(line: Run, desk: Path, database: Database) -> None:
    name_server(desk, NOWHERE)
    line("record", "A1", "NA", "--desk", desk)
    name_server(desk, database.address)
    assert "1 entry waits here" in line("worklist", "--desk", desk).err
    assert line("ledger", "server", "--check", "--desk", desk).code == 0
    assert line("worklist", "--desk", desk).err == ""
    assert line("ledger", "sync", "--desk", desk, "--json").json["sent"] == 0


def test_what_another_desk_erased_is_told_by_sync(line: Run, desk: Path, front: Path, database: Database) -> None:
    for each in (desk, front):
        name_server(each, database.address)
    line("record", "A1", "NA", "--desk", desk)
    line("ledger", "sync", "--desk", front)
    assert line("ledger", "erase", "C1", "--reason", "asked", "--yes", "--desk", desk).code == 0
    line("ledger", "sync", "--desk", desk)
    told = line("ledger", "sync", "--desk", front)
    assert "1 record that is here was erased at another desk" in told.err
    assert "deskcollect ledger erase --finish" in told.err


def test_what_is_older_than_what_a_desk_keeps_is_left_out_and_counted_as_at_a_merge(
    line: Run, desk: Path, database: Database
) -> None:
    kept = sum(len(each) for each in aged(desk) if each[-1] > 30)
    assert line("ledger", "retain", "--years", "5", "--yes", "--desk", desk).code == 0
    name_server(desk, database.address)
    with database.opened() as server:
        fill(server, old(500), old(501), old(502, occurred_at=datetime.now(UTC)))
    done = line("ledger", "sync", "--desk", desk)
    assert done.out.splitlines() == [
        "Left out: 2 entries older than what is kept here, since old records were dropped.",
        f"{kept} entries sent, 1 entry taken.",
    ]
    told = line("ledger", "sync", "--desk", desk, "--json").json
    assert (told["taken"], told["older"]) == (0, 0), "what was looked at once is not told again"


def test_a_desk_without_a_server_or_an_id_is_told(line: Run, desk: Path, database: Database) -> None:
    refused = line("ledger", "sync", "--desk", desk)
    assert (refused.code, "This desk has no server." in refused.err) == (2, True)
    settings.write(desk, replace(settings.read(desk), ledger=database.address, desk_id=""))
    assert "ledger adopt" in line("ledger", "sync", "--desk", desk).err


# --- who is calling whom, across the team ------------------------------------------------------------------------------------


@pytest.fixture
def team(desk: Path, front: Path, database: Database) -> tuple[Path, Path]:
    """Return both desks with the server of their team in desk.toml."""
    for each in (desk, front):
        name_server(each, database.address)
    return desk, front


def test_a_customer_that_one_desk_claims_the_other_is_told_of(line: Run, team: tuple[Path, Path]) -> None:
    desk, front = team
    mine = line("claim", "A1", "--by", "ben", "--desk", desk)
    assert (mine.code, "The team" in mine.err) == (0, False)
    assert "Customer C1 is yours, ben, until " in mine.out
    refused = line("claim", "A1", "--by", "ana", "--desk", front)
    assert (refused.code, refused.out.startswith("ben has this customer until ")) == (1, True)
    assert line("claim", "A1", "--by", "ben", "--desk", desk).code == 0, "one's own is renewed"
    assert "ben has this customer until" in line("show", "A1", "--desk", front).err
    recorded = line("record", "A1", "NA", "--by", "ana", "--desk", front)
    assert (recorded.code, "ben has this customer until" in recorded.err) == (0, True)
    assert "ana had no claim on customer C1." in line("release", "A1", "--by", "ana", "--desk", front).out
    assert "Customer C1 is free." in line("release", "A1", "--by", "ben", "--desk", desk).out
    assert "has this customer" not in line("show", "A1", "--desk", front).err
    assert line("claim", "A1", "--by", "ana", "--desk", front).code == 0


def test_a_customer_that_another_desk_has_is_not_kept_here_either(line: Run, team: tuple[Path, Path]) -> None:
    desk, front = team
    line("claim", "A1", "--by", "ben", "--desk", desk)
    line("claim", "A1", "--by", "ana", "--desk", front)
    line("release", "A1", "--by", "ben", "--desk", desk)
    assert line("claim", "A1", "--by", "jo", "--desk", front).code == 0


def test_somebody_of_the_same_name_at_another_desk_is_somebody_else(line: Run, team: tuple[Path, Path]) -> None:
    desk, front = team
    line("claim", "A1", "--by", "ana", "--desk", desk)
    refused = line("claim", "A1", "--by", "ana", "--desk", front)
    assert (refused.code, refused.out.startswith("ana at another desk has this customer until ")) == (1, True)
    assert line("claim", "A1", "--by", "ana", "--desk", front, "--json").json["mine"] is False
    named = {"north": settings.read(desk).desk_id, "front": "id-front"}
    settings.write(front, replace(settings.read(front), team=named, me="ana"))
    assert "ana at north has this customer until " in line("show", "A1", "--desk", front).err
    assert "at north" not in line("show", "A1", "--desk", desk).err


def test_two_people_at_one_desk_are_told_of_each_other_with_the_server_and_without(line: Run, desk: Path) -> None:
    name_server(desk, NOWHERE)
    assert line("claim", "A1", "--by", "ben", "--desk", desk).code == 0
    refused = line("claim", "A1", "--by", "ana", "--desk", desk)
    assert (refused.code, "ben has this customer" in refused.out) == (1, True)


def test_without_the_server_a_claim_holds_on_this_machine_and_says_so(line: Run, desk: Path) -> None:
    name_server(desk, NOWHERE)
    kept = line("claim", "A1", "--by", "ben", "--desk", desk)
    assert (kept.code, "Customer C1 is yours, ben, until" in kept.out) == (0, True)
    assert kept.err.count("The team was not asked: the claim holds for the programs of this machine.") == 1
    shown = line("show", "A1", "--desk", desk)
    assert (shown.code, "ben has this customer until" in shown.err) == (0, True)
    assert "could not be used a moment ago" in shown.err
    recorded = line("record", "A1", "NA", "--by", "ana", "--desk", desk)
    assert (recorded.code, "ben has this customer until" in recorded.err) == (0, True)
    given_back = line("release", "A1", "--by", "ben", "--desk", desk)
    assert "Customer C1 is free." in given_back.out
    assert "The team was not asked: a claim that stands there ends by itself." in given_back.err


def test_what_was_claimed_without_the_server_stands_here_when_it_is_back(
    line: Run, desk: Path, database: Database
) -> None:
    name_server(desk, NOWHERE)
    line("claim", "A1", "--by", "ben", "--desk", desk)
    name_server(desk, database.address)
    line("ledger", "sync", "--desk", desk)
    refused = line("claim", "A1", "--by", "ana", "--desk", desk)
    assert (refused.code, "ben has this customer" in refused.out) == (1, True)


def test_what_was_claimed_without_the_server_is_known_there_from_the_first_visit_on(
    line: Run, desk: Path, front: Path, database: Database
) -> None:
    name_server(desk, NOWHERE)
    name_server(front, database.address)
    line("claim", "A1", "--by", "ben", "--minutes", "40", "--desk", desk)
    assert "has this customer" not in line("show", "A1", "--desk", front).err
    name_server(desk, database.address)
    line("ledger", "sync", "--desk", desk)
    refused = line("claim", "A1", "--by", "ana", "--desk", front, "--json").json
    assert (refused["by"], refused["mine"]) == ("ben", False)
    until = datetime.fromisoformat(refused["until"]) - datetime.now(UTC)
    assert timedelta(minutes=35) < until <= timedelta(minutes=41)
    assert "Customer C1 is free." in line("release", "A1", "--by", "ben", "--desk", desk).out
    assert line("claim", "A1", "--by", "ana", "--desk", front).code == 0


def test_a_customer_whom_another_desk_took_meanwhile_is_given_back_here(
    line: Run, desk: Path, front: Path, database: Database
) -> None:
    name_server(desk, NOWHERE)
    name_server(front, database.address)
    line("claim", "A1", "--by", "ben", "--desk", desk)
    assert line("claim", "A1", "--by", "ana", "--desk", front).code == 0
    name_server(desk, database.address)
    line("ledger", "sync", "--desk", desk)
    assert "ana has this customer until" in line("record", "A1", "NA", "--by", "ben", "--desk", desk).err
    line("release", "A1", "--by", "ana", "--desk", front)
    assert line("claim", "A1", "--by", "jo", "--desk", desk).code == 0, "ben's is no more"


def test_where_the_server_gives_no_word_on_claims_the_rest_works_as_before(
    line: Run, team: tuple[Path, Path], database: Database
) -> None:
    desk, front = team
    database.run("REVOKE ALL ON deskcollect.claim FROM deskcollect_desk")
    kept = line("claim", "A1", "--by", "ben", "--desk", desk)
    assert (kept.code, "The team was not asked" in kept.err) == (0, True)
    recorded = line("record", "A1", "NA", "--by", "ben", "--desk", desk)
    assert (recorded.code, recorded.err.count("wait")) == (0, 0)
    assert "NA" in [each["code"] for each in line("show", "A1", "--desk", front, "--json").json["events"]]


def test_entries_that_do_not_fit_keep_no_claim_from_the_team_that_was_made_without_it(
    line: Run, desk: Path, front: Path, database: Database
) -> None:
    name_server(desk, NOWHERE)
    name_server(front, database.address)
    for each, code in ((desk, "NA"), (front, "BZ")):
        line("record", "A1", code, "--event-id", "same", "--desk", each)
    line("claim", "A1", "--by", "ben", "--desk", desk)
    name_server(desk, database.address)
    assert line("ledger", "sync", "--desk", desk).code == 2
    assert "ben has this customer until" in line("show", "A1", "--desk", front).err


def test_entries_that_do_not_fit_keep_no_claim_from_the_team(
    line: Run, desk: Path, front: Path, database: Database
) -> None:
    for each, code in ((desk, "NA"), (front, "BZ")):
        line("record", "A1", code, "--event-id", "same", "--desk", each)
        name_server(each, database.address)
    assert line("claim", "A1", "--by", "ben", "--desk", desk).code == 0
    for _ in range(2):
        refused = line("claim", "A1", "--by", "ana", "--desk", front)
        assert (refused.code, refused.out.startswith("ben has this customer")) == (1, True)
        assert "wait" in refused.err


# --- what desks erased, erased on the server, too -----------------------------------------------------------------------------


def erased_at(line: Run, desk: Path, front: Path, database: Database) -> None:
    """Let a desk record of a customer and erase it, and tell the server; the other desk has what was recorded."""
    for each in (desk, front):
        name_server(each, database.address)
    for code in ("NA", "WN"):
        assert line("record", "A1", code, "--note", "said the dog ate it", "--desk", desk).code == 0
    assert line("ledger", "sync", "--desk", front).code == 0
    done = line("ledger", "erase", "C1", "--reason", "asked by letter", "--yes", "--by", "mei", "--desk", desk)
    assert "The team's server keeps them until its owner gives  deskcollect ledger server --erase" in done.err
    assert line("ledger", "sync", "--desk", desk).code == 0


def on_disk(database: Database) -> str:
    """Return every line of the server."""
    return "\n".join(text for (text,) in database.run("SELECT t::text FROM deskcollect.line t"))


def test_the_owner_takes_out_of_the_server_what_desks_erased(
    line: Run, desk: Path, front: Path, database: Database
) -> None:
    erased_at(line, desk, front, database)
    before = line("ledger", "server", "--check", "--desk", desk)
    assert "2 records that desks erased stand there still." in before.err
    assert "the dog ate it" in on_disk(database)
    shown = line("ledger", "server", "--erase", "--address", database.admin, "--desk", desk)
    assert (shown.code, "2 records of C1" in shown.err, "by mei" in shown.err) == (2, True, True)
    assert "the dog ate it" in on_disk(database), "nobody said yes"
    done = line("ledger", "server", "--erase", "--yes", "--address", database.admin, "--desk", desk)
    assert (done.code, done.err.count("VACUUM")) == (0, 0)
    assert "2 records erased there. The ledger is whole" in done.out
    assert "the dog ate it" not in on_disk(database)
    assert "A1" not in on_disk(database)
    checked = line("ledger", "server", "--check", "--desk", desk)
    assert checked.code == 0
    assert "Every record proves itself.\n2 records have no content any more: erased, as the ledger says." in checked.out
    assert "stand there still" not in checked.err
    with pytest.raises(psycopg.Error, match="never changed"):
        database.run("UPDATE deskcollect.line SET line = ''")


def test_the_team_goes_on_with_a_server_where_something_was_erased(
    line: Run, desk: Path, front: Path, tmp_path: Path, database: Database
) -> None:
    erased_at(line, desk, front, database)
    assert line("ledger", "server", "--erase", "--yes", "--address", database.admin, "--desk", desk).code == 0
    assert line("ledger", "server", "--erase", "--yes", "--address", database.admin, "--desk", desk).code == 0
    late = Path(shutil.copytree(front, tmp_path / "late", ignore=shutil.ignore_patterns("ledger", "cache")))
    settings.write(late, replace(settings.read(late), name="late", desk_id="id-late"))
    assert "2 records that are here were erased" in line("ledger", "sync", "--desk", front).err
    finished = line("ledger", "erase", "--finish", "--yes", "--by", "jo", "--desk", front)
    assert "by mei on" in finished.err
    assert line("record", "A1", "NA", "--desk", front).code == 0
    for each in (desk, late):
        assert line("ledger", "sync", "--desk", each).code == 0
        assert line("ledger", "verify", "--desk", each).code == 0
        shown = line("show", "A1", "--desk", each, "--json").json
        assert [event["code"] for event in shown["events"]] == ["NA"]
    assert line("ledger", "server", "--check", "--desk", desk).code == 0


def test_a_hold_at_any_desk_keeps_it_on_the_server(line: Run, desk: Path, front: Path, database: Database) -> None:
    erased_at(line, desk, front, database)
    assert line("ledger", "hold", "C1", "--reason", "in court", "--by", "jo", "--desk", front).code == 0
    assert line("ledger", "sync", "--desk", front).code == 0
    done = line("ledger", "server", "--erase", "--yes", "--address", database.admin, "--desk", desk)
    assert "2 records stay: C1 is on hold since" in done.err
    assert "0 records erased there." in done.out
    assert "the dog ate it" in on_disk(database)


def test_a_desk_may_not_erase_on_the_server(line: Run, desk: Path, front: Path, database: Database) -> None:
    erased_at(line, desk, front, database)
    refused = line("ledger", "server", "--erase", "--yes", "--desk", desk)
    assert refused.code == 2
    assert "desk may not take anything out of the ledger on the server of this machine" in refused.err
    assert "the dog ate it" in on_disk(database)


def test_a_hold_at_one_desk_forbids_an_erasure_at_another_at_once(
    line: Run, desk: Path, front: Path, database: Database
) -> None:
    for each in (desk, front):
        name_server(each, database.address)
    assert line("record", "A1", "NA", "--desk", desk).code == 0
    assert line("ledger", "hold", "C1", "--reason", "in court", "--by", "jo", "--desk", front).code == 0
    refused = line("ledger", "erase", "C1", "--reason", "asked", "--yes", "--by", "mei", "--desk", desk)
    assert (refused.code, "The records of C1 are on hold since" in refused.err) == (2, True)
    assert "C1" in line("ledger", "holds", "--desk", desk).out
    assert line("ledger", "release-hold", "C1", "--reason", "over", "--by", "jo", "--desk", front).code == 0
    assert line("ledger", "erase", "C1", "--reason", "asked", "--yes", "--by", "mei", "--desk", desk).code == 0
    assert line("ledger", "verify", "--desk", front, "--json").json["unfinished"] == 0
    assert "3 records that are here were erased at another desk" in line("ledger", "sync", "--desk", front).err


def test_an_erasure_without_the_server_says_that_holds_may_be_unknown(line: Run, desk: Path) -> None:
    name_server(desk, NOWHERE)
    line("record", "A1", "NA", "--desk", desk)
    done = line("ledger", "erase", "C1", "--reason", "asked", "--yes", "--by", "mei", "--desk", desk)
    assert done.code == 0
    assert "cannot be used now: what other desks put on hold lately is not known here." in done.err
