"""What a book says about an account."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.frames import Cycles
from deskcollect.scoring.features import BY_NAME, COLUMNS, FAMILIES, FEATURES, asked, features
from tests.scoring.builders import NAMES, account, months

if TYPE_CHECKING:
    from polars._typing import EngineType


def known(cycles: Cycles) -> dict[str, Any]:
    """Return the features of one account."""
    return features(cycles).collect().row(0, named=True)


CUSTOMER = months(
    balance=[120, 100, 80, 60, 40, 20],
    limit=[200] * 6,
    paid=[0, 8, 30, 80, 10, 5],
    cycles=[2, 1, 0, 0, 3, 0],
    status=["past_due", "past_due", "revolving", "paid_in_full", "past_due", "inactive"],
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("status_now", 2),
        ("status_one_ago", 1),
        ("status_two_ago", 0),
        ("cycles_now", 2),
        ("cycles_max_6", 3),
        ("cycles_max_3", 2),
        ("cycles_sum_6", 6),
        ("late_months", 3),
        ("late_months_two", 2),
        ("months_since_late", 0),
        ("late_streak", 2),
        ("cycles_change", 2),
        ("paid_in_full_months", 1),
        ("revolving_months", 1),
        ("inactive_months", 1),
        ("use_now", 0.6),
        ("use_mean", 0.35),
        ("use_max", 0.6),
        ("use_slope", 0.1),
        ("use_change", 0.2),
        ("pay_ratio_last", 0.0),
        ("pay_ratio_mean_3", round((0 + 8 / 80 + 30 / 60) / 3, 6)),
        ("pay_ratio_mean_5", round((0 + 8 / 80 + 30 / 60 + 1.5 + 10 / 20) / 5, 6)),
        ("pay_ratio_min", 0.0),
        ("paid_to_limit_6", round(133 / 200, 6)),
        ("paid_to_limit_last", 0.0),
        ("unpaid_months", 1),
    ],
)
def test_each_feature_follows_its_formula(name: str, expected: float) -> None:
    assert known(CUSTOMER)[name] == expected


def test_there_are_27_features_each_in_a_declared_family_with_words_for_every_value() -> None:
    assert len(FEATURES) == len(set(NAMES)) == 27
    assert len(BY_NAME) == 30
    for feature in BY_NAME.values():
        edges = [words.below for words in feature.words]
        assert feature.family in FAMILIES
        assert edges == sorted(set(edges))
        assert edges[-1] == float("inf")
        assert all("{" not in words.said(1.0, "six months") for words in feature.words)


def test_an_amount_is_told_beside_what_is_usual_in_the_book() -> None:
    usual = {"limit_usual": 400.0, "balance_usual": 50.0, "paid_usual": None}
    found = known(account(statements_count=1, limit_0=Decimal(100), balance_0=Decimal(75), paid_0=Decimal(5), **usual))
    assert (found["limit_to_usual"], found["balance_to_usual"], found["paid_to_usual"]) == (0.25, 1.5, None)


def test_the_frame_has_the_account_first_and_numbers_after_it() -> None:
    schema = features(CUSTOMER).collect_schema()
    assert list(schema.items()) == [(column.name, column.dtype) for column in COLUMNS]
    assert schema.names()[0] == "account_id"
    assert set(schema.dtypes()[2:]) == {pl.Float64()}


def test_an_account_without_statements_is_unknown_in_everything() -> None:
    found = known(account(statements_count=0, limit_0=Decimal(500)))
    assert [found[name] for name in NAMES] == [None] * 27


def test_without_a_statement_only_what_looks_at_one_month_is_known() -> None:
    told = known(account(statements_count=0, balance_0=Decimal(50), limit_0=Decimal(100), cycles_0=2))
    assert {name for name in NAMES if told[name] is not None} == {"status_now", "cycles_now", "use_now"}


def test_an_account_with_two_statements_is_judged_on_those() -> None:
    young = known(
        months(balance=[50, 100], limit=[100, 100], paid=[100, 0], cycles=[0, 1], status=["revolving", "past_due"])
    )
    assert young["cycles_max_6"] == 1
    assert young["late_months"] == 1
    assert young["months_since_late"] == 1
    assert young["use_mean"] == 0.75
    assert young["use_slope"] == -0.5
    assert young["pay_ratio_mean_5"] == 1.0
    assert young["status_two_ago"] is None
    assert young["cycles_change"] is None
    assert young["use_change"] is None


@pytest.mark.parametrize("limit", [None, 0, -1000])
def test_without_a_limit_above_zero_no_share_of_it_is_known(limit: int | None) -> None:
    found = known(months(balance=[50] * 6, limit=[limit] * 6, paid=[5] * 6, cycles=[0] * 6, status=["revolving"] * 6))
    for name in NAMES:
        of_the_limit = name.startswith("use_") or "to_limit" in name
        assert (found[name] is None) == of_the_limit, name


def test_nothing_billed_counts_as_paid_in_full_and_a_credit_balance_too() -> None:
    assert known(months(balance=[0, 0], paid=[0, 0]))["pay_ratio_last"] == 1.0
    assert known(months(balance=[0, -20], paid=[0, 0]))["pay_ratio_last"] == 1.0


def test_a_gap_in_the_statements_is_passed_over() -> None:
    found = known(
        months(balance=[30, None, 10], limit=[100] * 3, cycles=[1, None, 1], status=["past_due", None, "past_due"])
    )
    assert found["use_slope"] == 0.1
    assert found["late_streak"] == 1
    assert found["late_months"] == 2
    assert found["pay_ratio_last"] is None


def test_never_past_due_is_six_months_since() -> None:
    assert known(months(cycles=[0] * 6))["months_since_late"] == 6
    assert known(months(cycles=[None] * 6))["months_since_late"] is None


def test_being_past_due_counts_more_than_the_word_beside_it() -> None:
    assert known(months(cycles=[2], status=["revolving"]))["status_now"] == 2
    assert known(months(cycles=[None], status=["past_due"]))["status_now"] is None


MONEY = st.one_of(st.none(), st.just(0), st.integers(-(10**15), 10**15), st.just(Decimal("0.0001")))
CYCLE = st.fixed_dictionaries(
    {
        "balance": MONEY,
        "paid": MONEY,
        "limit": MONEY,
        "cycles": st.one_of(st.none(), st.integers(-3, 99)),
        "status": st.sampled_from([None, "inactive", "paid_in_full", "revolving", "past_due", "other"]),
    }
)


@given(st.lists(CYCLE, max_size=6))
@settings(max_examples=60, deadline=None)
def test_whatever_the_book_says_no_feature_is_nan_or_infinite(found: list[dict[str, Any]]) -> None:
    cycles = account(**{f"{name}_{k}": value for k, cycle in enumerate(found) for name, value in cycle.items()})
    values = features(cycles).select(NAMES).collect()
    assert values.select(pl.all_horizontal(pl.all().is_finite().fill_null(True))).item()


@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
def test_one_row_is_the_batch_bit_for_bit(
    book_cycles: pl.DataFrame, book_features: pl.DataFrame, engine: EngineType
) -> None:
    assert features(Cycles(book_cycles.lazy())).collect(engine=engine).equals(book_features)
    for k in (0, 777, 20_063):
        one = features(Cycles(book_cycles[k].lazy())).collect(engine=engine)
        assert one.equals(book_features[k])


def test_the_real_book_is_known_in_everything(book_features: pl.DataFrame) -> None:
    assert book_features.height == 20_064
    assert book_features.null_count().sum_horizontal().item() == 0


def test_no_feature_reads_money_without_dividing_by_money(
    book_cycles: pl.DataFrame, book_features: pl.DataFrame
) -> None:
    money = [c.name for c in frames.CYCLES if c.dtype == frames.MONEY]
    usual = [c.name for c in frames.CYCLES if c.name.endswith("_usual")]
    richer = book_cycles.head(500).with_columns(
        (pl.col(money).cast(pl.Float64) * 16).cast(frames.MONEY), pl.col(usual) * 16
    )
    assert features(Cycles(richer.lazy())).collect().equals(book_features.head(500))


@pytest.mark.parametrize("names", [{"use_now"}, {"cycles_now", "paid_to_usual"}, set(NAMES)], ids=["one", "two", "all"])
def test_features_rest_on_the_columns_they_say_and_on_no_others(
    book_cycles: pl.DataFrame, book_features: pl.DataFrame, names: set[str]
) -> None:
    kept = {"account_id", "statements_count", *asked(names)}
    rows = book_cycles.head(500)
    poorer = rows.with_columns(
        pl.lit(None, dtype).alias(name) for name, dtype in rows.schema.items() if name not in kept
    )
    found = features(Cycles(poorer.lazy()), only=names).collect()
    assert found.select(sorted(names)).equals(book_features.head(500).select(sorted(names)))
    others = [name for name in NAMES if name not in names]
    assert found.select(pl.all_horizontal(pl.col(others).is_null().all())).item() if others else True


def test_a_card_without_amounts_asks_for_nothing_beside_other_accounts() -> None:
    assert not any(name.endswith("_usual") for name in asked({feature.name for feature in FEATURES}))
