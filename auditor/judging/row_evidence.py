"""From the evidence that many mailboxes share to that of one: its ids, values and read time."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import repeat
from typing import Any, TypeVar

from msgspec import UNSET, Struct
from msgspec.structs import fields, replace

from auditor.judging.kept_rows import Rows, as_rows
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.normalisation.facts import MAILBOXES, Facts
from connectors.normalisation.mailbox.owner_facts import ADDRESS_COLUMNS, ID_COLUMNS
from rules.evidence import OF_ITS_OWNER, OF_THE_SUBJECT, THE_SUBJECT, WHOLE_SOURCE, Evidence
from rules.facts import Fact, Mailbox
from rules.option_labels import OPTION_LABELS, is_option, label_of
from rules.unknown import Unknown

F = TypeVar("F", bound=Fact)


OWNERS_ADDRESS = "address of the owner"
"""Goes by this name among the fields of a row."""


class Resolver(Struct, frozen=True):
    """How evidence of a shared verdict becomes that of mailboxes, each its own.

    `names` are the fields of their rows that it takes; `of` gives one for each row.
    """

    names: tuple[str, ...]
    of: Callable[[Rows], Iterable[Evidence]]


def bind(evidence: Evidence, facts: Facts) -> Resolver:
    """Evidence of a shared verdict as that of mailboxes."""
    source, field = evidence.source, evidence.field
    if evidence.record == OF_ITS_OWNER:
        is_address = field in ADDRESS_COLUMNS
        names = ("regarding", OWNERS_ADDRESS) if is_address else ("regarding",)
        return Resolver(names, partial(_of_owners, evidence, is_address=is_address))
    if evidence.record != OF_THE_SUBJECT:
        told = labelled(evidence)
        return Resolver((), lambda rows: repeat(told, len(rows)))
    if source != MAILBOXES:
        return Resolver(("mailboxid", "emailaddress"), partial(_elsewhere, evidence, facts))
    name = _NAMES.get(field)
    names = ("mailboxid",) if name is None else ("mailboxid", name)

    def of(rows: Rows) -> Iterable[Evidence]:
        ids = rows.columns["mailboxid"]
        values = [evidence.value] * len(rows)
        if name is not None:
            values = [*map(_told, rows.columns[name])]
        shown = map(Evidence, repeat(source), ids, repeat(field), values, rows.read_at)
        return map(labelled, shown) if (source, field) in OPTION_LABELS else shown

    return Resolver(names, of)


def resolvers(evidence: Iterable[Evidence], facts: Facts) -> list[Resolver]:
    """As `bind`, of what would come out alike but once: two facts may rest on one column."""
    told = {
        (each.source, each.record, each.field) if _is_a_column(each) else each: each
        for each in evidence
    }
    return [bind(each, facts) for each in told.values()]


def resolved(resolvers: Sequence[Resolver], rows: Rows) -> Iterable[tuple[Evidence, ...]]:
    """The evidence of each row."""
    if not resolvers:
        return repeat((), len(rows))
    return zip(*(each.of(rows) for each in resolvers), strict=True)


def resolve(evidence: Evidence, row: MailboxRow, read_at: str, facts: Facts) -> Evidence:
    """Evidence of a shared verdict as that of one mailbox."""
    how = bind(evidence, facts)
    (found,) = how.of(completed(as_rows(row, read_at), how.names, facts))
    return found


def completed(rows: Rows, names: Collection[str], facts: Facts) -> Rows:
    """The rows with what of these names is no field of theirs: the addresses of their owners."""
    if OWNERS_ADDRESS not in names:
        return rows
    addresses = facts.owners.addresses_of(rows.columns["regarding"])
    return Rows({**rows.columns, OWNERS_ADDRESS: addresses}, rows.read_at)


def labelled(evidence: Evidence) -> Evidence:
    """The same with the label of its value, where that is an option's number."""
    source, field, value = evidence.source, evidence.field, evidence.value
    if not is_option(source, field, value):
        return evidence
    return replace(evidence, label=label_of(source, field, value))


def _is_a_column(evidence: Evidence) -> bool:
    """Whether it shows a column of the mailbox itself: the value is then that of its row."""
    is_own = evidence.record == OF_THE_SUBJECT and evidence.source == MAILBOXES
    return is_own and evidence.field in _NAMES


def _elsewhere(evidence: Evidence, facts: Facts, rows: Rows) -> Iterator[Evidence]:
    """Evidence from another source that is about the mailbox, or what it goes by there.

    Microsoft 365 knows its address alone.
    """
    by_address = evidence.source.startswith(("graph.", "exchange_online."))
    for id, address in zip(rows.columns["mailboxid"], rows.columns["emailaddress"], strict=True):
        record = address if by_address else facts.flags.record_of(evidence, id)
        value = id if evidence.value == THE_SUBJECT else evidence.value
        yield replace(evidence, record=record or WHOLE_SOURCE, value=value)


def _of_owners(evidence: Evidence, rows: Rows, *, is_address: bool) -> Iterator[Evidence]:
    values = rows.columns[OWNERS_ADDRESS] if is_address else repeat(evidence.value)
    is_id = evidence.field in ID_COLUMNS
    for owner, value in zip(rows.columns["regarding"], values, strict=False):
        value = owner if is_id else value
        yield labelled(replace(evidence, record=owner or WHOLE_SOURCE, value=value))


def _told(value: Any) -> Any:
    return None if value is UNSET else value


def shown_by(mailbox: Mailbox, row: MailboxRow, read_at: str, facts: Facts) -> Mailbox:
    """The configuration with the evidence of one mailbox that has it."""

    def shown(fact: F) -> F:
        unknown = {
            name: shown_of(value, row, read_at, facts)
            for name in fact.__struct_fields__
            if isinstance(value := getattr(fact, name), Unknown) and value.evidence
        }
        return replace(fact, **unknown, origins=_Shown(fact.origins, row, read_at, facts))

    own = replace(mailbox, owner=shown(mailbox.owner), exchange=shown(mailbox.exchange))
    return shown(own)


class _Shown(Mapping[str, tuple[Evidence, ...]]):
    """Origins as one mailbox has them, each made when a rule asks for it: most ask for few."""

    __slots__ = ("_facts", "_origins", "_read_at", "_row")

    def __init__(
        self,
        origins: Mapping[str, tuple[Evidence, ...]],
        row: MailboxRow,
        read_at: str,
        facts: Facts,
    ) -> None:
        self._origins = origins
        self._row = row
        self._read_at = read_at
        self._facts = facts

    def __getitem__(self, name: str) -> tuple[Evidence, ...]:
        found = self._origins[name]
        return tuple(resolve(each, self._row, self._read_at, self._facts) for each in found)

    def __iter__(self) -> Iterator[str]:
        return iter(self._origins)

    def __len__(self) -> int:
        return len(self._origins)


def shown_of(unknown: Unknown, row: MailboxRow, read_at: str, facts: Facts) -> Unknown:
    """Why a configuration leaves something open, with the evidence of one mailbox that has it."""
    evidence = tuple(resolve(each, row, read_at, facts) for each in unknown.evidence)
    return replace(unknown, evidence=evidence)


_NAMES = {field.encode_name: field.name for field in fields(MailboxRow)}
