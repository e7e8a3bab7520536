"""From the evidence that many mailboxes share to that of one: its ids, values and read time."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from msgspec.structs import fields, replace

from auditor.gathering import MAILBOXES, Facts
from connectors.dynamics.owners import ADDRESS_COLUMNS
from connectors.dynamics.rows import MailboxRow
from rules.evidence import OF_ITS_OWNER, OF_THE_SUBJECT, THE_SUBJECT, WHOLE_SOURCE, Evidence
from rules.facts import Fact, Mailbox
from rules.unknown import Unknown

F = TypeVar("F", bound=Fact)


def resolve(evidence: Evidence, row: MailboxRow, read_at: str, facts: Facts) -> Evidence:
    """Evidence of a shared verdict as that of one mailbox."""
    if evidence.record == OF_ITS_OWNER:
        return _of_its_owner(evidence, row, facts)
    if evidence.record != OF_THE_SUBJECT:
        return evidence
    if evidence.source != MAILBOXES:
        value = row.mailboxid if evidence.value == THE_SUBJECT else evidence.value
        return replace(evidence, record=_record_elsewhere(evidence, row, facts), value=value)
    value = _VALUES[evidence.field](row) if evidence.field in _VALUES else evidence.value
    return Evidence(evidence.source, row.mailboxid, evidence.field, value, read_at)


def _record_elsewhere(evidence: Evidence, row: MailboxRow, facts: Facts) -> str:
    """The record of another source that is about the mailbox, or what the mailbox goes by there.

    Microsoft 365 knows its address alone.
    """
    if evidence.source.startswith(("graph.", "exchange_online.")):
        return row.emailaddress or WHOLE_SOURCE
    return facts.marks.record_of(evidence, row.mailboxid) or WHOLE_SOURCE


def _of_its_owner(evidence: Evidence, row: MailboxRow, facts: Facts) -> Evidence:
    owner = row.regarding or ""
    if evidence.field in ADDRESS_COLUMNS:
        return replace(evidence, record=owner, value=facts.owners.address(owner))
    return replace(evidence, record=owner)


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


def _value_of(name: str) -> Any:
    def value(row: MailboxRow) -> Any:
        found = getattr(row, name)
        return found if found is None or isinstance(found, str | int | bool) else None

    return value


_VALUES = {field.encode_name: _value_of(field.name) for field in fields(MailboxRow)}
