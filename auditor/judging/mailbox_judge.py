"""Rules asked about mailboxes: each once for all that are alike in what it reads of them.

A rule reads a few of the facts of a mailbox, and configurations differ in many. So that nobody
has to declare what a rule reads, a first mailbox is watched while the rule is asked; the answer
is that of every mailbox with the same values there, for a rule has nothing else to go by.
"""

import threading
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter, itemgetter
from typing import Any

from msgspec.structs import astuple

from auditor.judging.shared_causes import with_shared_cause
from rules.evidence import Evidence
from rules.facts import Fact, Mailbox
from rules.judge import Judge
from rules.rule import Rule
from rules.unknown import Unknown
from rules.verdict import Fail, Verdict

_FIELDS = tuple(name for name in Mailbox.__struct_fields__ if name != "origins")
_EVIDENCE = tuple(f"evidence of {name}" for name in _FIELDS)
_PLACES = {name: place for place, name in enumerate((*_FIELDS, *_EVIDENCE))}
_all_fields = attrgetter(*_FIELDS)
_read = threading.local()


class RuleVerdicts(Mapping[str, Verdict]):
    """Verdicts by the ids of their rules, in the order of the rules.

    `places` says where each rule's stands, and is shared by all that were asked the same.
    """

    __slots__ = ("_failing", "_found", "_places")

    def __init__(self, places: Mapping[str, int], found: tuple[Verdict, ...]) -> None:
        self._places = places
        self._found = found
        self._failing: tuple[tuple[str, Fail], ...] | None = None

    def __getitem__(self, id: str) -> Verdict:
        return self._found[self._places[id]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._found)

    def items(self) -> Any:
        """Each rule's id with the verdict."""
        return zip(self._places, self._found, strict=True)

    def values(self) -> Any:
        """The verdicts alone."""
        return self._found

    @property
    def failing(self) -> tuple[tuple[str, Fail], ...]:
        """The failures with the ids of their rules, looked for once."""
        if self._failing is None:
            self._failing = _failing(self)
        return self._failing


def failing(verdicts: Mapping[str, Verdict]) -> tuple[tuple[str, Fail], ...]:
    """The failures among the verdicts on mailboxes, with the ids of their rules."""
    return verdicts.failing if isinstance(verdicts, RuleVerdicts) else _failing(verdicts)


def _failing(verdicts: Mapping[str, Verdict]) -> tuple[tuple[str, Fail], ...]:
    return tuple((id, each) for id, each in verdicts.items() if type(each) is Fail)


class _Asked:
    """One rule with the answers it gave, by the values that it reads."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.places: set[int] = set()
        self.answers: dict[object, Verdict] = {}
        self.key: Callable[[tuple[object, ...]], object] = lambda values: ()

    def reads(self, places: Iterable[int]) -> None:
        """Notes what the rule reads; what was answered by less is asked again."""
        if not self.places.issuperset(places):
            self.places.update(places)
            self.key = itemgetter(*sorted(self.places))
            self.answers.clear()


class MailboxValues:
    """Of each fact of a mailbox a value that is the same where a rule cannot tell the difference.

    Judges of the same mailboxes may share one.
    """

    def __init__(self) -> None:
        self._unknowns: dict[Unknown, tuple[int]] = {}
        # An id is that of one object as long as it lives.
        self._held: dict[int, object] = {}
        self._evidence: dict[int, tuple[int, ...]] = {}
        self._last: tuple[Mailbox, tuple[object, ...]] | None = None

    def of(self, mailbox: Mailbox) -> tuple[object, ...]:
        """The values, then those of the evidence."""
        if self._last is None or self._last[0] is not mailbox:
            self._last = mailbox, self._of(mailbox)
        return self._last[1]

    def _of(self, mailbox: Mailbox) -> tuple[object, ...]:
        origins = mailbox.origins
        evidence = self._evidence.get(self._identity(origins))
        if evidence is None:
            evidence = tuple(self._identity(origins.get(name)) for name in _FIELDS)
            self._evidence[id(origins)] = evidence
        return (*map(self._value, _all_fields(mailbox)), *evidence)

    def _value(self, value: object) -> object:
        if value is None or value is True or value is False:
            return value
        if isinstance(value, Unknown):
            return self._unknowns.setdefault(value, (len(self._unknowns),))
        return self._identity(value) if isinstance(value, Fact) else value

    def _identity(self, value: object) -> int:
        self._held[id(value)] = value
        return id(value)


class MailboxJudge:
    """The verdicts of some rules on mailboxes; `beside` are facts that all of them share.

    judge = MailboxJudge(Judge(rules, edition, shared), rules)
    judge.verdicts(mailbox)["mailbox-not-approved"]
    """

    def __init__(
        self,
        judge: Judge,
        rules: Iterable[Rule],
        beside: Mapping[Any, object] | None = None,
        values: MailboxValues | None = None,
    ) -> None:
        self.values = values or MailboxValues()
        self._judge = judge
        self._asked = [_Asked(rule) for rule in rules]
        self._beside = dict(beside or {})
        self._places = {each.rule.id: place for place, each in enumerate(self._asked)}
        self._last: tuple[Mailbox, Mailbox] | None = None
        self._met: dict[bytes, RuleVerdicts] = {}

    def verdicts(self, mailbox: Mailbox) -> RuleVerdicts:
        """What each rule says of the mailbox: one object for all of which all rules say the same.

        Verdicts are compared by what they are, not by what they say.
        """
        values = self.values.of(mailbox)
        found = []
        for asked in self._asked:
            verdict = asked.answers.get(asked.key(values))
            found.append(verdict or self._ask(asked, mailbox, values))
        # Verdicts that were met are held, so that no two have one identity.
        key = array("Q", map(id, found)).tobytes()
        met = self._met.get(key)
        if met is None:
            met = self._met[key] = RuleVerdicts(self._places, tuple(found))
        return met

    def _ask(self, asked: _Asked, mailbox: Mailbox, values: tuple[object, ...]) -> Verdict:
        rule = asked.rule
        _read.places = set()
        unlocated = self._judge.unlocated(rule, {**self._beside, Mailbox: self._watched(mailbox)})
        asked.reads(_read.places)
        facts = {**self._beside, Mailbox: mailbox}
        located = self._judge.located(rule, facts, unlocated)
        verdict = with_shared_cause(rule, located)
        if located is unlocated:
            asked.answers[asked.key(values)] = verdict
        return verdict

    def _watched(self, mailbox: Mailbox) -> Mailbox:
        """The mailbox, watched: the same one for all rules."""
        if self._last is None or self._last[0] is not mailbox:
            self._last = mailbox, _watched(mailbox)
        return self._last[1]


class _Watched(Mailbox, frozen=True, kw_only=True):
    """A mailbox that notes which of its facts are read."""

    def __getattribute__(self, name: str) -> Any:
        place = _PLACES.get(name)
        if place is not None:
            _read.places.add(place)
        return super().__getattribute__(name)

    def __eq__(self, other: object) -> bool:
        raise TypeError("A rule compares facts of mailboxes, never whole mailboxes.")

    __hash__ = None  # type: ignore[assignment]


class _WatchedOrigins(Mapping[str, tuple[Evidence, ...]]):
    """Origins that note the fields whose evidence is taken."""

    def __init__(self, origins: Mapping[str, tuple[Evidence, ...]]) -> None:
        self._origins = origins

    def __getitem__(self, name: str) -> tuple[Evidence, ...]:
        _read.places.add(_PLACES[f"evidence of {name}"])
        return self._origins[name]

    def __iter__(self) -> Iterator[str]:
        _read.places.update(_PLACES.values())
        return iter(self._origins)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _watched(mailbox: Mailbox) -> _Watched:
    names = Mailbox.__struct_fields__
    values = dict(zip(names, astuple(mailbox), strict=True))
    return _Watched(**{**values, "origins": _WatchedOrigins(mailbox.origins)})
