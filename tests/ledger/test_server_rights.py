"""What the database of a team refuses: to whom, and by which guard, so that no desk can harm what was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import psycopg
import pytest
from psycopg import errors

from deskcollect.errors import AppendOnly, BadUse, NotRecorded
from deskcollect.ledger import line
from deskcollect.ledger.line import Link
from deskcollect.ledger.postgres import opening, schema, setting_up
from deskcollect.ledger.postgres.prove import COLUMNS, columns
from deskcollect.ledger.postgres.server import Server
from tests.ledger.builders import all_ids, event, event_id, ids, record
from tests.ledger.servers import Database, PostgreSQL

KINDS = ("bigint", "text", "text", "text", "int", "int", "text", "text", "text", "text", "bigint", "text")
INSERT = f"""
    INSERT INTO deskcollect.line ({", ".join(COLUMNS)}, line)
    SELECT * FROM unnest({", ".join(f"%s::{kind}[]" for kind in KINDS)})
"""
CHANGES = (
    "UPDATE deskcollect.line SET line = ''",
    "DELETE FROM deskcollect.line",
    "TRUNCATE deskcollect.line",
)


@pytest.fixture
def two(database: Database) -> Database:
    """Return a team's ledger of two records."""
    with database.opened() as ledger:
        record(ledger, event(1), event(2))
    return database


@pytest.mark.parametrize(
    "query",
    [
        *CHANGES,
        "DROP TABLE deskcollect.line",
        "DROP SCHEMA deskcollect CASCADE",
        "ALTER TABLE deskcollect.line DISABLE TRIGGER ALL",
        "ALTER TABLE deskcollect.line ADD COLUMN more text",
        "CREATE TABLE deskcollect.more (id int)",
        "CREATE OR REPLACE FUNCTION deskcollect.append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "SET session_replication_role = replica",
        "UPDATE deskcollect.desk SET id = 'mine'",
        "DELETE FROM deskcollect.desk",
        "INSERT INTO deskcollect.desk (id, version) VALUES ('second', 1)",
        "TRUNCATE deskcollect.claim",
        "CREATE ROLE another",
    ],
)
def test_a_desk_may_not(two: Database, query: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        two.run(query, desk=True)
    with two.opened() as ledger:
        assert all_ids(ledger) == ids([event(1), event(2)])


def test_a_desk_may_read_record_and_claim(two: Database) -> None:
    may = two.run(
        """
        SELECT t, p FROM unnest(ARRAY['line', 'desk', 'claim']) AS t,
          unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS p
        WHERE has_table_privilege('deskcollect.' || t, p)
        """,
        desk=True,
    )
    line_rights = {("line", "SELECT"), ("line", "INSERT")}
    claim_rights = {("claim", right) for right in ("SELECT", "INSERT", "UPDATE", "DELETE")}
    assert set(may) == line_rights | claim_rights | {("desk", "SELECT")}


@pytest.mark.parametrize("query", CHANGES)
def test_not_even_the_keeper_changes_a_line_by_mistake(two: Database, query: str) -> None:
    with pytest.raises(psycopg.Error) as refused:
        two.run(query)
    assert refused.value.sqlstate == schema.APPEND_ONLY


def test_somebody_else_has_no_rights_at_all(two: Database) -> None:
    two.run("DROP ROLE IF EXISTS stranger; CREATE ROLE stranger LOGIN")
    address = two.server.address("stranger", two.name)
    with psycopg.connect(address) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute("SELECT line FROM deskcollect.line")


# --- the chain is guarded by the database, too -------------------------------------------------------------------------------


def insert(
    database: Database,
    *batches: tuple[Link, str, list[str]],
    cut: int = 0,
    other: Mapping[str, object] = MappingProxyType({}),
) -> None:
    """Insert lines as a desk that heeds no rule; `cut` leaves the last of them out, `other` gives columns another value."""
    with psycopg.connect(database.address, autocommit=True) as connection:
        for after, table, documents in batches:
            data, _ = line.encode(after, table, documents)
            texts = data.decode().split("\n")[: -1 - cut]
            rows = []
            for text in texts:
                found = line.read(text.encode())
                assert found is not None
                row = dict(zip((*COLUMNS, "line"), (*columns(found, "x"), text), strict=True))
                rows.append(tuple((row | dict(other)).values()))
            connection.execute(INSERT, [list(column) for column in zip(*rows, strict=True)])


def last(database: Database) -> Link:
    """Return the end of the chain."""
    with database.opened() as ledger:
        head = ledger.head()
        return Link(head.seq, head.hash)


def test_a_line_that_continues_the_chain_is_taken(two: Database) -> None:
    insert(two, (last(two), "other", ["{}", '{"a":1}']))
    with two.opened() as ledger:
        assert ledger.head().seq == 4
        assert ledger.verify().ok


@pytest.mark.parametrize(
    "wrong",
    [
        {"seq": 4},
        {"seq": 2},
        {"prev": "0" * 64},
        {"hash": "0" * 64},
        {"tbl": "events"},
        {"tbl": "erased"},
        {"number": 2},
        {"count": 2},
        {"line": "{}"},
    ],
    ids=str,
)
def test_a_line_that_does_not_is_refused(two: Database, wrong: dict[str, object]) -> None:
    end = last(two)
    with pytest.raises(psycopg.Error) as refused:
        insert(two, (end, "other", ["{}"]), other=wrong)
    assert refused.value.sqlstate == schema.NOT_NEXT
    assert last(two) == end


@pytest.mark.parametrize("after", [Link(1, "0" * 64), Link(2, "0" * 64), Link(7, "f" * 64)])
def test_a_line_tied_to_another_is_refused(two: Database, after: Link) -> None:
    with pytest.raises(psycopg.Error) as refused:
        insert(two, (after, "other", ["{}"]))
    assert refused.value.sqlstate == schema.NOT_NEXT


def test_half_a_batch_is_refused(two: Database) -> None:
    with pytest.raises(psycopg.Error) as refused:
        insert(two, (last(two), "other", ["{}", "{}", "{}"]), cut=1)
    assert refused.value.sqlstate == schema.NOT_NEXT
    assert last(two).seq == 2


def test_an_event_is_there_once_whoever_inserts_it(two: Database) -> None:
    with pytest.raises(errors.UniqueViolation):
        insert(two, (last(two), "events", [f'{{"event_id":"{event_id(1)}"}}']))


@pytest.mark.parametrize(
    ("sqlstate", "kind", "told"),
    [(schema.NOT_NEXT, NotRecorded, "does not continue its chain"), (schema.APPEND_ONLY, AppendOnly, "never changed")],
)
def test_what_the_guards_say_is_told_in_words(two: Database, sqlstate: str, kind: type[Exception], told: str) -> None:
    two.run(
        f"""
        CREATE OR REPLACE FUNCTION deskcollect.batch_is_whole() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{sqlstate}'; END $$
        """
    )
    with two.opened() as ledger, pytest.raises(kind, match=told):
        record(ledger, event(3))


# --- making it ---------------------------------------------------------------------------------------------------------------


def test_making_it_again_changes_nothing(two: Database) -> None:
    with two.opened() as ledger:
        before = ledger.head()
    connection = opening.connection(two.admin)
    try:
        assert setting_up.create(connection) == before.desk
        two.run(schema.script())
    finally:
        connection.close()
    with two.opened() as ledger:
        assert ledger.head() == before
        record(ledger, event(3))


def test_each_team_has_a_desk_id_of_its_own(postgresql: PostgreSQL) -> None:
    made = set()
    for _ in range(2):
        with postgresql.database("template0") as empty:
            connection = opening.connection(empty.admin)
            made.add(setting_up.create(connection))
            connection.close()
    assert len(made) == 2
    assert all(len(desk_id) == 12 for desk_id in made)


def test_the_role_is_named_by_whoever_makes_it(postgresql: PostgreSQL) -> None:
    with postgresql.database("template0") as empty:
        connection = opening.connection(empty.admin)
        setting_up.create(connection, "collectors")
        connection.close()
        assert empty.run("SELECT has_table_privilege('collectors', 'deskcollect.line', 'INSERT')") == [(True,)]
        assert empty.run("SELECT has_table_privilege('deskcollect_desk', 'deskcollect.line', 'SELECT')") == [(False,)]


@pytest.mark.parametrize("role", ["", "Desk", "a b", "a; DROP SCHEMA deskcollect", "ä", "x" * 64])
def test_only_a_plain_name_can_be_that_of_a_role(role: str) -> None:
    with pytest.raises(BadUse, match="cannot be the name of a role"):
        schema.statements(role)


def test_a_desk_cannot_make_it(postgresql: PostgreSQL) -> None:
    with postgresql.database("template0") as empty:
        connection = opening.connection(empty.address)
        with pytest.raises(BadUse, match="may not make the ledger"):
            setting_up.create(connection)
        connection.close()


def test_a_database_that_is_not_in_utf_8_is_refused(postgresql: PostgreSQL) -> None:
    name = "in_latin"
    postgresql.run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    connection = opening.connection(postgresql.address("postgres", name))
    try:
        with pytest.raises(BadUse, match="not in UTF-8"):
            setting_up.create(connection)
    finally:
        connection.close()
        postgresql.run(f"DROP DATABASE {name} WITH (FORCE)")


# --- what an account may do, told --------------------------------------------------------------------------------------------


def account(address: str) -> setting_up.Account:
    """Return what an account may do."""
    connection = opening.connection(address)
    try:
        return setting_up.account(connection)
    finally:
        connection.close()


def test_a_desk_has_no_more_rights_than_it_needs(database: Database) -> None:
    told = account(database.address)
    assert (told.name, told.lacks, told.too_much, told.owns) == ("desk", (), (), False)
    assert told.guarded
    assert not told.durable, "the server of the tests does not wait for its disk"


def test_a_keeper_has_too_many_rights_for_a_desk(database: Database) -> None:
    told = account(database.admin)
    assert told.owns
    assert {"UPDATE", "DELETE", "TRUNCATE"} <= set(told.too_much)


def test_a_guard_that_was_taken_down_is_missed(database: Database) -> None:
    database.run("ALTER TABLE deskcollect.line DISABLE TRIGGER line_stays")
    assert not account(database.address).guarded


def test_an_account_that_may_only_read_cannot_record(two: Database) -> None:
    two.run("REVOKE INSERT ON deskcollect.line FROM deskcollect_desk")
    assert account(two.address).lacks == ("INSERT",)
    with two.opened() as ledger:
        assert isinstance(ledger.backend, Server)
        assert not ledger.health().writable
        with pytest.raises(NotRecorded, match="this account may not record"):
            record(ledger, event(3))
        assert all_ids(ledger) == ids([event(1), event(2)])
