"""What stands in the database of a team: tables, the guards that keep the chain whole, and what a desk may do.

A line is kept as the very text that a journal holds, so that its hash proves it; the columns beside it are an index.
Every writer takes the lock LOCK for its transaction before it looks at the last line. Numbers are therefore given in the
order of commits, without gaps, and whoever follows them skips nothing.
"""

from __future__ import annotations

import re

from deskcollect.errors import BadUse

VERSION = 1
LOCK = 7_236_517_095_012_331
ROLE = "deskcollect_desk"
OLDEST_SERVER = 14
NOT_NEXT = "DC001"
APPEND_ONLY = "DC002"
ONE_ORIGIN = "line_origin"

_ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}")

_TABLES = f"""\
SELECT pg_catalog.pg_advisory_xact_lock({LOCK});

CREATE SCHEMA IF NOT EXISTS deskcollect;

CREATE TABLE IF NOT EXISTS deskcollect.desk (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  id text NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now(),
  version int NOT NULL
);

INSERT INTO deskcollect.desk (id, version)
  SELECT left(replace(gen_random_uuid()::text, '-', ''), 12), {VERSION}
  WHERE NOT EXISTS (SELECT FROM deskcollect.desk);

CREATE TABLE IF NOT EXISTS deskcollect.line (
  seq bigint PRIMARY KEY,
  prev text NOT NULL,
  hash text NOT NULL,
  tbl text NOT NULL,
  number int NOT NULL,
  count int NOT NULL,
  event_id text,
  account_id text,
  customer_id text,
  desk text,
  desk_seq bigint,
  line text NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS line_event ON deskcollect.line (event_id) WHERE tbl IN ('events', 'erased');
CREATE UNIQUE INDEX IF NOT EXISTS {ONE_ORIGIN} ON deskcollect.line (desk, desk_seq);
CREATE INDEX IF NOT EXISTS line_account ON deskcollect.line (account_id, seq);
CREATE INDEX IF NOT EXISTS line_customer ON deskcollect.line (customer_id, seq);
CREATE INDEX IF NOT EXISTS line_other ON deskcollect.line (tbl, seq) WHERE tbl <> 'events';

CREATE TABLE IF NOT EXISTS deskcollect.claim (
  customer_id text PRIMARY KEY,
  by text NOT NULL,
  desk text NOT NULL,
  taken_at timestamptz NOT NULL,
  until timestamptz NOT NULL,
  token text NOT NULL
);
"""  # noqa: S608  # constants of this module

# A trigger of a volatile function sees the rows that the same statement has inserted before, and begins each of its
# statements with a new look at the table; so a client that forgot the lock is held to it here.
_GUARDS = f"""\
CREATE OR REPLACE FUNCTION deskcollect.line_continues() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before_seq bigint := 0;
  before_hash text := repeat('0', 64);
  before_number int := 1;
  before_count int := 1;
  last record;
  raw text := left(NEW.line, -65);
BEGIN
  PERFORM pg_catalog.pg_advisory_xact_lock({LOCK});
  FOR last IN SELECT seq, hash, number, count FROM deskcollect.line ORDER BY seq DESC LIMIT 1 LOOP
    before_seq := last.seq;
    before_hash := last.hash;
    before_number := last.number;
    before_count := last.count;
  END LOOP;
  IF NEW.seq <> before_seq + 1 OR NEW.prev <> before_hash THEN
    RAISE EXCEPTION 'the line is not tied to the last one' USING ERRCODE = '{NOT_NEXT}';
  END IF;
  IF NOT (before_number = before_count AND NEW.number = 1
          OR before_number < before_count AND NEW.number = before_number + 1 AND NEW.count = before_count) THEN
    RAISE EXCEPTION 'the line is not the next one of its batch' USING ERRCODE = '{NOT_NEXT}';
  END IF;
  IF NEW.tbl = 'erased' OR right(NEW.line, 65) <> E'\\t' || NEW.hash
      OR NEW.hash <> encode(sha256(convert_to(raw, 'UTF8')), 'hex')
      OR NOT starts_with(raw, format('{{"s":%s,"p":"%s","t":"%s","b":[%s,%s],"d":{{',
                                     NEW.seq, NEW.prev, NEW.tbl, NEW.number, NEW.count)) THEN
    RAISE EXCEPTION 'the line does not prove itself' USING ERRCODE = '{NOT_NEXT}';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION deskcollect.batch_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT number < count FROM deskcollect.line ORDER BY seq DESC LIMIT 1) THEN
    RAISE EXCEPTION 'a batch is written by one statement' USING ERRCODE = '{NOT_NEXT}';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION deskcollect.append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was recorded is never changed or removed' USING ERRCODE = '{APPEND_ONLY}';
END $$;

CREATE OR REPLACE TRIGGER line_continues BEFORE INSERT ON deskcollect.line
  FOR EACH ROW EXECUTE FUNCTION deskcollect.line_continues();
CREATE OR REPLACE TRIGGER line_whole AFTER INSERT ON deskcollect.line
  FOR EACH STATEMENT EXECUTE FUNCTION deskcollect.batch_is_whole();
CREATE OR REPLACE TRIGGER line_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON deskcollect.line
  FOR EACH STATEMENT EXECUTE FUNCTION deskcollect.append_only();
"""  # noqa: S608  # constants of this module

GUARDS = ("line_continues", "line_stays", "line_whole")

_RIGHTS = """\
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '{role}') THEN
    CREATE ROLE {role} NOLOGIN;
  END IF;
END $$;

REVOKE ALL ON SCHEMA deskcollect FROM PUBLIC, {role};
REVOKE ALL ON ALL TABLES IN SCHEMA deskcollect FROM PUBLIC, {role};
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA deskcollect FROM PUBLIC, {role};
GRANT USAGE ON SCHEMA deskcollect TO {role};
GRANT SELECT, INSERT ON deskcollect.line TO {role};
GRANT SELECT ON deskcollect.desk TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON deskcollect.claim TO {role};
"""


def statements(role: str = ROLE) -> str:
    """Return the SQL that makes the ledger of a team and the role that desks work with. Running it again changes nothing.

    Errors: BadUse for a name that is no plain name of a role.
    """
    if not _ROLE.fullmatch(role):
        raise BadUse(
            f"“{role}” cannot be the name of a role.", "Use small letters, digits and _, as in deskcollect_desk."
        )
    return f"{_TABLES}\n{_GUARDS}\n{_RIGHTS.format(role=role)}"


def script(role: str = ROLE) -> str:
    """Return the same for a person to read, check and run. Errors: as `statements`."""
    return f"""\
-- The ledger of a team for deskcollect, PostgreSQL {OLDEST_SERVER} or newer. Run it in a database of its own, in UTF-8, as a role
-- that may make schemas and roles. Running it again changes nothing.

BEGIN;
{statements(role)}
COMMIT;

-- Each person or desk then gets a login that may do what {role} may and nothing else:
--   CREATE ROLE ana LOGIN PASSWORD '...' IN ROLE {role};
"""
