"""Rules and columns found by name."""

from __future__ import annotations

from dataclasses import fields

from deskcollect.policy import catalogue, model
from deskcollect.policy.load import FILES, columns_of
from deskcollect.policy.model import Policies, Ruleset
from tests.policy.files import line_of, shipped


def test_no_rule_of_any_file_is_left_out(policies: Policies) -> None:
    holders = (policies, policies.restrictions, policies.incentives)
    rulesets = [getattr(holder, field.name) for holder in holders for field in fields(holder)]
    every = sum(len(ruleset) for ruleset in rulesets if isinstance(ruleset, Ruleset))
    found = list(catalogue.rules(policies))
    assert len(found) == every
    assert {rule.file for rule in found} == set(FILES)


def test_a_rule_is_found_where_it_stands(policies: Policies) -> None:
    (found,) = [rule for rule in catalogue.rules(policies) if rule.name == "utilisation-jump"]
    assert (found.kind, found.file, found.label) == ("signal", "alerts.toml", "Utilisation jumped")
    assert found.line == line_of(shipped("alerts.toml"), 'id = "utilisation-jump"', header="signal")
    assert isinstance(found.rule, model.SignalRule)
    assert found.condition == found.rule.when.text


def test_a_rule_tells_which_of_its_parts_speak_of_a_column(policies: Policies) -> None:
    using = {rule.name: rule.uses("returned_on") for rule in catalogue.rules(policies) if rule.kind == "signal"}
    assert using["payment-returned"] == ("seen_on", "evidence")
    assert using["rolling"] == ()
    (measured,) = [
        rule for rule in catalogue.rules(policies) if (rule.kind, rule.name) == ("signal", "payment-returned")
    ]
    assert measured.uses("returned_count") == ("when", "measure")
    (ordered,) = [rule for rule in catalogue.rules(policies) if (rule.kind, rule.name) == ("queue", "callbacks")]
    assert "order" in ordered.uses("callback_at")


def test_columns_are_those_that_some_rule_may_speak_of() -> None:
    known = catalogue.columns()
    assert known["utilisation_now"].meaning
    assert "case_state" in known
    assert catalogue.speak_of("alert_level")[0] == "holds.toml"
    assert "alerts.toml" in catalogue.speak_of("utilisation_now")
    assert catalogue.speak_of("utilization_now") == ()
    assert columns_of("effects.toml") == ()
