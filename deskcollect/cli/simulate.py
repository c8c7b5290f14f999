"""deskcollect policy simulate: what other rules would warn of, before they are saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import output, place
from deskcollect.cli.options import DeskOption, JsonOption, read_limit
from deskcollect.cli.table import Column, table
from deskcollect.errors import BadUse, ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.cli.table import Cell
    from deskcollect.desk.alerts.simulate import Changed, Simulated
    from deskcollect.desk.desk import Desk
    from deskcollect.present.lines import Line
    from deskcollect.present.shapes import Glyphs
    from deskcollect.present.voice import Voice

_MOVES = (
    Column("Added", "right"),
    Column("Removed", "right"),
    Column("Up", "right"),
    Column("Down", "right"),
)
_BOTH = (Column("Before", "right"), Column("After", "right"))


def simulate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An alerts.toml, or a folder of policy files.")],
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", help="Tell at most so many added and removed accounts.")
    ] = 20,
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Say what other rules would warn of, on the newest day and on every past one; nothing is saved.

    FILE counts in the place of the desk's own file. Told are accounts by day, level, rule and collector, and which ones would be added and removed, with the evidence.
    """
    from deskcollect.desk.alerts import simulate as corridor
    from deskcollect.present.glyphs import choose
    from deskcollect.present.voice import Voice

    read_limit(limit)
    if not file.exists():
        raise BadUse(f"There is no {file}.", "Give an alerts.toml, or a folder of policy files.")
    with place.opened(desk) as standing:
        other = corridor.other_policies(standing, place.inner_policies(file) if file.is_dir() else file)
        found = corridor.simulate(standing, other, limit)
        today = standing.clock.now().date()
        before, after = (Voice(side, today, {}, standing.zone) for side in (found.before, found.after))
        if json:
            output.single(as_object(found, before, after))
        else:
            glyphs = choose(standing.settings.glyphs)
            output.lines(_report(found, _Words(standing, before, after, glyphs), file), glyphs)
    return ExitCode.OK


class _Words:
    """The desk, the sentences of both policies, and the signs."""

    def __init__(self, desk: Desk, before: Voice, after: Voice, glyphs: Glyphs) -> None:
        self.name = f"{'DEMO  ' if desk.settings.demo else ''}{desk.settings.name}"
        self.before = before
        self.after = after
        self.glyphs = glyphs


def _report(found: Simulated, words: _Words, file: Path) -> Iterator[Line | str]:
    """Return everything as lines."""
    from deskcollect.present import simulation as told
    from deskcollect.present.alerts import needed
    from deskcollect.present.lines import line

    yield f"{words.name}: {file.name} in the place of the rules in force; nothing is saved"
    for rule, lacking in found.silent:
        yield f"{words.after.signal(rule)} cannot fire: {needed(lacking)}."
    for text, role in told.share(found):
        yield line((text, role))
    yield ""
    if found.is_same:
        yield told.same(found)
        return
    yield from _tables(found, words)
    yield from _accounts(f"Added on {found.as_of}", found.added, words.after, words.glyphs)
    yield from _accounts(f"Removed on {found.as_of}", found.removed, words.before, words.glyphs)


def _tables(found: Simulated, words: _Words) -> Iterator[Line | str]:
    """Return what changes by day, level, rule and collector."""
    from deskcollect.present import simulation as told

    width = output.width()
    fresh = [Column("New before", "right"), Column("New after", "right")]
    days = [Column("Day"), Column("Accounts", "right"), *_BOTH, *_MOVES, *fresh]
    yield from table(days, told.days(found), width)
    yield ""
    levels: list[list[Cell]] = [
        [(words.glyphs.level(level, word=True), level), *numbers] for level, *numbers in told.levels(found)
    ]
    yield from table([Column(f"Level, {found.as_of}"), *_BOTH], levels, width)
    yield ""
    rules, others = told.rules(found)
    all_days = [Column("Before, all", "right"), Column("After, all", "right")]
    yield from table([Column("Rule fires on"), Column(""), *_BOTH, *all_days], rules, width)
    yield f"{others} other rules fire as before." if rules else "Every rule fires as before."
    yield ""
    a_day = [Column("New a day before", "right"), Column("New a day after", "right")]
    yield from table([Column("Collector", least=8), *_BOTH, *_MOVES, *a_day], told.collectors(found), width)
    yield told.what_is_new(found)


def _accounts(title: str, changed: Changed, voice: Voice, glyphs: Glyphs) -> Iterator[Line | str]:
    """Return the accounts of a change with the strongest evidence."""
    from deskcollect.present.clean import name_of
    from deskcollect.present.simulation import NOBODY

    yield ""
    if not changed.count:
        yield f"{title}: none."
        return
    shown = len(changed.rows)
    yield f"{title}: {changed.count:,}" + (f", of which {shown}" if shown < changed.count else "")
    rows = []
    for row in changed.rows:
        more = f" (+{len(row['signals']) - 1})" if len(row["signals"]) > 1 else ""
        level = (glyphs.level(row["alert_level"], word=True), row["alert_level"])
        rows.append(
            [level, row["account_id"], name_of(row), row["collector"] or NOBODY, f"{voice.proofs(row)[0][1]}{more}"]
        )
    columns = [Column("Level"), Column("Account"), Column("Customer", least=12, most=26), Column("Collector", least=8)]
    yield from table([*columns, Column("Evidence", least=30)], rows, output.width())


def as_object(found: Simulated, before: Voice, after: Voice) -> dict[str, Any]:
    """Return everything as one object."""
    return {
        "as_of": found.as_of,
        "cap_share": found.after.alert_cap_share,
        "share_before": found.share("before"),
        "share_after": found.share("after"),
        "above_cap": found.share("after") > found.after.alert_cap_share,
        "days": found.days.to_dicts(),
        "levels": found.levels.to_dicts(),
        "rules": found.rules.to_dicts(),
        "collectors": found.collectors.to_dicts(),
        "silent": [{"rule": rule, "lacks": lacking} for rule, lacking in found.silent],
        "added_count": found.added.count,
        "added": [_account(row, after) for row in found.added.rows],
        "removed_count": found.removed.count,
        "removed": [_account(row, before) for row in found.removed.rows],
    }


def _account(row: dict[str, Any], voice: Voice) -> dict[str, Any]:
    """Return an account that is added or removed as an object."""
    return {
        **{name: row[name] for name in ("account_id", "customer_name", "collector", "alert_level")},
        "signals": [{"rule": rule, "evidence": evidence} for rule, evidence in voice.proofs(row)],
    }
