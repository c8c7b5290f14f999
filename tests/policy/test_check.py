"""What must hold across the rules of a policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskcollect.policy.load import load
from tests.policy.files import change, findings, found_in, line_of, put, shipped

LAST_TREATMENT = 'otherwise = "Text tomorrow"\nwhen = "TRUE"\n'


# --- catch-all rules ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "header", "last"),
    [
        ("buckets.toml", "bucket", 'stage = "late"\nwhen = "TRUE"'),
        ("tiers.toml", "cut", 'tier = "E"\nwhen = "TRUE"'),
        ("treatments.toml", "treatment", LAST_TREATMENT),
        ("why.toml", "why", 'text = "Nothing past due"\nwhen = "TRUE"'),
    ],
)
def test_the_last_rule_of_a_table_that_must_answer_catches_all(
    tmp_path: Path, file: str, header: str, last: str
) -> None:
    at = line_of(shipped(file), last.split("\n", maxsplit=1)[0], header=header)
    column = "prob_default > 0.1" if header == "cut" else "dpd > 1"
    if file == "treatments.toml":
        at = line_of(shipped(file), 'id = "otherwise"', header=header)
    change(tmp_path, file, last, last.replace("TRUE", column))
    assert found_in(tmp_path) == [(file, at, "the last rule must catch all")]


def test_true_may_be_written_small(tmp_path: Path) -> None:
    change(tmp_path, "tiers.toml", 'tier = "E"\nwhen = "TRUE"', 'tier = "E"\nwhen = " true "')
    assert len(load(tmp_path).cuts) == 5


def test_a_rule_that_catches_all_too_early_hides_the_others(tmp_path: Path) -> None:
    change(tmp_path, "tiers.toml", 'when = "prob_default < 0.15"', 'when = "TRUE"')
    at = line_of(shipped("tiers.toml"), 'tier = "B"', header="cut")
    assert found_in(tmp_path) == [("tiers.toml", at, "no rule after this one is ever reached")]


def test_a_table_that_must_answer_has_a_rule(tmp_path: Path) -> None:
    put(tmp_path, "treatments.toml", "schema = 1\n")
    assert found_in(tmp_path) == [("treatments.toml", 1, "there is no rule")]


@pytest.mark.parametrize("file", ["holds.toml", "queues.toml"])
def test_a_table_that_need_not_answer_may_be_empty(tmp_path: Path, file: str) -> None:
    put(tmp_path, file, "schema = 1\n")
    assert len(load(tmp_path).treatments) > 0


# --- names -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "header", "field", "first", "second"),
    [
        ("tiers.toml", "floor", "id", "past-due-90", "promise-broken-30"),
        ("buckets.toml", "bucket", "id", "0", "1-30"),
        ("holds.toml", "hold", "id", "deceased", "bankrupt"),
        ("queues.toml", "queue", "id", "to-call", "promises"),
        ("why.toml", "why", "id", "held-by-book", "verify"),
        ("effects.toml", "effect", "id", "promise-open", "declined"),
        ("outcomes.toml", "outcome", "code", "NA", "BZ"),
        ("alerts.toml", "signal", "id", "straight-roller", "rolling"),
        ("treatments.toml", "treatment", "id", "forgot-large", "forgot-small"),
    ],
)
def test_two_rules_of_one_name_are_refused_and_the_first_is_named(
    tmp_path: Path, file: str, header: str, field: str, first: str, second: str
) -> None:
    lines = [line_of(shipped(file), f'{field} = "{name}"', header=header) for name in (first, second)]
    change(tmp_path, file, f'{field} = "{second}"', f'{field} = "{first}"')
    assert found_in(tmp_path) == [(file, lines[1], f"“{first}” is there already, in line {lines[0]}")]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('tier = "E"', 'tier = "F"', "“F” is no tier"),
        ('at_least = "D"', 'at_least = "worst"', "“worst” is no tier"),
    ],
)
def test_a_tier_is_one_of_five(tmp_path: Path, old: str, new: str, message: str) -> None:
    change(tmp_path, "tiers.toml", old, new)
    assert [said for *_, said in found_in(tmp_path)] == [message]


# --- outcomes ----------------------------------------------------------------------------------------------------------------


def test_two_codes_on_one_key_clash(tmp_path: Path) -> None:
    change(tmp_path, "outcomes.toml", 'key = "b"', 'key = "n"')
    at = line_of(shipped("outcomes.toml"), 'code = "BZ"', header="outcome")
    assert found_in(tmp_path) == [("outcomes.toml", at, "key “n” of BZ clashes with “n” of NA")]


def test_a_key_that_begins_a_longer_one_clashes_with_it(tmp_path: Path) -> None:
    change(tmp_path, "outcomes.toml", 'key = "b"', 'key = "m"')
    assert [said for *_, said in found_in(tmp_path)] == [
        "key “ms” of SMS clashes with “m” of BZ",
        "key “me” of EML clashes with “m” of BZ",
        "key “ml” of LTR clashes with “m” of BZ",
    ]


def test_whichever_of_the_two_comes_first(tmp_path: Path) -> None:
    change(tmp_path, "outcomes.toml", 'key = "b"', 'key = "Rx"')
    assert [said for *_, said in found_in(tmp_path)] == ["key “R” of BNC clashes with “Rx” of BZ"]


def test_small_and_capital_letters_are_two_keys_and_no_key_clashes_with_nothing(tmp_path: Path) -> None:
    change(tmp_path, "outcomes.toml", 'key = "b"', 'key = ""')
    assert {outcome.key for outcome in load(tmp_path).outcomes} >= {"a", "A", "h", "H", ""}


def test_a_code_is_written_in_capitals(tmp_path: Path) -> None:
    change(tmp_path, "outcomes.toml", 'code = "SKIP"', 'code = "skip"')
    at = line_of(shipped("outcomes.toml"), 'code = "SKIP"', header="outcome")
    assert found_in(tmp_path) == [("outcomes.toml", at, "“skip” must be a code in capitals")]


def test_a_code_needs_fields_that_there_are(tmp_path: Path) -> None:
    change(tmp_path, "outcomes.toml", 'needs = ["channel"]', 'needs = ["chanel", "amount"]')
    at = line_of(shipped("outcomes.toml"), 'code = "CEASE"', header="outcome")
    assert found_in(tmp_path) == [("outcomes.toml", at, "CEASE needs “chanel”, which is no field")]


def test_who_counts_from_the_due_date_asks_for_one(tmp_path: Path) -> None:
    change(tmp_path, "outcomes.toml", 'needs = ["amount", "due"]', 'needs = ["amount"]')
    at = line_of(shipped("outcomes.toml"), 'code = "PTP"', header="outcome")
    assert found_in(tmp_path) == [("outcomes.toml", at, "PTP counts from the due date but does not ask for one")]


# --- alerts ------------------------------------------------------------------------------------------------------------------


def test_a_queue_is_ordered_by_a_date_of_the_account(tmp_path: Path) -> None:
    change(tmp_path, "queues.toml", 'order = "callback_at"', 'order = "calback_at"')
    at = line_of(shipped("queues.toml"), 'id = "callbacks"', header="queue")
    (found,) = findings(tmp_path)
    assert (found.place.line, found.message) == (at, "order: “calback_at” is no date of an account")
    assert found.remedy == "Did you mean “callback_at”?"
    change(tmp_path, "queues.toml", 'order = "callback_at"', 'order = "dpd"')
    assert found_in(tmp_path)[0][2] == "order: “dpd” is no date of an account"


def test_a_signal_is_dated_by_a_column_that_holds_a_date(tmp_path: Path) -> None:
    change(tmp_path, "alerts.toml", 'seen_on = "returned_on"', 'seen_on = "returnd_on"')
    at = line_of(shipped("alerts.toml"), 'id = "payment-returned"', header="signal")
    (found,) = findings(tmp_path)
    assert (found.place.line, found.message) == (at, "seen_on: “returnd_on” is no column that holds a date")
    assert found.remedy == "Did you mean “returned_on”?"
    change(tmp_path, "alerts.toml", 'seen_on = "returned_on"', 'seen_on = "dpd"')
    assert found_in(tmp_path)[0][2] == "seen_on: “dpd” is no column that holds a date"


def test_a_signal_is_measured_by_a_column_that_holds_a_number(tmp_path: Path) -> None:
    change(tmp_path, "alerts.toml", 'measure = "redraw_share"', 'measure = "redrawn_share"')
    at = line_of(shipped("alerts.toml"), 'id = "redraw"', header="signal")
    (found,) = findings(tmp_path)
    assert (found.place.file, found.place.line) == ("alerts.toml", at)
    assert found.message == "measure: “redrawn_share” is no column that holds a number"
    assert found.remedy == "Did you mean “redraw_share”?"
    change(tmp_path, "alerts.toml", 'measure = "redraw_share"', 'measure = "redraw_on"')
    assert found_in(tmp_path)[0][2] == "measure: “redraw_on” is no column that holds a number"


def test_a_signal_waits_for_tables_that_a_book_may_have(tmp_path: Path) -> None:
    change(tmp_path, "alerts.toml", 'needs = ["payments"]', 'needs = ["payment", "qqq"]')
    found = findings(tmp_path)
    assert [issue.message for issue in found[:2]] == ["needs: “payment” is no table", "needs: “qqq” is no table"]
    assert found[0].remedy == "Did you mean “payments”?"
    assert found[1].remedy.startswith("Known: accounts, contacts, ledger, ")


@pytest.mark.parametrize(
    ("need", "message", "remedy"),
    [
        ("statements.minimum", "is no column of statements", "Did you mean “minimum_due”?"),
        ("transactions.kind=salery", "is no kind of transaction", "Did you mean “salary”?"),
        ("transactions.days=long", "names no number of days", "Write it as in  transactions.days=210"),
        ("ledgr", "is no table", "Did you mean “ledger”?"),
        ("statements.paid or account.balance", "is no table", "Did you mean “accounts”?"),
    ],
)
def test_a_signal_waits_for_columns_that_a_book_may_have(tmp_path: Path, need: str, message: str, remedy: str) -> None:
    change(tmp_path, "alerts.toml", 'needs = ["snapshots", "accounts.autopay"]', f'needs = ["{need}"]')
    at = line_of(shipped("alerts.toml"), 'id = "autopay-off"', header="signal")
    (found,) = findings(tmp_path)
    wrong = need.rpartition(" or ")[2]
    assert (found.place.line, found.message, found.remedy) == (at, f"needs: “{wrong}” {message}", remedy)


def test_every_level_can_be_reached(tmp_path: Path) -> None:
    text = shipped("alerts.toml").replace('level = "orange"', 'level = "yellow"')
    put(tmp_path, "alerts.toml", text)
    (found,) = findings(tmp_path)
    assert (found.place.file, found.message) == ("alerts.toml", "no rule leads to level orange")


# --- effects -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('codes = ["RP"]', "", "“declined” needs exactly one of codes, promise and fact"),
        ('codes = ["RP"]', 'codes = ["RP"]\nfact = "contact_lost"', "“declined” needs exactly one of"),
        ('codes = ["RP"]', 'codes = ["RPP"]', "“RPP” is no outcome code"),
        ('promise = "kept"', 'promise = "held"', "“held” is no state of a promise"),
        ('fact = "contact_lost"', 'fact = "contact"', "“contact” is no known fact"),
        ("weight = 1.0", "weight = 2.1", "weight 2.1 is beyond the bound"),
        ("weight = 1.0", "weight = -2.1", "weight -2.1 is beyond the bound"),
        ("weight = 1.0", "weight = nan", "weight nan is beyond the bound"),
        ("weight = 1.0", "weight = inf", "weight inf is beyond the bound"),
        ("half_life_days = 60", "half_life_days = -60", "half_life_days = -60 cannot be meant"),
        ("half_life_days = 60", "half_life_days = 60000000000", "half_life_days = 60000000000 cannot be meant"),
    ],
)
def test_an_effect_has_one_cause_and_a_bounded_weight(tmp_path: Path, old: str, new: str, message: str) -> None:
    at = line_of(shipped("effects.toml"), old, header="effect")
    change(tmp_path, "effects.toml", old, new)
    ((file, line, said),) = found_in(tmp_path)
    assert (file, line) == ("effects.toml", at)
    assert said.startswith(message)


def test_a_weight_at_the_bound_is_allowed(tmp_path: Path) -> None:
    change(tmp_path, "effects.toml", "weight = 1.0", "weight = -2.0")
    assert load(tmp_path).effect_bound == 2.0


# --- numbers that nothing could be counted with ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "said", "most"),
    [
        ("effects.toml", "bound = 2.0", "bound = inf", "bound = inf", 10),
        ("effects.toml", "bound = 2.0", "bound = nan", "bound = nan", 10),
        ("effects.toml", "bound = 2.0", "bound = -2.0", "bound = -2.0", 10),
        ("outcomes.toml", "promise_grace_days = 3", "promise_grace_days = -3", "promise_grace_days = -3", 3660),
        ("outcomes.toml", "promise_max_days = 14", "promise_max_days = 4000", "promise_max_days = 4000", 3660),
        ("alerts.toml", "cap_share = 0.20", "cap_share = 20", "cap_share = 20.0", 1),
        ("outcomes.toml", "next_days = 2\n", "next_days = -2\n", "next_days = -2", 3660),
        ("outcomes.toml", "next_days = 2\n", "next_days = 9999999999\n", "next_days = 9999999999", 3660),
    ],
)
def test_a_number_that_cannot_be_meant_is_named_with_its_range(
    tmp_path: Path, file: str, old: str, new: str, said: str, most: int
) -> None:
    change(tmp_path, file, old, new)
    found = findings(tmp_path)[0]
    assert (found.place.file, found.message) == (file, f"{said} cannot be meant")
    assert found.remedy == f"Write a number from 0 to {most}."


# --- how people are reached --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said", "remedy"),
    [
        ("reach = 0.25", "reach = 1.25", "reach = 1.25", "0 to 1"),
        ("effect = 0.5", "effect = -0.5", "effect = -0.5", "0 to 3"),
        ("effect = 0.5", "effect = nan", "effect = nan", "0 to 3"),
        ("start_hour = 21", "start_hour = 24", "start_hour = 24", "0 to 23"),
        ("phone = 30.0", "phone = -1.0", "phone = -1.0", "0 to 1000000000"),
        ("own_weight = 8.0", "own_weight = 0", "own_weight = 0.0", "1 to 100000"),
        ("desk_weight = 50.0", "desk_weight = inf", "desk_weight = inf", "1 to 100000"),
        ("window_days = 365", "window_days = 0", "window_days = 0", "1 to 3660"),
        ("best_tries = 3", "best_tries = -3", "best_tries = -3", "1 to 100000"),
    ],
)
def test_a_chance_a_weight_and_a_cost_lie_within_what_can_be_meant(
    tmp_path: Path, old: str, new: str, said: str, remedy: str
) -> None:
    change(tmp_path, "recovery.toml", old, new)
    found = findings(tmp_path)[0]
    assert (found.place.file, found.message) == ("recovery.toml", f"{said} cannot be meant")
    assert found.remedy == f"Write a number from {remedy}."


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('channel = "visit"', 'channel = "phone"', "“phone” is there already"),
        ('currency = "USD"', 'currency = "TWD"', "“TWD” is there already"),
        ("start_hour = 12", "start_hour = 8", "“8” is there already"),
        ('id = "noon"', 'id = "morning"', "“morning” is there already"),
    ],
)
def test_a_channel_a_currency_and_an_hour_are_there_once(tmp_path: Path, old: str, new: str, message: str) -> None:
    change(tmp_path, "recovery.toml", old, new)
    assert any(found.message.startswith(message) for found in findings(tmp_path))


def test_every_channel_and_some_hour_must_be_told(tmp_path: Path) -> None:
    text = shipped("recovery.toml")
    bands, contacts = text.index("[[band]]"), text.index("[[contact]]")
    put(tmp_path, "recovery.toml", text[:bands])
    said = [found.message for found in findings(tmp_path)]
    assert "there is no band of hours" in said
    assert "nothing is assumed of “phone”" in said
    put(tmp_path, "recovery.toml", text[:contacts] + text[text.index("[[contact]]", contacts + 1) :])
    assert [found.message for found in findings(tmp_path)] == ["nothing is assumed of “phone”"]


# --- evidence ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("evidence", ["Payment returned", "{customer_name} had one returned on {as_of:date}"])
def test_no_signal_comes_without_evidence(tmp_path: Path, evidence: str) -> None:
    change(tmp_path, "alerts.toml", "Payment of {returned_amount:money} returned {returned_on:date}", evidence)
    at = line_of(shipped("alerts.toml"), 'id = "payment-returned"', header="signal")
    (found,) = findings(tmp_path)
    assert (found.place.line, found.message) == (at, "evidence: no column in it says what was found")
    assert found.remedy == "Put what the condition looks at in braces: {returned_count}."


def test_no_name_or_number_gets_into_the_ledger_through_evidence(tmp_path: Path) -> None:
    change(
        tmp_path,
        "alerts.toml",
        "Payment of {returned_amount:money}",
        "{customer_name}, {phone}: {returned_amount:money}",
    )
    (found,) = findings(tmp_path)
    assert found.message == "evidence: customer_name and phone may not stand in it: it is kept in the ledger"


def test_a_rule_has_a_name(tmp_path: Path) -> None:
    change(tmp_path, "alerts.toml", 'id = "rolling"', 'id = " "')
    assert [said for *_, said in found_in(tmp_path)] == ["id is empty"]


# --- everything at once ------------------------------------------------------------------------------------------------------


def test_what_is_wrong_with_other_rules_is_told_beside_a_rule_that_cannot_be_read(tmp_path: Path) -> None:
    text = shipped("alerts.toml").replace("utilisation_now >= 0.9", "utilization_now >= 0.9", 1)
    put(tmp_path, "alerts.toml", text.replace('measure = "returned_count"', 'measure = "returned_on"'))
    change(tmp_path, "cases.toml", 'level = "blue"', 'level = "yellow"')
    messages = [said for *_, said in found_in(tmp_path)]
    assert messages == [
        "when: unknown column “utilization_now”. Did you mean “utilisation_now”?",
        "“yellow” is there already, in line 23",
        "measure: “returned_on” is no column that holds a number",
        "level blue has no term",
    ]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("alerts.toml", "decisive_count >= 1", "decisive_cont >= 1"),
        ("alerts.toml", 'when = "signal_count >= 1"', 'when = "signal_cont >= 1"'),
        ("cases.toml", "acknowledge_days = 1", 'acknowledge_days = "one"'),
        ("treatments.toml", LAST_TREATMENT, LAST_TREATMENT.replace("TRUE", "TRU")),
        ("outcomes.toml", 'code = "RP"', "code = 7"),
        ("recovery.toml", 'channel = "phone"', 'channel = "fax"'),
    ],
)
def test_a_rule_that_cannot_be_read_is_not_missed_besides(tmp_path: Path, file: str, old: str, new: str) -> None:
    change(tmp_path, file, old, new)
    assert len(found_in(tmp_path)) == 1
