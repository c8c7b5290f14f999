"""deskcollect policy explain: what a policy file decides, what a rule says, what a column means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import output, place
from deskcollect.cli.options import DeskOption, JsonOption
from deskcollect.cli.table import Column, table
from deskcollect.errors import BadUse, ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from deskcollect.policy import catalogue
    from deskcollect.policy.catalogue import Found
    from deskcollect.present.lines import Line

_GAP = 2


def explain(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="A column, a rule or a policy file.", show_default=False)
    ] = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Say what a column means and which rules use it, or what a rule says and on how many accounts it fires today.

    Without NAME it lists the policy files.
    """
    from deskcollect.policy import catalogue
    from deskcollect.policy import load as policy_files

    folder = place.policies(desk)
    found = list(catalogue.rules(policy_files.load(folder)))
    if not name or name in policy_files.FILES:
        listed = _rules([rule for rule in found if rule.file == name]) if name else _files(found, folder)
        _print(listed, json=json)
        return ExitCode.OK
    named = [rule for rule in found if name in {rule.name, rule.name.lower()}]
    column = catalogue.columns().get(name)
    if column is None and not named:
        _unknown(name, found)
    told = [_column(column, found)] if column is not None else []
    if named:
        at = _Today(desk)
        told += [_rule(rule, at) for rule in named]
    if json:
        output.objects(entry for entry, _ in told)
    else:
        output.lines(line for number, (_, lines) in enumerate(told) for line in ([""] if number else []) + lines)
    return ExitCode.OK


Listed = tuple[list["Column"], list[dict[str, Any]]]


def _print(listed: Listed, *, json: bool) -> None:
    """Print a list of things as JSON or as a table."""
    columns, rows = listed
    if json:
        output.objects(rows)
    else:
        output.lines(table(columns, [[str(value) for value in row.values()] for row in rows], output.width()))


def _files(found: Iterable[Found], folder: Path | None) -> Listed:
    """Return the policy files, each with what it decides."""
    from deskcollect.policy import load as policy_files
    from deskcollect.present.policy import DECIDES

    counted = [rule.file for rule in found]
    rows = [
        {
            "file": name,
            "rules": counted.count(name),
            "whose": "the desk's own" if folder and (folder / name).is_file() else "shipped",
            "decides": DECIDES[name],
        }
        for name in policy_files.FILES
    ]
    return [Column("File"), Column("Rules", "right"), Column("Whose"), Column("What it decides", least=30)], rows


def _rules(found: Iterable[Found]) -> Listed:
    """Return the rules of one file."""
    from deskcollect.present.condition import in_words

    rows = [
        {
            "line": rule.line,
            "kind": rule.kind,
            "rule": rule.name,
            "label": rule.label,
            "when": in_words(rule.condition) if rule.condition else "",
        }
        for rule in found
    ]
    columns = [Column("Line", "right"), Column("Kind"), Column("Rule"), Column("What", least=16, most=40)]
    return [*columns, Column("When", least=20, may_go=True)], rows


def _unknown(name: str, found: Iterable[Found]) -> None:
    """Refuse a name that nothing has.

    Errors: BadUse with the nearest one.
    """
    from deskcollect.near import did_you_mean
    from deskcollect.policy import catalogue
    from deskcollect.policy import load as policy_files

    known = {*catalogue.columns(), *(rule.name for rule in found), *policy_files.FILES}
    near = did_you_mean(name, sorted(known), quoted=False)
    raise BadUse(
        f"“{name}” is no column, no rule and no policy file.",
        f"{near} All files:  deskcollect policy explain".strip(),
    )


class _Today:
    """What a desk sees today, if there is a desk with a book: on how many accounts each rule has its say."""

    def __init__(self, given: Path | None) -> None:
        self.counts: Mapping[tuple[str, str], int] | None = None
        self.present: frozenset[str] | None = None
        self.accounts = 0
        if place.found(given) is None:
            return
        from deskcollect.desk.alerts.firing import firing
        from deskcollect.desk.feeds import fed

        with place.opened(given) as desk:
            if desk.dates:
                day = desk.load()
                self.counts, self.accounts = firing(day), day.table.height
                tables = day.standing.present | day.standing.streamed
                self.present = fed(tables, day.standing.feeds, len(desk.dates))


def _column(column: catalogue.Column, found: Iterable[Found]) -> tuple[dict[str, Any], list[Line | str]]:
    """Return a column as an object and as lines."""
    from deskcollect.policy import catalogue
    from deskcollect.present import policy as words

    files = catalogue.speak_of(column.name)
    using = [rule for rule in found if rule.uses(column.name)]
    entry = {
        "column": column.name,
        "meaning": column.meaning,
        "unit": column.unit,
        "type": words.kind_of_value(column),
        "values": list(column.values),
        "files": list(files),
        "used_by": [
            {"kind": rule.kind, "rule": rule.name, "file": rule.file, "line": rule.line, "in": rule.uses(column.name)}
            for rule in using
        ],
    }
    lines: list[Line | str] = [column.name, *_facts(words.column_facts(column, files)), ""]
    if not using:
        return entry, [*lines, "No rule uses it."]
    rows = [(f"{rule.file}:{rule.line}", rule.kind, rule.name, words.used_in(rule, column.name)) for rule in using]
    columns = [Column("Used by"), Column("Kind"), Column("Rule"), Column("In", least=10)]
    return entry, [*lines, *table(columns, rows, output.width())]


def _rule(found: Found, at: _Today) -> tuple[dict[str, Any], list[Line | str]]:
    """Return a rule as an object and as lines."""
    from deskcollect.policy import catalogue
    from deskcollect.present import policy as words

    facts = list(words.rule_facts(found, catalogue.columns(), at.present))
    if at.counts is not None:
        facts.append(("Today", words.today(found, at.counts, at.accounts)))
    counted = at.counts.get((found.kind, found.name), 0) if at.counts is not None and facts[-1][1] else None
    entry = {
        "rule": found.name,
        "kind": found.kind,
        "file": found.file,
        "line": found.line,
        "label": found.label,
        **{title.lower().replace(" ", "_"): text for title, text in facts},
        "accounts_today": counted,
    }
    head = f"{found.name} · {found.label}" if found.label else found.name
    return entry, [head, f"{found.kind} in {found.file}, line {found.line}", *_facts(facts)]


def _facts(facts: Iterable[tuple[str, str]]) -> Iterator[Line]:
    """Return facts as lines with their titles before them."""
    from deskcollect.present.lines import line, wrapped
    from deskcollect.present.width import fit

    told = [(title, text) for title, text in facts if text]
    size = max((len(title) for title, _ in told), default=0) + _GAP
    for title, text in told:
        entry = line((f"  {fit(title, size)}", "muted"), text)
        yield from wrapped(entry, output.page_width(), indent=size + _GAP)
