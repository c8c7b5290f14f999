"""deskcollect policy: the rules of a desk, checked, explained, tried and copied."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import diagnostics, output, place
from deskcollect.cli.commands import SETTINGS
from deskcollect.cli.explain import explain
from deskcollect.cli.options import DeskOption, JsonOption
from deskcollect.cli.simulate import simulate
from deskcollect.errors import BadPolicy, BadUse, ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deskcollect.policy.model import Policies
    from deskcollect.records import Issue

app = typer.Typer(
    rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False, context_settings=SETTINGS
)


@app.callback()
def policy() -> None:
    """The rules of a desk: text files, checked, explained and tried."""


@app.command("check")
def check_policy(
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="[PATH]",
            help="A folder of policy files, or one of them. Else those of the desk, or the shipped ones.",
            show_default=False,
        ),
    ] = None,
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Say what is wrong with policy files, each finding with file and line. Exits with 2 if anything is.

    A single file is checked together with the others of the desk, or the shipped ones where there is no desk.
    """
    from deskcollect.policy import load as policy_files

    folder, instead = _meant(path, desk)
    issues: Sequence[Issue] = ()
    try:
        policies = policy_files.load(folder, instead=instead)
    except BadPolicy as error:
        if not error.issues:
            raise
        files = list(dict.fromkeys(issue.place.file for issue in error.issues))
        issues = sorted(error.issues, key=lambda issue: (files.index(issue.place.file), issue.place.line or 0))
    if json:
        output.objects(as_object(issue) for issue in issues)
    elif issues:
        output.lines(_findings(issues))
    else:
        output.lines([_verdict(policies), _read_from(folder, instead)])
    return ExitCode.USAGE if issues else ExitCode.OK


def _meant(path: Path | None, desk: Path | None) -> tuple[Path | None, Path | None]:
    """Return the folder of the policies that are meant, None for the shipped ones, and a file in place of one of them.

    Errors: BadUse, BadPolicy when nothing of a policy is there.
    """
    from deskcollect.policy import load as policy_files

    if path is not None and not path.exists():
        raise BadUse(f"There is no {path}.", "Give a folder of policy files, or one of them.")
    if path is None or not path.is_dir():
        return place.policies(desk), path
    inner = place.inner_policies(path)
    policy_files.own(inner)
    return inner, None


def _findings(issues: Sequence[Issue]) -> Iterator[str]:
    """Return all findings as lines."""
    from deskcollect.present.numbers import several
    from deskcollect.present.policy import finding

    for issue in issues:
        told, remedy = finding(issue)
        yield told
        if remedy:
            yield f"    {remedy}"
    yield ""
    yield f"{several(len(issues), 'thing is', 'things are')} wrong. Nothing works on wrong rules."


def _verdict(policies: Policies) -> str:
    """Return how many rules were read."""
    from deskcollect.policy import catalogue

    found = list(catalogue.rules(policies))
    return f"{len(found):,} rules in {len({rule.file for rule in found})} files, all good."


def _read_from(folder: Path | None, instead: Path | None) -> str:
    """Return where they were read from."""
    from deskcollect.policy import load as policy_files

    own = [name for name in policy_files.FILES if folder and (folder / name).is_file()]
    whose = f"{len(own)} of them in {folder}, the others as shipped" if len(own) < len(policy_files.FILES) else ""
    told = whose or f"all in {folder}"
    if not own:
        told = "all as shipped"
    return f"{instead.name}; besides it, {told}." if instead else f"{told[0].upper()}{told[1:]}."


def as_object(issue: Issue) -> dict[str, Any]:
    """Return a finding as an object."""
    return {
        "file": issue.place.file,
        "line": issue.place.line,
        "message": issue.message,
        "remedy": issue.remedy,
    }


@app.command("init")
def init_policies(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where they go; a desk has them in its policies/.")],
) -> int:
    """Copy the shipped policy files, to be edited. Nothing is overwritten."""
    from deskcollect.policy import load as policy_files

    target = place.inner_policies(folder)
    if target.exists() and not target.is_dir():
        raise BadUse(f"{target} is no folder.", "Name another place.")
    there = [name for name in policy_files.FILES if (target / name).exists()]
    if there:
        raise BadUse(
            f"There are policy files in {target} already: {', '.join(there)}.",
            "Name another folder, or take them away first; nothing was written.",
        )
    written = policy_files.copy_shipped(target)
    diagnostics.say(f"{len(written)} files written to {target}. Look at them with  deskcollect policy check {target}")
    return ExitCode.OK


app.command("explain")(explain)
app.command("simulate")(simulate)
