"""A payment card number is found however it is written; nothing else that stands in a note is taken for one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect.card_number import card_number

# numbers that the issuers give out for tests
CARDS = {
    "Visa": "4111111111111111",
    "Visa of 13 digits": "4222222222222",
    "Visa of 19 digits": "4000000000000000006",
    "Mastercard": "5555555555554444",
    "Mastercard of the 2 series": "2223003122003222",
    "American Express": "378282246310005",
    "Diners Club": "30569309025904",
    "Discover": "6011111111111117",
    "JCB": "3530111333300000",
    "UnionPay": "6200000000000005",
    "Maestro": "6759649826438453",
}
ISSUED = [
    *(("4", 13), ("4", 16), ("4", 19), ("53", 16), ("2500", 16), ("37", 15), ("3011", 14), ("6011", 16)),
    *(("3550", 16), ("62", 17), ("6763", 13)),
]
WORDS = st.sampled_from(["paid", "card", "said on", "x", "", "salary", "卡号", "тел"])
BLANKS = [
    "",
    "\N{ZERO WIDTH SPACE}",
    "\N{WORD JOINER} ",
    " ",
    "-",
    "  ",
    " - ",
    "\N{NO-BREAK SPACE}",
    "\N{EN DASH}",
    "\t",
]


def check_digit(digits: str) -> str:
    """Return the digit that makes a number add up, worked out by trial from the definition."""
    for last in "0123456789":
        total = 0
        for place, digit in enumerate(reversed(digits + last)):
            total += sum(map(int, str(int(digit) * 2))) if place % 2 else int(digit)
        if total % 10 == 0:
            return last
    raise AssertionError


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Return a number as an issuer may give out."""
    start, size = draw(st.sampled_from(ISSUED))
    rest = "".join(draw(st.lists(st.sampled_from("0123456789"), min_size=size - len(start) - 1, max_size=size)))
    digits = (start + rest)[: size - 1]
    return digits + check_digit(digits)


@pytest.mark.parametrize("number", CARDS.values(), ids=CARDS)
def test_a_card_number_is_found_and_only_its_end_is_told(number: str) -> None:
    assert card_number(number) == number[-4:]
    assert card_number(f"Reads me {number}, till 12/27.") == number[-4:]


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111 - 1111 - 1111 - 1111",
        "41111111 11111111",
        "411111 1111111111",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "4111\N{NO-BREAK SPACE}1111\N{NON-BREAKING HYPHEN}1111\N{EN DASH}1111",
        "4111111111111111",
        "card:4111 1111 1111 1111 12/27 123",
        "visa4111 1111 1111 1111",
        "on 2026-10-02 4111 1111 1111 1111",
        "call 0912 345 678 then 4111 1111 1111 1111 12 27",
        "4111111111111111"[:8] + "\n" + "11111111",
        "".join(chr(ord(digit) - ord("0") + 0xFF10) for digit in "4111111111111111"),
    ],
)
def test_it_is_found_however_it_is_written(text: str) -> None:
    assert card_number(text) == "1111"


@given(numbers(), st.sampled_from([4, 1, 2, 5, 8, 16]), st.sampled_from(BLANKS), WORDS, WORDS)
def test_it_is_found_in_groups_of_any_size(number: str, size: int, blank: str, before: str, after: str) -> None:
    groups = [number[start : start + size] for start in range(0, len(number), size)]
    assert card_number(f"{before} {blank.join(groups)} {after}") == number[-4:]


@given(numbers(), st.integers(1, 12), st.sampled_from([" ", "-"]))
def test_it_is_found_in_two_parts(number: str, cut: int, blank: str) -> None:
    assert card_number(f"{number[:cut]}{blank}{number[cut:]}") == number[-4:]


@given(numbers(), st.integers(0, 12), st.integers(1, 9))
def test_a_number_with_one_wrong_digit_is_none(number: str, place: int, more: int) -> None:
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    assert card_number(wrong) == ""


@pytest.mark.parametrize(
    "text",
    ["", "no number", "1234567890123452", "0000 0000 0000 0000", "9999999999999995", "41111111111111111111", "411111"],
)
def test_what_no_issuer_gives_out_is_none(text: str) -> None:
    assert card_number(text) == ""


# --- what else stands in a note --------------------------------------------------------------------------------------------

DIGITS = st.sampled_from("0123456789")


def digits(least: int, most: int) -> st.SearchStrategy[str]:
    """Return so many digits."""
    return st.text(DIGITS, min_size=least, max_size=most)


PHONES = st.one_of(
    st.builds("+{}{}".format, st.integers(1, 998), digits(6, 12)),
    st.builds(
        lambda country, area, first, last, blank: f"+{country}{blank}" + blank.join((area, first, last)),
        st.integers(1, 998),
        digits(2, 4),
        digits(3, 4),
        digits(3, 4),
        st.sampled_from([" ", "-"]),
    ),
    st.builds("00{} {} {}".format, st.integers(1, 998), digits(2, 4), digits(5, 7)),
    st.builds("0{}-{}-{}".format, digits(1, 3), digits(3, 4), digits(3, 4)),
    st.builds("({}) {}-{}".format, digits(3, 3), digits(3, 3), digits(4, 4)),
    st.builds("0{}".format, digits(7, 11)),
    digits(7, 12),
)
DATES = st.dates(date(1950, 1, 1), date(2100, 1, 1))
DAYS = st.one_of(
    DATES.map(lambda day: f"{day:%Y-%m-%d}"),
    DATES.map(lambda day: f"{day:%d-%m-%Y}"),
    DATES.map(lambda day: f"{day:%d %m %Y}"),
    DATES.map(lambda day: f"{day:%d.%m.%y}"),
    DATES.map(lambda day: f"{day:%Y%m%d}"),
    st.builds(lambda day, at: f"{day:%Y-%m-%d} {at:%H:%M}", DATES, st.times()),
)
AMOUNTS = st.decimals(min_value=0, max_value=Decimal(10) ** 11, places=2).flatmap(
    lambda amount: st.sampled_from([f"{amount}", f"{amount:,}", f"{amount:,}".replace(",", " "), f"{amount:.0f} TWD"])
)
ACCOUNTS = st.builds("{}-{}".format, st.sampled_from(["TW", "ACC", "A"]), digits(1, 12))


@given(WORDS, PHONES, WORDS)
def test_a_telephone_number_is_none(before: str, phone: str, after: str) -> None:
    assert card_number(f"{before} {phone} {after}") == ""


@given(WORDS, DAYS, WORDS)
def test_a_date_is_none(before: str, day: str, after: str) -> None:
    assert card_number(f"{before} {day} {after}") == ""


@given(DAYS, DAYS)
def test_two_dates_are_none(first: str, second: str) -> None:
    assert card_number(f"{first} {second}") == ""


@given(WORDS, AMOUNTS, WORDS)
def test_an_amount_is_none(before: str, amount: str, after: str) -> None:
    assert card_number(f"{before} {amount} {after}") == ""


@given(WORDS, ACCOUNTS, WORDS)
def test_an_account_id_is_none(before: str, account: str, after: str) -> None:
    assert card_number(f"{before} {account} {after}") == ""


@given(PHONES, st.sampled_from([", ", "; ", " and "]), AMOUNTS, st.sampled_from([", ", " by "]), DAYS)
def test_a_note_of_all_of_them_holds_none(phone: str, then: str, amount: str, by: str, day: str) -> None:
    assert card_number(f"{phone}{then}{amount}{by}{day}") == ""


def test_beside_the_accounts_own_number_another_is_found() -> None:
    assert card_number("from 4111 1111 1111 1111 to 5555555555554444", own="5555-5555-5555-4444") == "1111"


@given(numbers(), st.sampled_from(["", " ", "-"]))
def test_the_accounts_own_number_may_look_like_one(number: str, blank: str) -> None:
    own = blank.join((number[:4], number[4:]))
    assert card_number(f"paid to {number}", own=own) == ""
