"""What was typed wrongly, in our words: the nearest command or option, and where to read on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from typer._click.exceptions import (
    BadOptionUsage,
    BadParameter,
    ClickException,
    MissingParameter,
    NoSuchOption,
    UsageError,
)
from typer.core import TyperGroup

from deskcollect.errors import BadUse
from deskcollect.near import did_you_mean, nearest

if TYPE_CHECKING:
    from typer._click.core import Context, Parameter

_NO_INTEGER = re.compile(r"'(.*)' is not a valid int\w*\.")


def error(found: ClickException) -> BadUse:
    """Turn an error of the parser into one of ours."""
    context = found.ctx if isinstance(found, UsageError) else None
    command = context.command_path if context else "deskcollect"
    read_on = f"{command} --help  says what there is."
    if isinstance(found, NoSuchOption):
        options = {name.lstrip("-"): name for name in _options(context)}  # two dashes make nothing alike
        near = options.get(nearest(found.option_name.lstrip("-"), options), "")
        hint = f"Did you mean {near}?  " if near else ""
        return BadUse(f"{found.option_name} is no option of {command}.", hint + read_on)
    if isinstance(found, MissingParameter) and found.param is not None:
        return BadUse(f"{command} needs {_usage(found.param, context)}.", read_on)
    if isinstance(found, BadOptionUsage):
        return BadUse(f"{found.option_name} needs a value.", read_on)
    if isinstance(found, BadParameter) and found.param is not None:
        name = max(found.param.opts, key=len)
        reason = _NO_INTEGER.sub(r"“\1” is no whole number.", found.message)
        return BadUse(f"{name}: {reason}", read_on)
    unknown = getattr(context, "args", None) if "No such command" in found.format_message() else None
    if unknown is not None and context is not None:
        return _no_command(found.format_message(), context, read_on)
    return BadUse(found.format_message(), read_on)


def _usage(parameter: Parameter, context: Context | None) -> str:
    """Return how a parameter is typed: `ACCOUNT`, `--book BOOK`."""
    value = parameter.make_metavar(context) if context else str(parameter.name)
    return f"{max(parameter.opts, key=len)} {value}" if parameter.param_type_name == "option" else value


def _options(context: Context | None) -> list[str]:
    """Return the options of a command."""
    return [name for parameter in context.command.params for name in parameter.opts] if context else []


def _no_command(message: str, context: Context, read_on: str) -> BadUse:
    """Name the nearest command."""
    typed = message.split("'")[1] if "'" in message else "That"
    known = context.command.list_commands(context) if isinstance(context.command, TyperGroup) else []
    hint = did_you_mean(typed, known, quoted=False)
    return BadUse(f"“{typed}” is no command of {context.command_path}.", f"{hint}  {read_on}".lstrip())


def refused(found: OSError) -> BadUse:
    """Turn a refusal of the system into one of ours."""
    name = f"{found.filename}: " if found.filename else ""
    reason = found.strerror or type(found).__name__
    return BadUse(f"{name}{reason}.", "Check the path, its rights and the free space.")
