"""Takes a value of the command line as it stands where it has its type already.

Typer loads pydantic to convert the first value, even one that was not given, and that is more than
half of what a quick command costs.
"""

import inspect
import os
import typing
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import UnionType
from typing import Annotated, Any

from typer.core import TyperCommand


class ReadyValues:
    """For a command of Typer: asks it to convert only what needs it."""

    def get_params(self, ctx: Any) -> Any:
        """Give the command's parameters, that of `--help` among them."""
        parameters = super().get_params(ctx)  # type: ignore[misc]
        hints = _hints(self.callback) if self.callback else {}  # type: ignore[attr-defined]
        for parameter in parameters:
            # They are asked for more than once.
            if "process_value" not in vars(parameter):
                parameter.process_value = partial(
                    _value, parameter, parameter.process_value, hints.get(parameter.name)
                )
        return parameters


class ReadyCommand(ReadyValues, TyperCommand):
    """One command."""


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    """The types of a function's parameters, also of those that only its signature tells of."""
    named = inspect.signature(function, eval_str=True).parameters.values()
    return {each.name: _bare(each.annotation) for each in named}


def _bare(hint: Any) -> Any:
    """A type without what is said beside it."""
    return typing.get_args(hint)[0] if typing.get_origin(hint) is Annotated else hint


def _value(
    parameter: Any, convert: Callable[[Any, Any], Any], hint: object, ctx: Any, value: Any
) -> Any:
    source = ctx.get_parameter_source(parameter.name)
    left_out = source is not None and source.name == "DEFAULT" and not parameter.required
    taken = value if left_out else _taken(value, hint)
    if taken is _NOT_READY:
        return convert(ctx, value)
    if taken is None and parameter.multiple:
        taken = ()
    return taken if parameter.callback is None else parameter.callback(ctx, parameter, taken)


_NOT_READY = object()


def _taken(value: Any, hint: Any) -> Any:
    """What the function is given for a text, or for several; `_NOT_READY`: Typer must convert it.

    Ready is any text, one of some, a path that there is and that can be read, and a list of such.
    """
    kind, of = typing.get_origin(hint), typing.get_args(hint)
    if kind in (typing.Union, UnionType):
        found = (_taken(value, each) for each in of)
        return next((each for each in found if each is not _NOT_READY), _NOT_READY)
    if kind is list and isinstance(value, list | tuple):
        values = [_taken(each, of[0]) for each in value]
        return values if values and _NOT_READY not in values else _NOT_READY
    if not isinstance(value, str):
        return _NOT_READY
    if hint is Path:
        return Path(value) if os.access(value, os.R_OK) else _NOT_READY
    is_ready = hint is str or (kind is typing.Literal and value in of)
    return value if is_ready else _NOT_READY
