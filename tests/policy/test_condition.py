"""What a condition may say, and that nothing else ever reaches Polars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from deskcollect import frames
from deskcollect.policy.condition import LONGEST, BadCondition, compile_condition

SUBQUERIES = [
    "dpd IN (SELECT a FROM read_csv('{file}'))",
    "dpd > (SELECT MAX(a) FROM read_csv('{file}'))",
    "EXISTS (SELECT 1 FROM read_csv('{file}'))",
    "dpd = ANY (SELECT a FROM read_csv('{file}'))",
    "dpd > ALL (SELECT a FROM read_csv('{file}'))",
    "TRUE OR dpd IN (SELECT a FROM read_csv('{file}'))",
    "CASE WHEN TRUE THEN dpd IN (SELECT a FROM read_csv('{file}')) END",
    "COALESCE((SELECT TRUE FROM read_csv('{file}')), TRUE)",
    "dpd IN (TABLE x)",
    "(SELECT TRUE)",
    "dpd IN read_csv('{file}')",
    "read_csv('{file}')",
    "read_parquet('{file}') IS NULL",
    "dpd > 1 FROM read_csv('{file}')",
    "dpd > 1 UNION SELECT a FROM read_csv('{file}')",
    "SELECT a FROM read_csv('{file}')",
    "WITH x AS (SELECT a FROM read_csv('{file}')) SELECT TRUE FROM x",
    "TRUE; SELECT a FROM read_csv('{file}')",
]


def refused(text: str, columns: frames.Columns = frames.FACTS) -> str:
    """Return why a condition is refused."""
    with pytest.raises(BadCondition) as caught:
        compile_condition(text, columns)
    return str(caught.value)


def accounts(**columns: Sequence[object]) -> pl.DataFrame:
    """Return accounts of which only some columns are known."""
    known = {column.name: column for column in frames.FACTS}
    return pl.DataFrame({name: pl.Series(values, dtype=known[name].dtype) for name, values in columns.items()})


def holds(text: str, **columns: Sequence[object]) -> list[bool | None]:
    """Return for which accounts a condition holds."""
    expr = compile_condition(text, frames.FACTS).expr
    return accounts(**columns).select(expr).to_series().to_list()


# --- what is refused by name -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("dpd IN (SELECT 1)", "a subquery"),
        ("SUM(past_due) > 1000", "the function SUM, which looks at many accounts at once,"),
        ("COUNT(*) > 1", "the function COUNT, which looks at many accounts at once,"),
        ("MAX(dpd) = dpd", "the function MAX, which looks at many accounts at once,"),
        ("AVG(dpd) < dpd", "the function AVG, which looks at many accounts at once,"),
        ("SUM(dpd) OVER (PARTITION BY customer_id) > 1", "a window (OVER)"),
        ("ROW_NUMBER() OVER (ORDER BY dpd) = 1", "a window (OVER)"),
        ("read_csv('book.csv')", "the function READ_CSV"),
        ("scan_any('book.csv')", "the function SCAN_ANY"),
        ("(dpd AS x) > 1", "an alias (AS)"),
        ("UNNEST(signals) = 'rolling'", "the function EXPLODE"),
        ("as_of = CURRENT_DATE", "the function CURRENT_DATE"),
        ("last_at < CURRENT_TIMESTAMP", "the function CURRENT_TIMESTAMP"),
        ("last_at < NOW()", "the function CURRENT_TIMESTAMP"),
        ("RANDOM() > 0.5", "the function RAND"),
        ("UPPER(currency) = 'TWD'", "the function UPPER"),
        ("dpd > 1; dpd > 2", "“;”"),
        ("currency = ';'", "“;”"),
        ("CAST(dpd AS VARCHAR) = '1'", "CAST"),
        ("dpd::text = '1'", "CAST"),
        ("customer_name::date = as_of", "CAST"),
        ("CAST(dpd AS DATE) = as_of", "CAST"),
        ("TRY_CAST(dpd AS INT) = 1", "the function TRY_CAST"),
        ("dpd % 2 = 0", "MOD"),
        ("customer_name || 'x' = 'ax'", "DPIPE"),
        ("currency ILIKE 't%'", "ILIKE"),
        ("customer_name ~ 'a+'", "the function REGEXP_LIKE"),
        ("dpd > $1", "PARAMETER"),
        ("dpd > ?", "PLACEHOLDER"),
        ("* IS NULL", "STAR"),
        ("signals[1] = 'rolling'", "BRACKET"),
        ("(dpd, score) = (1, 2)", "TUPLE"),
        ("EXTRACT(YEAR FROM as_of) = 2026", "the function EXTRACT"),
        ("E'\\x41' = currency", "BYTESTRING"),
    ],
)
def test_what_is_no_predicate_over_one_account_is_refused_by_name(text: str, named: str) -> None:
    said = refused(text)
    assert said.startswith(named)
    assert "not allowed" in said


@pytest.mark.parametrize("text", ["dpd > 1 AS late", "dpd AS x", "(dpd > 1) AS x"])
def test_an_alias_is_no_condition(text: str) -> None:
    assert refused(text).startswith(f"“{text}” is not a condition")


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "(", ")", "'", '"', "dpd >", "dpd > 1 dpd", "AND", "dpd = 1 OR", "dpd > 1, dpd > 2"),
        *("dpd > 1\0", "dpd \0> 1", "`dpd` > 1", "/* no end", "dpd > 1 LIMIT 1", "dpd > 1 ORDER BY dpd", "VALUES (1)"),
    ],
)
def test_what_is_no_sql_is_answered_with_an_example(text: str) -> None:
    assert "write one as in  tier IN ('D', 'E') AND dpd > 30" in refused(text)


@pytest.mark.parametrize("text", ["dpd", "dpd + 1", "'text'", "NULL", "1", "tier", "as_of", "COALESCE(dpd, 1)"])
def test_what_is_neither_true_nor_false_is_refused(text: str) -> None:
    assert refused(text).startswith("must be true or false, but is ")


# --- nothing of it reaches Polars ------------------------------------------------------------------------------------------


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """Return a file that a condition has no business to read."""
    file = tmp_path / "marker.csv"
    file.write_text("a\n1\n", "utf-8")
    return file


def test_polars_by_itself_reads_files_while_it_parses(marker: Path) -> None:
    gone = marker.with_name("gone.csv")
    with pytest.raises(Exception, match="No such file"):
        pl.sql_expr(SUBQUERIES[0].format(file=gone))


@pytest.mark.parametrize("text", SUBQUERIES)
def test_a_condition_that_names_a_file_never_reaches_polars(
    text: str, marker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(pl, "sql_expr", seen.append)
    refused(text.format(file=marker))
    assert seen == []


@pytest.mark.parametrize("text", SUBQUERIES)
def test_and_is_refused_alike_whether_the_file_is_there_or_not(text: str, marker: Path) -> None:
    there = refused(text.format(file=marker))
    marker.unlink()
    assert refused(text.format(file=marker)) == there


def test_polars_is_given_what_was_checked_and_no_comment(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    compiled = pl.sql_expr

    def watched(text: str) -> pl.Expr:
        seen.append(text)
        return compiled(text)

    monkeypatch.setattr(pl, "sql_expr", watched)
    compile_condition("dpd > 1 -- IN (SELECT a FROM read_csv('x'))\n AND score < 500", frames.FACTS)
    (given,) = seen
    assert given.startswith("dpd > 1")
    assert "\n" not in given
    assert given.count("--") == 0


# --- columns and their values ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dqd > 1", "unknown column “dqd”. Did you mean “dpd”?"),
        ("DPD > 1", "unknown column “DPD”. Did you mean “dpd”?"),
        ('"customer name" IS NULL', "unknown column “customer name”. Did you mean “customer_name”?"),
        ("promise_brokn_on IS NULL", "unknown column “promise_brokn_on”. Did you mean “promise_broken_on”?"),
        ("xyzzy > 1", "unknown column “xyzzy”."),
        ("accounts.dpd > 1", "“accounts.dpd”: a column is named without a table"),
    ],
)
def test_an_unknown_column_is_answered_with_the_nearest(text: str, said: str) -> None:
    assert refused(text) == said


def test_a_column_of_a_later_step_is_not_known_yet() -> None:
    assert refused("tier = 'A'", frames.SCORED_FACTS).startswith("unknown column “tier”.")


@pytest.mark.parametrize(
    "text",
    [
        "tier = 'F'",
        "'F' = tier",
        "(tier) = 'F'",
        "tier <> 'F'",
        "NOT tier = 'F'",
        "tier > 'F'",
        "tier IN ('A', 'F')",
        "tier NOT IN ('F')",
        "tier BETWEEN 'A' AND 'F'",
        "CASE tier WHEN 'F' THEN TRUE ELSE FALSE END",
        "CASE WHEN dpd > 1 THEN tier = 'F' ELSE FALSE END",
        "dpd > 1 AND (score < 500 OR tier = 'F')",
    ],
)
def test_a_value_that_a_tier_never_has_is_refused_wherever_it_stands(text: str) -> None:
    assert refused(text) == "“F” is no value of tier; its values: A, B, C, D, E"


def test_other_closed_lists_are_kept_to_as_well() -> None:
    assert refused("exposure = 'huge'") == "“huge” is no value of exposure; its values: none, low, mid, high"
    assert refused("alert_level = 'pink'").endswith("its values: blue, yellow, orange, red")
    assert refused("promise_status IN ('kept', 'lost')").startswith("“lost” is no value of promise_status")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("deceased = 'true'", "'true' is text, and deceased is not"),
        ("dpd > '30'", "'30' is text, and dpd is not"),
        ("past_due > '1000'", "'1000' is text, and past_due is not"),
        ("as_of > '2026-09-30'", "'2026-09-30' is text, and as_of is not"),
        ("signals = 'rolling'", "'rolling' is text, and signals is not"),
        ("tier = 3", "3 is a number, and tier is not"),
        ("deceased = 1", "1 is a number, and deceased is not"),
        ("currency IN (1, 2)", "1 is a number, and currency is not"),
        ("as_of > 20260930", "20260930 is a number, and as_of is not"),
    ],
)
def test_a_comparison_that_would_never_hold_is_refused(text: str, said: str) -> None:
    assert refused(text).startswith(said)


@pytest.mark.parametrize(
    "text",
    [
        "as_of > DATE '2026-02-30'",
        "as_of > DATE 'soon'",
        "as_of - INTERVAL '1 fortnight' > last_on",
        "as_of + INTERVAL '9999999 years' > last_on",
        "deceased AND dpd",
        "signals > signals",
        "dpd IS 3",
        "dpd IN ()",
        "past_due * past_due > 1",
        "currency > dpd",
    ],
)
def test_what_would_fail_on_a_book_is_refused_before_there_is_one(text: str) -> None:
    assert refused(text).startswith("types do not fit: ")


# --- hostile text ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "(" * 600 + "TRUE" + ")" * 600,
        "NOT " * 450 + "TRUE",
        "ABS(" * 300 + "dpd" + ")" * 300 + " > 1",
        "CASE WHEN TRUE THEN " * 70 + "TRUE" + " END" * 70,
    ],
)
def test_deeply_nested_text_is_refused_in_a_sentence(text: str) -> None:
    assert len(text) <= LONGEST
    assert len(refused(text)) < LONGEST + 100


def test_too_many_brackets_are_named_as_such() -> None:
    assert refused("(" * 600 + "TRUE" + ")" * 600) == "the condition is nested too deeply"


@pytest.mark.parametrize("text", [" OR ".join(["dpd > 1"] * 12_000), "customer_name = '" + "x" * 100_000 + "'"])
def test_a_hundred_thousand_characters_are_refused_without_being_read_or_repeated(text: str) -> None:
    said = refused(text)
    assert said == f"a condition has at most 2,000 characters, this one has {len(text):,}"


def test_the_longest_condition_that_is_allowed_still_compiles() -> None:
    text = " OR ".join(["dpd > 1"] * 182).ljust(LONGEST)
    assert len(text) == LONGEST
    assert compile_condition(text, frames.FACTS).columns == {"dpd"}
    assert refused(f"{text} ") == "a condition has at most 2,000 characters, this one has 2,001"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("customer_name = 'it''s'", "it's"),
        ("customer_name = 'a\\'", "a\\"),
        ("customer_name = '-- no comment'", "-- no comment"),
        ("customer_name = '/* nor this */'", "/* nor this */"),
        ("customer_name = '\0'", "\0"),
        ("customer_name = 'a\nb'", "a\nb"),
        ("customer_name = '\u202e陳😀'", "\u202e陳😀"),
        ("customer_name = '\"dpd\"'", '"dpd"'),
        ("customer_name = '{dpd}'", "{dpd}"),
        ("customer_name = ':x $1 ?'", ":x $1 ?"),
    ],
)
def test_a_literal_means_itself_to_both_parsers(text: str, name: str) -> None:
    assert holds(text, customer_name=[name, f"{name}x", None]) == [True, False, None]


# --- what a condition may say ----------------------------------------------------------------------------------------------


def test_it_knows_its_text_and_the_columns_it_asks_for() -> None:
    found = compile_condition("dpd > 30 AND (exposure = 'high' OR dpd > 60)", frames.FACTS)
    assert found.text == "dpd > 30 AND (exposure = 'high' OR dpd > 60)"
    assert found.columns == {"dpd", "exposure"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dpd > 30", [False, True, None]),
        ("dpd > 30 -- more than a month", [False, True, None]),
        ("/* late */ dpd > 30", [False, True, None]),
        ('"dpd" > 30', [False, True, None]),
        ("NOT dpd > 30", [True, False, None]),
        ("dpd BETWEEN 30 AND 60", [True, True, None]),
        ("dpd IN (30, 31)", [True, False, None]),
        ("dpd IS NULL", [False, False, True]),
        ("COALESCE(dpd, 0) = 0", [False, False, True]),
        ("ABS(dpd - 45) = 15", [True, True, None]),
        ("-dpd = -30", [True, False, None]),
        ("GREATEST(dpd, 40) = 40", [True, False, True]),
        ("CASE WHEN dpd > 30 THEN TRUE ELSE FALSE END", [False, True, False]),
        ("TRUE", [True]),
    ],
)
def test_the_language_of_conditions(text: str, expected: list[bool | None]) -> None:
    assert holds(text, dpd=[30, 60, None]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("deceased IS TRUE", [True, False, False]),
        ("deceased IS FALSE", [False, True, False]),
        ("deceased IS NOT TRUE", [False, True, True]),
        ("deceased IS NOT FALSE", [True, False, True]),
        ("NOT (deceased IS TRUE)", [False, True, True]),
        ("NOT deceased IS FALSE", [True, False, True]),
        ("(dpd > 30) IS NOT TRUE", [False, True, True]),
        ("dpd / 2 > 15 IS NOT FALSE", [True, False, True]),
        ("deceased IS FALSE IS NOT TRUE", [True, False, True]),
        ("(deceased OR dpd > 30) IS FALSE", [False, True, False]),
        ("CASE WHEN deceased IS FALSE THEN TRUE ELSE (dpd > 30) IS TRUE END", [True, True, False]),
        ("NULL IS NOT TRUE", [True]),
        ("deceased IS NOT NULL", [True, True, False]),
        ("deceased IS UNKNOWN", [False, False, True]),
    ],
)
def test_what_is_asked_to_be_true_is_true_or_not_and_never_unknown(text: str, expected: list[bool]) -> None:
    assert holds(text, deceased=[True, False, None], dpd=[40, 2, None]) == expected


def test_days_and_spans_of_days() -> None:
    days = [date(2026, 9, 1), date(2026, 8, 30), None]
    assert holds("last_on >= DATE '2026-08-31'", last_on=days) == [True, False, None]
    month = "last_on >= as_of - INTERVAL '30 days'"
    assert holds(month, last_on=days, as_of=[date(2026, 9, 30)] * 3) == [True, False, None]


def test_tiers_compare_from_the_best_to_the_worst() -> None:
    assert holds("tier >= 'D'", tier=["A", "D", "E", None]) == [False, True, True, None]


def test_likeness_of_text() -> None:
    assert holds("currency LIKE 'T%'", currency=["TWD", "USD", None]) == [True, False, None]


# --- division --------------------------------------------------------------------------------------------------------------


def test_a_quotient_of_money_is_a_ratio_and_not_cut_to_two_digits() -> None:
    money: dict[str, Sequence[object]] = {"past_due": [50, 50], "balance": [160, 161]}
    assert holds("past_due / balance > 0.312", **money) == [True, False]


def test_days_divide_into_fractions() -> None:
    assert holds("other_dpd / dpd > 3.4", other_dpd=[7], dpd=[2]) == [True]


@pytest.mark.parametrize("text", ["past_due / credit_limit > 0.9", "NOT past_due / credit_limit > 0.9"])
def test_an_account_without_a_limit_stops_no_rule_that_divides_by_it(text: str) -> None:
    assert holds(text, past_due=[10, 10], credit_limit=[0, None]) == [None, None]


def test_quotients_within_quotients() -> None:
    expected = [True, None]
    assert (
        holds("past_due / (balance / credit_limit) = 20", past_due=[10, 1], balance=[1, 0], credit_limit=[2, 2])
        == expected
    )
