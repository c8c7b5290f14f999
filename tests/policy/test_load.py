"""Policy files are read whole or refused whole, with file, line and remedy for each finding."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect import resources
from deskcollect.errors import BadPolicy, ExitCode, NewerSchema
from deskcollect.policy.load import FILES, _Reader, load
from deskcollect.policy.model import Policies
from deskcollect.vocabulary import Severity
from tests.policy.files import change, changed_line, findings, line_of, put, shipped

# --- the shipped ones --------------------------------------------------------------------------------------------------------


def test_nothing_is_wrong_with_the_shipped_policies(policies: Policies) -> None:
    assert len(policies.treatments) > 20
    assert len(policies.signals) >= 10


def test_every_shipped_file_is_read() -> None:
    assert sorted(FILES) == sorted(path.name for path in resources.policies().glob("*.toml"))


def test_rules_stand_in_the_order_of_the_file_each_with_its_line(policies: Policies) -> None:
    assert [cut.tier for cut in policies.cuts] == ["A", "B", "C", "D", "E"]
    text = shipped("tiers.toml")
    assert list(policies.floors.lines) == [
        line_of(text, f'id = "{floor.id}"', header="floor") for floor in policies.floors
    ]


def test_an_outcome_is_found_by_its_code_in_any_case(policies: Policies) -> None:
    found = policies.outcome("ptp")
    assert found is not None
    assert found.code == "PTP"
    assert policies.outcome("XXX") is None
    assert policies.outcome("") is None


def test_the_hash_names_exactly_these_policies(tmp_path: Path, policies: Policies) -> None:
    assert len(policies.hash) == 8
    assert set(policies.hash) <= set("0123456789abcdef")
    assert load().hash == policies.hash
    change(tmp_path, "tiers.toml", "prob_default < 0.10", "prob_default < 0.11")
    assert load(tmp_path).hash != policies.hash


def test_the_hash_knows_in_which_file_a_text_stands(tmp_path: Path, policies: Policies) -> None:
    change(tmp_path, "tiers.toml", "# Risk tiers.", "# Tiers.")
    change(tmp_path / "other", "buckets.toml", "# Bands", "# All bands")
    assert len({load(tmp_path).hash, load(tmp_path / "other").hash, policies.hash}) == 3


# --- a desk's own ------------------------------------------------------------------------------------------------------------


def test_a_desk_without_policies_of_its_own_has_the_shipped_ones(tmp_path: Path, policies: Policies) -> None:
    assert load(tmp_path).hash == policies.hash
    assert load(tmp_path / "absent").hash == policies.hash


def test_a_desk_may_change_one_file_and_keeps_the_others_as_shipped(tmp_path: Path, policies: Policies) -> None:
    change(tmp_path, "outcomes.toml", "promise_grace_days = 3", "promise_grace_days = 5")
    own = load(tmp_path)
    assert (own.promise_grace_days, policies.promise_grace_days) == (5, 3)
    assert [rule.id for rule in own.treatments] == [rule.id for rule in policies.treatments]


def test_a_copy_of_the_shipped_files_is_the_shipped_policy(tmp_path: Path, policies: Policies) -> None:
    shutil.copytree(resources.policies(), tmp_path / "own")
    assert load(tmp_path / "own").hash == policies.hash


@pytest.mark.parametrize("spoil", [lambda text: f"\ufeff{text}", lambda text: text.replace("\n", "\r\n")])
def test_what_an_editor_of_windows_adds_does_no_harm(tmp_path: Path, spoil: object) -> None:
    assert callable(spoil)
    put(tmp_path, "tiers.toml", spoil(shipped("tiers.toml")))
    assert [cut.tier for cut in load(tmp_path).cuts] == ["A", "B", "C", "D", "E"]


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(tmp_path, "why.toml", "schema", "schema")
    read = Path.read_bytes

    def refuses(path: Path) -> bytes:
        if path == tmp_path / "why.toml":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuses)
    with pytest.raises(BadPolicy, match=r"why\.toml cannot be read: Permission denied") as caught:
        load(tmp_path)
    assert caught.value.remedy == "Check the rights of the file."


@pytest.mark.parametrize(
    ("name", "remedy"), [("tier.toml", "Did you mean tiers.toml?"), ("2026.toml", "Known: buckets.toml, tiers.toml,")]
)
def test_a_file_that_would_be_passed_over_is_named(tmp_path: Path, name: str, remedy: str) -> None:
    put(tmp_path, name, shipped("tiers.toml"))
    put(tmp_path, "notes.md", "ours")
    (found,) = findings(tmp_path)
    assert found.message == f"“{name}” is no policy file."
    assert found.remedy.startswith(remedy)


# --- schema ------------------------------------------------------------------------------------------------------------------


def test_a_file_of_a_newer_version_is_refused_in_a_sentence(tmp_path: Path) -> None:
    change(tmp_path, "holds.toml", "schema = 1", "schema = 2")
    with pytest.raises(NewerSchema) as caught:
        load(tmp_path)
    assert caught.value.message == "holds.toml has schema 2; this version reads up to 1."
    assert caught.value.remedy == "Install a newer deskcollect."
    assert caught.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize("schema", ["", 'schema = "1"', "schema = 0", "schema = true", "schema = 1.0"])
def test_a_file_that_does_not_say_its_schema_is_refused(tmp_path: Path, schema: str) -> None:
    change(tmp_path, "holds.toml", "schema = 1", schema)
    (found,) = findings(tmp_path)
    assert (found.message, found.remedy) == ("schema is missing", "Write schema = 1 at the top.")
    assert (found.place.file, found.place.line) == ("holds.toml", 1)


# --- findings, each with file and line ---------------------------------------------------------------------------------------

FLOOR, LEVEL, TREAT, OUT, EFFECT, SIGNAL = "floor", "level", "treatment", "outcome", "effect", "signal"


@pytest.mark.parametrize(
    ("file", "old", "new", "header", "message", "remedy"),
    [
        (
            *("tiers.toml", 'when = "dpd >= 90"', 'when = "dqd >= 90"', FLOOR),
            *("when: unknown column “dqd”. Did you mean “dpd”?", "Correct the field."),
        ),
        (
            *("tiers.toml", 'when = "dpd >= 90"', "when = 90", FLOOR),
            *("when: 90 must be text in quotes", "Correct the field."),
        ),
        (
            *("tiers.toml", 'label = "90 days past due or more"', 'lable = "90 days"', FLOOR),
            *("unknown field “lable”", "Did you mean “label”?"),
        ),
        (
            *("tiers.toml", 'label = "90 days past due or more"', 'qqq = "90 days"', FLOOR),
            *("unknown field “qqq”", "Take it out."),
        ),
        (
            *("tiers.toml", 'label = "90 days past due or more"', "", FLOOR),
            *("field “label” is missing", "Add label = …"),
        ),
        (
            *("treatments.toml", 'channel = "letter"', 'channel = "pigeon"', TREAT),
            *("channel: “pigeon” is none of phone, text, email, letter, visit, none", "Correct the field."),
        ),
        (
            *("treatments.toml", "{past_due:money}", "{past_dew:money}", TREAT),
            *("unknown column “past_dew”. Did you mean “past_due”?", "Correct the field."),
        ),
        (
            *("treatments.toml", "{past_due:money}", "{past_due:money", TREAT),
            *("a brace without its partner in", "Correct the field."),
        ),
        (
            *("outcomes.toml", "next_days = 1\n", 'next_days = "1"\n', OUT),
            *("next_days: '1' has the wrong type", "Correct the field."),
        ),
        (
            *("outcomes.toml", "attempt = true", "attempt = 1", OUT),
            *("attempt: 1 has the wrong type", "Correct the field."),
        ),
        (
            *("outcomes.toml", 'needs = ["amount"]', 'needs = "amount"', OUT),
            *("needs: must be a list in brackets", "Correct the field."),
        ),
        (
            *("outcomes.toml", 'aliases = ["engaged"]', "aliases = [1]", OUT),
            *("aliases: 1 must be text in quotes", "Correct the field."),
        ),
        (
            *("outcomes.toml", '{ key = "1", id = "not-mine", label = "not mine" }', '{ key = "1" }', OUT),
            *("choices: each is written as { key = …, id = …, label = … }", "Correct the field."),
        ),
        (
            *("outcomes.toml", '{ key = "1", id = "not-mine", label = "not mine" }', "1", OUT),
            *("choices: each is written as { key = …, id = …, label = … }", "Correct the field."),
        ),
        (
            *("effects.toml", "weight = 1.0", "weight = true", EFFECT),
            *("weight: True has the wrong type", "Correct the field."),
        ),
    ],
)
def test_a_rule_that_cannot_be_read_is_named_by_file_and_line(
    tmp_path: Path, file: str, old: str, new: str, header: str, message: str, remedy: str
) -> None:
    change(tmp_path, file, old, new)
    found = findings(tmp_path)[0]
    at = line_of(shipped(file), old.strip(), header=header)
    if "is missing" not in message:  # what stands there is named by its own line
        after = (tmp_path / file).read_text("utf-8")
        lines = after.split("\n")[: changed_line(shipped(file), after)]
        at = max(number for number, text in enumerate(lines, 1) if re.match(r"\w+ = ", text))
    assert (found.place.file, found.place.line) == (file, at)
    assert message in found.message
    assert found.remedy == remedy
    assert found.severity is Severity.ERROR


def test_whole_numbers_do_for_weights(tmp_path: Path) -> None:
    change(tmp_path, "effects.toml", "weight = 1.0", "weight = 1")
    assert next(effect.weight for effect in load(tmp_path).effects if effect.id == "promise-kept") == 1.0


@pytest.mark.parametrize(
    ("file", "text", "line", "message"),
    [
        ("tiers.toml", "schema = 1\ncut = 3\n", 1, "cut is not a list of tables"),
        ("tiers.toml", "schema = 1\ncut = [1, 2]\n", 1, "cut is not a list of tables"),
        ("tiers.toml", 'schema = 1\n[cut]\ntier = "A"\n', 1, "cut is not a list of tables"),
        ("tiers.toml", 'schema = 1\n\n[[cuts]]\ntier = "A"\n', 3, "unknown entry “cuts”"),
        ("tiers.toml", "schema = 1\nlimit = 3\n", 2, "unknown entry “limit”"),
        ("holds.toml", "schema = 1\n\nid = \n", 3, "is not TOML: Invalid value (at line 3, column 6)"),
        ("holds.toml", "schema = 1\nx = " + "[" * 5_000, 1, "is not TOML: maximum recursion depth exceeded"),
        ("outcomes.toml", "schema = 1\npromise_grace_days = 3\n", 1, "promise_max_days is missing or no number"),
        ("outcomes.toml", "schema = 1\npromise_grace_days = 3.5\n", 1, "promise_grace_days is missing or no number"),
        ("effects.toml", "schema = 1\nbound = true\n", 1, "bound is missing or no number"),
        ("alerts.toml", 'schema = 1\ncap_share = "0.2"\n', 1, "cap_share is missing or no number"),
    ],
)
def test_a_file_of_another_shape_is_named_by_file_and_line(
    tmp_path: Path, file: str, text: str, line: int, message: str
) -> None:
    put(tmp_path, file, text)
    found = [(issue.place.file, issue.place.line, issue.message) for issue in findings(tmp_path)]
    assert any(
        where == (file, line) and said.startswith(message) for *where_, said in found for where in [tuple(where_)]
    )


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    put(tmp_path, "queues.toml", b"schema = 1\n# \xff\xfe\n")
    (found,) = findings(tmp_path)
    assert found.place.file == "queues.toml"
    assert found.message.startswith("is not TOML: 'utf-8' codec can't decode byte 0xff")


def test_a_sign_that_only_looks_like_the_end_of_a_line_moves_no_line(tmp_path: Path) -> None:
    text = shipped("tiers.toml").replace("90 days past due or more", "90 days\u2028past\x85due")
    wrong = text.replace("promise_broken_on >=", "promise_brken_on >=")
    put(tmp_path, "tiers.toml", wrong)
    (found,) = findings(tmp_path)
    assert found.place.line == changed_line(text, wrong)


def test_findings_of_all_files_are_shown_together(tmp_path: Path) -> None:
    change(tmp_path, "tiers.toml", "prob_default < 0.10", "prob_defalt < 0.10")
    change(tmp_path, "tiers.toml", "dpd >= 90", "dqd >= 90")
    put(tmp_path, "tiers.toml", (tmp_path / "tiers.toml").read_text("utf-8").replace("prob_default < 0.15", "prob < 1"))
    change(tmp_path, "why.toml", 'id = "verify"', 'idd = "verify"')
    found = findings(tmp_path)
    assert [issue.place.file for issue in found] == ["tiers.toml", "tiers.toml", "why.toml", "why.toml"]


def test_the_message_tells_the_first_and_how_many_more(tmp_path: Path) -> None:
    change(tmp_path, "tiers.toml", "dpd >= 90", "dqd >= 90")
    with pytest.raises(BadPolicy) as caught:
        load(tmp_path)
    assert caught.value.message == "tiers.toml line 29: when: unknown column “dqd”. Did you mean “dpd”?"
    change(tmp_path, "why.toml", 'id = "verify"', 'idd = "verify"')
    with pytest.raises(BadPolicy) as caught:
        load(tmp_path)
    assert caught.value.message.endswith(" 2 more.")
    assert caught.value.exit_code is ExitCode.USAGE


def test_a_condition_that_names_a_file_is_refused_as_any_other(tmp_path: Path) -> None:
    marker = tmp_path / "marker.csv"
    marker.write_text("a\n1\n", "utf-8")
    change(tmp_path, "tiers.toml", "dpd >= 90", f"dpd IN (SELECT a FROM read_csv('{marker.as_posix()}'))")
    (found,) = findings(tmp_path)
    assert found.message == "when: a subquery is not allowed in a condition"


# --- whatever a file holds, an answer is a sentence --------------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_with_file_line_and_words(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(["tiers.toml", "effects.toml", "buckets.toml", "holds.toml", "queues.toml"]))
    text = shipped(file)
    start = data.draw(st.integers(0, len(text) - 1))
    piece = data.draw(st.sampled_from(["", "]", "[[", '"', "=", "\0", "nan", "-1", "1e999", "\n[[cut]]\n", "é", "'''"]))
    reader = _Reader()
    with suppress(NewerSchema):
        reader.read(file, (text[:start] + piece + text[start + data.draw(st.integers(0, 40)) :]).encode())
    assert all(issue.place.file == file and issue.place.line and issue.message for issue in reader.issues)
