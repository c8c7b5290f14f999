"""The known word that was probably meant."""

from deskcollect.near import did_you_mean, nearest

KNOWN = ("balance", "past_due", "days_past_due")


def test_a_word_that_is_nearly_right_leads_to_the_right_one() -> None:
    assert nearest("balanc", KNOWN) == "balance"
    assert did_you_mean("pastdue", KNOWN) == "Did you mean “past_due”?"


def test_what_is_typed_in_a_shell_stands_without_quotation_marks() -> None:
    assert did_you_mean("--limt", ["--limit"], quoted=False) == "Did you mean --limit?"


def test_a_word_that_is_like_none_leads_nowhere() -> None:
    assert nearest("zodiac", KNOWN) == did_you_mean("zodiac", KNOWN) == did_you_mean("balance", ()) == ""
