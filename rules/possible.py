"""Unknown facts that cannot save a subject: every value that they may have leads to a failure.

A fact that is unknown ends a rule as undetermined, and that is right as long as some value of it
would pass. Where none would, the rule fails all the same; how badly may rest on the value.
"""

import types
import typing
from collections.abc import Callable, Hashable, Mapping
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

from msgspec.structs import astuple, replace

from rules.facts import Fact
from rules.rule import Rule
from rules.unknown import Undecided, Unknown, causes_of
from rules.verdict import EFFECTS, SEVERITIES, Effect, Fail, Severity, Undetermined, Verdict

Given = Mapping[Any, object]
"""Facts by their type."""

_MOST_VALUES = 400
"""So many combinations of values are tried for one verdict; with more it stays undetermined."""

_GRAVEST_FIRST: tuple[Effect, ...] = tuple(EFFECTS)


class Marked(NamedTuple):
    """A fact in which each unknown field can be told from any other, and where each stands."""

    fact: Fact
    places: Mapping[int, tuple[str, ...]]


def marked(fact: Fact) -> Marked:
    """The fact with an Unknown of its own in each unknown field, those of facts in it included."""
    places: dict[int, tuple[str, ...]] = {}
    return Marked(_mark(fact, (), places), places)


def _mark(fact: Fact, path: tuple[str, ...], places: dict[int, tuple[str, ...]]) -> Fact:
    changes: dict[str, Any] = {}
    for name, value in zip(type(fact).__struct_fields__, astuple(fact), strict=True):
        if isinstance(value, Unknown):
            own = replace(value)
            places[id(own)] = (*path, name)
            changes[name] = own
        elif isinstance(value, Fact):
            changes[name] = _mark(value, (*path, name), places)
    return replace(fact, **changes) if changes else fact


class _Open(Exception):
    """Some value does not lead to a failure, or the values cannot be counted."""


class Failure(NamedTuple):
    """What all possible values lead to, and the unknown facts whose values were tried."""

    fails: tuple[Fail, ...]
    unknowns: tuple[Unknown, ...]


def failure(check: Callable[[Given], Verdict], given: Mapping[Any, Marked]) -> Failure | None:
    """The failures that a rule comes to with every value of what it asks for and is unknown.

    `check` judges facts and raises `Undecided` at the unknown one that it meets, or answers with
    it; `given` are the facts that may be tried with other values. None where some value does not
    fail.
    """
    search = _Search(check, given)
    try:
        search.explore({need: each.fact for need, each in given.items()})
    except _Open:
        return None
    return Failure(tuple(search.fails), tuple(search.unknowns.values()))


class _Search:
    """Tries values; a class, for a function within one that calls itself is never given back."""

    def __init__(self, check: Callable[[Given], Verdict], given: Mapping[Any, Marked]) -> None:
        self._check = check
        self._places = {
            at: (need, path) for need, each in given.items() for at, path in each.places.items()
        }
        self._left = _MOST_VALUES
        self.fails: list[Fail] = []
        self.unknowns: dict[int, Unknown] = {}

    def explore(self, facts: dict[Any, object]) -> None:
        """Note the failures that these facts lead to. Raises `_Open` where they lead to another."""
        self._left -= 1
        if self._left < 0:
            raise _Open
        try:
            verdict = self._check(facts)
        except Undecided as undecided:
            unknown = undecided.unknown
        else:
            if isinstance(verdict, Fail):
                self.fails.append(verdict)
                return
            if not isinstance(verdict, Undetermined) or verdict.unknown is None:
                raise _Open
            unknown = verdict.unknown
        place = self._places.get(id(unknown))
        if place is None:
            raise _Open
        need, path = place
        values = _values(_holder(facts[need], path), path[-1])
        if values is None or _are_ruled_out(unknown, values):
            raise _Open
        self.unknowns[id(unknown)] = unknown
        for value in values:
            self.explore({**facts, need: _changed(facts[need], path, value)})


def told(found: Failure, rule: Rule) -> Fail:
    """One failure for all: the mildest, which says what the unknown facts would change."""
    ordered = sorted(found.fails, key=lambda each: _gravity(each, rule))
    gravest, mildest = ordered[0], ordered[-1]
    messages = tuple(dict.fromkeys(each.message for each in reversed(ordered)))
    severity = mildest.severity or rule.severity
    message = mildest.message
    remedy = mildest.remedy
    if len(messages) > 1:
        reasons = " ".join(dict.fromkeys(each.reason for each in found.unknowns))
        message = f"This fails whatever the answer is to what is not known. {reasons} "
        worst = gravest.severity or rule.severity
        if worst != severity:
            message += f"At best ({severity}): {mildest.message} "
            message += f"At worst ({worst}): {gravest.message}"
        elif len(messages) == 2:
            message += f"Either: {messages[0]} Or: {messages[1]}"
        else:
            message += f"For instance: {messages[0]}"
        settling = " ".join(dict.fromkeys(each.remedy for each in found.unknowns))
        remedy = f"{settling} {mildest.remedy or rule.remedy}"
    seen = [each for unknown in found.unknowns for each in unknown.evidence]
    effects = [each.effect or rule.effect for each in found.fails]
    effect = max(effects, key=_GRAVEST_FIRST.index)
    may_stop = "stops" in effects and effect != "stops"
    return Fail(
        message,
        tuple(dict.fromkeys((*mildest.evidence, *seen))),
        statements=_in_all(found.fails),
        severity=severity,
        remedy=remedy,
        effect=effect,
        may_stop=causes_of(*found.unknowns) if may_stop else (),
        foreseen=all(each.foreseen for each in found.fails),
    )


def _gravity(fail: Fail, rule: Rule) -> tuple[int, int]:
    severity: Severity = fail.severity or rule.severity
    return SEVERITIES.index(severity), _GRAVEST_FIRST.index(fail.effect or rule.effect)


def _in_all(fails: tuple[Fail, ...]) -> tuple[str, ...] | None:
    """The statements that every one of the failures names; None: none of them names any."""
    named = [each.statements for each in fails if each.statements is not None]
    if not named:
        return None
    first, *others = named
    return tuple(each for each in first if all(each in other for other in others))


def _holder(fact: object, path: tuple[str, ...]) -> object:
    for name in path[:-1]:
        fact = getattr(fact, name)
    return fact


def _changed(fact: Any, path: tuple[str, ...], value: object) -> Any:
    name, *rest = path
    inner = _changed(getattr(fact, name), tuple(rest), value) if rest else value
    return replace(fact, **{name: inner})


def _are_ruled_out(unknown: Unknown, values: tuple[object, ...]) -> bool:
    """Whether the value is known to be none of those that a list names."""
    return unknown.is_unlisted and any(isinstance(each, Enum) for each in values)


def _values(holder: Any, name: str) -> tuple[object, ...] | None:
    """Every value of a field that is yes or no, one of a list, or empty; None: of any other."""
    kind: type[Fact] = type(holder)
    return _domains(kind).get(name)


@cache
def _domains(kind: Hashable) -> Mapping[str, tuple[object, ...]]:
    found: dict[str, tuple[object, ...]] = {}
    for name, hint in typing.get_type_hints(kind).items():
        is_union = isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union
        kinds = typing.get_args(hint) if is_union else (hint,)
        values: list[object] = []
        for each in kinds:
            if each is Unknown:
                continue
            some = _of(each)
            if some is None:
                break
            values += some
        else:
            found[name] = tuple(values)
    return found


def _of(kind: Any) -> list[object] | None:
    if kind is types.NoneType:
        return [None]
    if kind is bool:
        return [True, False]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return list(kind)
    if typing.get_origin(kind) is typing.Literal:
        return list(typing.get_args(kind))
    return None
