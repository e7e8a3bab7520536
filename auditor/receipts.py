"""From the evidence that many mailboxes share to that of one: its ids, values and read time."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any, TypeAlias, TypeVar

from msgspec import UNSET
from msgspec.structs import fields, replace

from auditor.gathering import MAILBOXES, Facts
from connectors.dynamics.owners import ADDRESS_COLUMNS
from connectors.dynamics.rows import MailboxRow
from rules.evidence import OF_ITS_OWNER, OF_THE_SUBJECT, THE_SUBJECT, WHOLE_SOURCE, Evidence
from rules.facts import Fact, Mailbox
from rules.unknown import Unknown

F = TypeVar("F", bound=Fact)


OfOne: TypeAlias = Callable[[MailboxRow, str], Evidence]
"""From a mailbox's row, and the time it was read, to evidence of that mailbox."""


def resolver(evidence: Evidence, facts: Facts) -> OfOne:
    """How evidence of a shared verdict becomes that of one mailbox: told once for all of them."""
    source, field, value = evidence.source, evidence.field, evidence.value
    if evidence.record == OF_ITS_OWNER:
        if field in ADDRESS_COLUMNS:
            address = facts.owners.address
            return lambda row, _: _of_owner(evidence, row, address(row.regarding or ""))
        return lambda row, _: _of_owner(evidence, row, value)
    if evidence.record != OF_THE_SUBJECT:
        return lambda row, read_at: evidence
    if source != MAILBOXES:
        return lambda row, _: replace(
            evidence,
            record=_record_elsewhere(evidence, row, facts),
            value=row.mailboxid if value == THE_SUBJECT else value,
        )
    if overwrites(evidence):
        own = _VALUES[field]
        return lambda row, read_at: Evidence(source, row.mailboxid, field, own(row), read_at)
    return lambda row, read_at: Evidence(source, row.mailboxid, field, value, read_at)


def resolvers(evidence: Iterable[Evidence], facts: Facts) -> list[OfOne]:
    """As `resolver`, of what can come out alike but once: two facts may rest on one column."""
    told = {
        (each.source, each.record, each.field) if overwrites(each) else each: each
        for each in evidence
    }
    return [resolver(each, facts) for each in told.values()]


def overwrites(evidence: Evidence) -> bool:
    """Whether it shows a column of the mailbox itself: the value is then that of its row."""
    is_own = evidence.record == OF_THE_SUBJECT and evidence.source == MAILBOXES
    return is_own and evidence.field in _VALUES


def resolve(evidence: Evidence, row: MailboxRow, read_at: str, facts: Facts) -> Evidence:
    """Evidence of a shared verdict as that of one mailbox."""
    return resolver(evidence, facts)(row, read_at)


def _record_elsewhere(evidence: Evidence, row: MailboxRow, facts: Facts) -> str:
    """The record of another source that is about the mailbox, or what the mailbox goes by there.

    Microsoft 365 knows its address alone.
    """
    if evidence.source.startswith(("graph.", "exchange_online.")):
        return row.emailaddress or WHOLE_SOURCE
    return facts.marks.record_of(evidence, row.mailboxid) or WHOLE_SOURCE


def _of_owner(evidence: Evidence, row: MailboxRow, value: Any) -> Evidence:
    return replace(evidence, record=row.regarding or WHOLE_SOURCE, value=value)


def shown_by(mailbox: Mailbox, row: MailboxRow, read_at: str, facts: Facts) -> Mailbox:
    """The configuration with the evidence of one mailbox that has it."""

    def of_one(found: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
        return tuple(resolve(each, row, read_at, facts) for each in found)

    def shown(fact: F) -> F:
        unknown = {
            name: shown_of(value, row, read_at, facts)
            for name in fact.__struct_fields__
            if isinstance(value := getattr(fact, name), Unknown)
        }
        return replace(fact, **unknown, origins=_Shown(fact.origins, of_one))

    own = replace(mailbox, owner=shown(mailbox.owner), exchange=shown(mailbox.exchange))
    return shown(own)


class _Shown(Mapping[str, tuple[Evidence, ...]]):
    """Origins as one mailbox has them, each made when a rule asks for it: most ask for few."""

    def __init__(
        self,
        origins: Mapping[str, tuple[Evidence, ...]],
        of_one: Callable[[tuple[Evidence, ...]], tuple[Evidence, ...]],
    ) -> None:
        self._origins = origins
        self._of_one = of_one

    def __getitem__(self, name: str) -> tuple[Evidence, ...]:
        return self._of_one(self._origins[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._origins)

    def __len__(self) -> int:
        return len(self._origins)


def shown_of(unknown: Unknown, row: MailboxRow, read_at: str, facts: Facts) -> Unknown:
    """Why a configuration leaves something open, with the evidence of one mailbox that has it."""
    evidence = tuple(resolve(each, row, read_at, facts) for each in unknown.evidence)
    return replace(unknown, evidence=evidence)


def _value_of(name: str) -> Callable[[MailboxRow], Any]:
    get = attrgetter(name)

    def value(row: MailboxRow) -> Any:
        found = get(row)
        return None if found is UNSET else found

    return value


_VALUES = {field.encode_name: _value_of(field.name) for field in fields(MailboxRow)}
