"""The query of a card: in DuckDB it gives what Polars gives, and the other dialects say the same."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from deskcollect import frames
from deskcollect.errors import BadUse
from deskcollect.frames import Features
from deskcollect.scoring.card import Bin, Card, Characteristic, Segment, load, sealed
from deskcollect.scoring.export import DIALECTS, TABLE
from deskcollect.scoring.features import COLUMNS
from deskcollect.scoring.score import milli_of, points, probability, scaled, without_nan
from deskcollect.scoring.sql import sql
from tests.scoring.builders import NAMES, small_card

if TYPE_CHECKING:
    from collections.abc import Iterator

    Row = dict[str, float | None]

SCHEMA = frames.polars_schema(COLUMNS)


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """Return an empty database in memory that reaches for nothing outside."""
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as found:
        yield found


def stored(database: duckdb.DuckDBPyConnection, frame: pl.DataFrame, folder: Path, table: str = TABLE) -> None:
    """Put a frame into a table of the database, bit for bit."""
    file = folder / "features.parquet"
    frame.write_parquet(file)
    database.execute(f'CREATE OR REPLACE TABLE "{table}" AS FROM read_parquet(?)', [str(file)])


def in_duckdb(database: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    """Return what a query gives, in the order of the accounts."""
    cursor = database.execute(query)
    names = [column[0] for column in cursor.description or ()]
    return pl.DataFrame(cursor.fetchall(), schema=names, orient="row").sort("account_id")


def in_polars(card: Card, frame: pl.DataFrame) -> pl.DataFrame:
    """Return what the program gives, in the order of the accounts."""
    milli = pl.col("card_milli")
    known = without_nan(card, Features(frame.lazy()))
    found = points(card, Features(known)).select(
        "account_id", "card_milli", prob_default=probability(milli), score=scaled(milli)
    )
    return found.collect().sort("account_id")


def assert_same(found: pl.DataFrame, expected: pl.DataFrame) -> None:
    """Compare every row: points and score to the last digit, the chance to what two exponentials may differ by."""
    assert found.columns == expected.columns == ["account_id", "card_milli", "prob_default", "score"]
    for name in ("account_id", "card_milli", "score"):
        assert found[name].to_list() == expected[name].to_list(), name
    difference = (found["prob_default"] / expected["prob_default"] - 1.0).abs().max()
    assert difference is None or float(difference) <= 4e-16 * 4  # type: ignore[arg-type]  # a Series of floats has a float


@pytest.mark.parametrize("name", ["default", "cure"])
def test_every_row_of_the_real_book_scores_in_duckdb_as_in_polars(
    name: str, book_features: pl.DataFrame, database: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    card = load(name)
    stored(database, book_features, tmp_path)
    found = in_duckdb(database, sql(card))
    assert found.height == 20_064
    assert_same(found, in_polars(card, book_features))


@pytest.mark.parametrize("name", ["default", "cure"])
def test_holes_and_edges_in_the_real_book_score_in_duckdb_as_in_polars(
    name: str, book_features: pl.DataFrame, database: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    card = load(name)
    spoilt = at_the_edges(card, book_features.head(3_000))
    stored(database, spoilt, tmp_path)
    assert_same(in_duckdb(database, sql(card)), in_polars(card, spoilt))


def at_the_edges(card: Card, frame: pl.DataFrame) -> pl.DataFrame:
    """Put null, NaN, infinities, the card's edges and their neighbours into every column, each row another mixture."""
    columns = []
    for number, name in enumerate(NAMES):
        own = [each for each in card.characteristics if each.name == name]
        edges = [each.start for found in own for each in found.bins if each.start is not None]
        strange: list[float | None] = [None, math.nan, math.inf, -math.inf, 0.0, -0.0, *beside(edges)]
        real = frame[name].to_list()
        step = 2 + number % 5
        columns.append(
            pl.Series(name, [strange[k // step % len(strange)] if k % step == 0 else real[k] for k in range(len(real))])
        )
    return frame.with_columns(columns)


def beside(edges: list[float]) -> list[float]:
    """Return edges and the floats next to them."""
    return [near for edge in edges for near in (math.nextafter(edge, -math.inf), edge, math.nextafter(edge, math.inf))]


numbers = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300)
milli = st.tuples(st.integers(-20_000, 20_000), st.integers(-20_000, 20_000))


@st.composite
def cards(draw: st.DrawFn) -> Card:
    """Return a card with any edges, such as no training would choose."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    found = []
    for name in names:
        cuts = sorted(draw(st.sets(numbers | st.floats(-2.0, 9.0), max_size=4)))
        edges = [None, *cuts, None]
        bins = tuple(Bin(start, end, draw(milli)) for start, end in pairwise(edges))
        found.append(Characteristic(name, draw(milli), draw(milli), bins))
    segment = Segment(draw(st.sampled_from(NAMES)), draw(numbers | st.just(1.0)), ("one", "two"))
    return sealed(Card("any", "1", "any", segment, draw(st.integers(-20_000, 20_000)), tuple(found)))


@given(cards(), st.data())
@settings(max_examples=60, deadline=None)
def test_any_card_scores_any_row_in_duckdb_as_by_hand(
    tmp_path_factory: pytest.TempPathFactory, card: Card, data: st.DataObject
) -> None:
    edges = [each.start for found in card.characteristics for each in found.bins if each.start is not None]
    value = st.one_of(
        st.none(),
        st.sampled_from([math.nan, math.inf, -math.inf, *beside([*edges, card.segment.start])]),
        st.floats(-10, 10),
    )
    rows: list[Row] = data.draw(st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, value)), min_size=1, max_size=4))
    named = [{"account_id": f"A{k}", "statements_count": 6} | row for k, row in enumerate(rows)]
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as database:
        stored(database, pl.DataFrame(named, schema=SCHEMA), tmp_path_factory.mktemp("any"))
        found = in_duckdb(database, sql(card))
    assert found["card_milli"].to_list() == [milli_of(card, row) for row in rows]
    assert_same(found, in_polars(card, pl.DataFrame(named, schema=SCHEMA)))


def test_columns_that_a_warehouse_keeps_as_whole_numbers_or_decimals_score_alike(
    database: duckdb.DuckDBPyConnection,
) -> None:
    database.execute("CREATE TABLE features (account_id VARCHAR, cycles_now INTEGER, use_now DECIMAL(9, 6))")
    database.execute("INSERT INTO features VALUES ('A', 1, 0.3), ('B', 0, 0.299999), ('C', NULL, NULL)")
    assert in_duckdb(database, sql(small_card()))["card_milli"].to_list() == [-500, -1900, -1300]


def summed(query: str, dialect: str) -> str:
    """Return the sum of all points, put into one dialect. What casts in Spark gives null where others fail."""
    tree = sqlglot.parse_one(query, dialect=dialect)
    [found] = [alias.this for alias in tree.find_all(exp.Alias) if alias.alias == "card_milli"]
    told: str = found.sql("duckdb").replace("TRY_CAST", "CAST")
    return told


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", ["default", "cure"])
def test_every_dialect_has_the_same_cases(name: str, dialect: str) -> None:
    card = load(name)
    query = sql(card, dialect)
    [tree] = sqlglot.parse(query, dialect=dialect)
    assert isinstance(tree, exp.Select)
    assert [column.alias_or_name for column in tree.expressions] == [
        "account_id",
        "card_milli",
        "prob_default",
        "score",
    ]
    assert summed(query, dialect) == summed(sql(card, "duckdb"), "duckdb")
    nulls = [case for case in tree.find_all(exp.Is) if isinstance(case.expression, exp.Null)]
    assert len(nulls) >= len(card.characteristics)
    assert all(name.quoted for name in tree.find_all(exp.Identifier))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_is_not_known_is_asked_for_before_any_number(dialect: str) -> None:
    tree = sqlglot.parse_one(sql(small_card(), dialect), dialect=dialect)
    for case in tree.find_all(exp.Case):
        conditions = [branch.this for branch in case.args["ifs"]]
        if len(conditions) > 1:
            assert isinstance(conditions[0], exp.Is)
            assert not any(isinstance(condition, exp.Is) for condition in conditions[1:])


@pytest.mark.parametrize(
    ("dialect", "test"),
    [
        ("duckdb", 'ISNAN(CAST("use_now" AS DOUBLE))'),
        ("postgres", "CAST(\"use_now\" AS DOUBLE PRECISION) = CAST('NaN' AS DOUBLE PRECISION)"),
        ("spark", "ISNAN(CAST(`use_now` AS DOUBLE))"),
        ("bigquery", "IS_NAN(CAST(`use_now` AS FLOAT64))"),
    ],
)
def test_nan_is_asked_for_in_the_words_of_each_database(dialect: str, test: str) -> None:
    assert test in sql(small_card(), dialect)


@pytest.mark.parametrize(
    ("edge", "told"),
    [
        (0.0763, "< 0.0763"),
        (-1.5, "< -1.5"),
        (1e-9, "< 0.000000001"),
        (0.1 + 0.2, "< CAST('0.30000000000000004' AS DOUBLE)"),
        (-1e300, "< CAST('-1e+300' AS DOUBLE)"),
    ],
)
def test_a_number_with_more_digits_than_a_decimal_keeps_is_told_by_its_text(edge: float, told: str) -> None:
    own = Characteristic("use_now", (0, 0), (0, 0), (Bin(None, edge, (1, 1)), Bin(edge, None, (2, 2))))
    assert f'WHEN "use_now" {told}' in sql(replace(small_card(), characteristics=(own,)))


def test_the_head_names_card_target_and_segments() -> None:
    head = [line for line in sql(small_card()).splitlines() if line.startswith("--")]
    assert head[0] == f"-- Card {small_card().stamp}: default next month"
    assert head[1] == (
        "-- Segments: past due where cycles_now is 1.0 or more, else not past due; unknown is not past due"
    )
    assert "600 at 20 good to 1 bad" in head[3]


def test_no_text_of_a_card_leaves_its_comment(database: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    hostile = replace(
        small_card(),
        target="x\nDROP TABLE features; --\r\u2028DROP TABLE features;\u0085*/",
        segment=Segment("cycles_now", 1.0, ("a\nDELETE FROM features;", "b\x00")),
    )
    query = sql(hostile)
    assert [line[:3] for line in query.splitlines()[:4]] == ["-- "] * 4
    assert query.splitlines()[4] == "SELECT"
    stored(database, pl.DataFrame([{"account_id": "A"} | row_of_nulls()], schema=SCHEMA), tmp_path)
    assert in_duckdb(database, query).height == 1
    assert database.execute("SELECT count(*) FROM features").fetchall() == [(1,)]


def row_of_nulls() -> Row:
    """Return a row of which nothing is known."""
    return dict.fromkeys(NAMES)


@pytest.mark.parametrize("table", ["Kredit Ünion", 'a"b', "select", "x; DROP TABLE features", "-- x"])
def test_a_table_of_any_name_is_read(table: str, database: duckdb.DuckDBPyConnection) -> None:
    quoted = '"' + table.replace('"', '""') + '"'
    database.execute(f"CREATE TABLE {quoted} (account_id VARCHAR, cycles_now DOUBLE, use_now DOUBLE)")
    database.execute(f"INSERT INTO {quoted} VALUES ('A', 2, 5)")
    assert in_duckdb(database, sql(small_card(), table=table))["card_milli"].to_list() == [300]


@pytest.mark.parametrize(
    ("dialect", "table", "named"),
    [
        ("duckdb", "risk.features", 'FROM "risk"."features"'),
        ("postgres", "core.risk.Features", 'FROM "core"."risk"."Features"'),
        ("spark", "risk.features", "FROM `risk`.`features`"),
        ("bigquery", "my-project.risk.features", "FROM `my-project`.`risk`.`features`"),
    ],
)
def test_a_table_is_named_with_its_schema(dialect: str, table: str, named: str) -> None:
    assert named in sql(small_card(), dialect, table)


@pytest.mark.parametrize("table", ["", " ", "a..b", ".a", "a.", "a.b.c.d", "a\nb", "a\x00b"])
def test_what_is_no_name_of_a_table_is_refused(table: str) -> None:
    with pytest.raises(BadUse, match="is no name of a table"):
        sql(small_card(), table=table)


@pytest.mark.parametrize("table", ["known", "summed"])
def test_a_table_may_be_called_as_a_part_of_the_query_is(table: str, database: duckdb.DuckDBPyConnection) -> None:
    database.execute(f"CREATE TABLE {table} (account_id VARCHAR, cycles_now DOUBLE, use_now DOUBLE)")
    assert in_duckdb(database, sql(small_card(), table=table)).height == 0
