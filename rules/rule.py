"""The `@rule` decorator and the catalogue of all rules."""

import importlib
import inspect
import pkgutil
import typing
from collections.abc import Callable
from functools import cache
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from rules.bearing import BearsOn, every_mailbox
from rules.facts import (
    EmailServerProfile,
    Every,
    ExchangeTenant,
    Mailbox,
    MailServer,
    Organization,
)
from rules.thresholds import Threshold
from rules.unknown import Unknown
from rules.verdict import EFFECTS, Effect, Severity, Verdict

Kind: TypeAlias = Literal["support", "health", "security", "lifecycle"]
KINDS: tuple[Kind, ...] = ("support", "health", "security", "lifecycle")

Population: TypeAlias = Literal["synchronizing", "in-use", "all"]

FOLDERS = ("rules.support", "rules.lifecycle", "rules.health")

SUBJECTS: dict[type, str] = {
    Organization: "organization",
    EmailServerProfile: "profile",
    Mailbox: "mailbox",
    MailServer: "email-system",
    ExchangeTenant: "tenant",
}


class Rule(Struct, frozen=True, kw_only=True):
    """One rule of the catalogue: what it judges, what it rests on, and the function that judges.

    `subject` is the kind of record that a verdict is about. `population` narrows it: mailboxes
    that are meant to synchronize, profiles that such mailboxes use, or all. `severity` and
    `effect`, what a failure does to the mailboxes that it bears on, are the gravest it can give.
    """

    id: str
    title: str
    kind: Kind
    severity: Severity
    effect: Effect
    repair: str
    """The change that repairs it: what fails of one subject and has it in common is one cause."""
    bears_on: BearsOn
    """Of the synchronizing mailboxes behind the subject, those that its failure concerns."""
    inferred: bool
    """Whether a failure is concluded from settings alone, so that a success contradicts it."""
    decisive: bool
    """Whether Dynamics 365 itself must show the opposite before a mailbox counts as working."""
    subject: str
    population: Population
    statements: tuple[str, ...]
    remedy: str
    source: str
    doc: str
    thresholds: tuple[Threshold, ...]
    needs: tuple[tuple[str, object], ...]
    """Parameter names of `check` and the fact types they are annotated with, in order."""
    may_be_unknown: frozenset[str] = frozenset()
    """Parameters annotated `T | Unknown`: the rule is handed the Unknown and judges without."""
    check: Callable[..., Verdict]


_registered: dict[str, Rule] = {}


def rule(
    *,
    id: str,
    title: str,
    kind: Kind,
    severity: Severity,
    effect: Effect,
    remedy: str,
    source: str,
    statements: tuple[str, ...] = (),
    thresholds: tuple[Threshold, ...] = (),
    population: Population | None = None,
    repair: str | None = None,
    bears_on: BearsOn = every_mailbox,
    inferred: bool = False,
    decisive: bool = False,
) -> Callable[[Callable[..., Verdict]], Callable[..., Verdict]]:
    """Registers a function as a rule; its typed parameters are the facts it needs.

    The first parameter is the subject. `population` defaults to synchronizing mailboxes and, for
    support rules, to profiles in use; `all` judges every record of the table. `source` is the
    https address of the page that the rule rests on. A parameter annotated `T | Unknown` is
    handed over even where it is unknown; any other ends the rule as undetermined then. `repair`
    defaults to the rule's own id: a change that repairs nothing else.
    """

    def register(check: Callable[..., Verdict]) -> Callable[..., Verdict]:
        hints = typing.get_type_hints(check)
        names = tuple(inspect.signature(check).parameters)
        needs = tuple((name, _without_unknown(hints[name])) for name in names)
        subject_type = needs[0][1]
        subject = SUBJECTS.get(subject_type)
        if subject is None:
            raise TypeError(f"rule {id}: {subject_type} cannot be the subject of a rule")
        if effect not in EFFECTS:
            raise ValueError(f"rule {id}: {effect!r} is no effect; write {', '.join(EFFECTS)}")
        if id in _registered and _registered[id].check.__module__ != check.__module__:
            raise ValueError(f"rule {id} is defined twice")
        _registered[id] = Rule(
            id=id,
            title=title,
            kind=kind,
            severity=severity,
            effect=effect,
            repair=repair or id,
            bears_on=bears_on,
            inferred=inferred,
            decisive=decisive,
            subject=subject,
            population=population or _usual_population(subject, kind),
            statements=statements,
            remedy=remedy,
            source=source,
            doc=inspect.getdoc(check) or "",
            thresholds=thresholds,
            needs=needs,
            may_be_unknown=frozenset(
                name for name in names if Unknown in typing.get_args(hints[name])
            ),
            check=check,
        )
        return check

    return register


def _without_unknown(hint: Any) -> Any:
    """The fact type of a parameter that is annotated `T` or `T | Unknown`."""
    kinds = typing.get_args(hint)
    if Unknown not in kinds:
        return hint
    (kind,) = (each for each in kinds if each is not Unknown)
    return kind


def _usual_population(subject: str, kind: Kind) -> Population:
    if subject == "mailbox":
        return "synchronizing"
    if subject == "profile" and kind == "support":
        return "in-use"
    return "all"


@cache
def catalogue() -> tuple[Rule, ...]:
    """All rules, ordered by id. Walks the rule folders, so a new file is a new rule."""
    for folder in FOLDERS:
        package = importlib.import_module(folder)
        for module in pkgutil.walk_packages(package.__path__, f"{folder}."):
            importlib.import_module(module.name)
    return tuple(_registered[id] for id in sorted(_registered))


def is_listing(need: object) -> bool:
    """Whether a need is `Every[...]`, a listing that must have been read whole."""
    return typing.get_origin(need) is Every


def thresholds_of(rules: tuple[Rule, ...]) -> dict[str, Threshold]:
    """Every threshold that the rules declare, by name.

    Raises ValueError where two rules declare one name differently.
    """
    found: dict[str, Threshold] = {}
    for each in rules:
        for threshold in each.thresholds:
            if found.setdefault(threshold.name, threshold) != threshold:
                raise ValueError(f"threshold {threshold.name} is declared in two ways")
    return found
