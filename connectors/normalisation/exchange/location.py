"""Where the mailbox of an address lives and what it is for, from sources that may disagree."""

from typing import Any

from msgspec import UNSET

from connectors.exchange_online.forwarding import GROUPS, MAIL_USER
from connectors.normalisation.exchange.address_books import FORWARDING, MAILBOXES, SETTINGS, USERS
from connectors.normalisation.exchange.answers import NOT_ONLINE, Told
from connectors.normalisation.fact_rows import Established
from connectors.normalisation.unknowns import odd_value, unanswered_column
from rules.email_systems import Place, Purpose
from rules.evidence import OF_THE_SUBJECT, Evidence
from rules.unknown import Unknown

_HOLDS_IT = "(holds the address)"

_RECIPIENT_TYPES = {
    "UserMailbox": Purpose.USER,
    "SharedMailbox": Purpose.SHARED,
    "RoomMailbox": Purpose.ROOM,
    "EquipmentMailbox": Purpose.EQUIPMENT,
    "LinkedMailbox": Purpose.LINKED,
    "DiscoveryMailbox": Purpose.OTHER,
    "GroupMailbox": Purpose.OTHER,
    "SchedulingMailbox": Purpose.OTHER,
    "TeamMailbox": Purpose.OTHER,
}
_PURPOSES = {purpose.value: purpose for purpose in Purpose}
_SEE = "See the mailbox in the Exchange admin centre."


class Places:
    """Weighs what the sources tell of one address.

    `outside` tells whether the address's domain is none of the tenant's; None where an account
    has the address.
    """

    def __init__(self, told: Told, outside: bool | Unknown | None) -> None:
        self._told = told
        self._outside = outside

    def place(self) -> Established:
        """Where the mailbox lives."""
        there, not_there = self._online_votes()
        on_server = self._server_vote()
        evidence = there + not_there + on_server
        if there and on_server:
            return Established(
                _contradiction("whether the mailbox is in Exchange Online", evidence), evidence
            )
        if on_server:
            return Established(Place.EXCHANGE_SERVER, evidence)
        if there and not_there:
            return Established(
                _contradiction("whether the mailbox is in Exchange Online", evidence), evidence
            )
        if there:
            return Established(Place.EXCHANGE_ONLINE, evidence)
        account = self._account_evidence()
        if not not_there and self._told.presence(USERS) != "not-listed":
            return Established(self._open(), account)
        place = self._beyond(account)
        return Established(place, evidence + account)

    def _online_votes(self) -> tuple[tuple[Evidence, ...], tuple[Evidence, ...]]:
        """What says that Exchange Online has the mailbox, and what says that it has not."""
        told = self._told
        there: tuple[Evidence, ...] = ()
        not_there: tuple[Evidence, ...] = ()
        listed = told.presence(MAILBOXES)
        entry = told.entry(MAILBOXES)
        if listed == "listed":
            there += told.evidence(
                MAILBOXES, "RecipientTypeDetails", entry.recipient_type if entry else None
            )
        elif listed == "not-listed":
            not_there += told.evidence(MAILBOXES, "PrimarySmtpAddress")
        asked = told.entry(SETTINGS)
        if asked is not None:
            status, code, purpose = asked
            if status == 200:
                there += told.evidence(SETTINGS, "userPurpose", purpose)
            elif status == 404 and code in NOT_ONLINE:
                not_there += told.evidence(SETTINGS, "code", code)
        forwarding = told.entry(FORWARDING)
        if forwarding is not None and forwarding.recipient_type in (MAIL_USER, *GROUPS):
            not_there += told.evidence(
                FORWARDING, "RecipientTypeDetails", forwarding.recipient_type
            )
        return there, not_there

    def _server_vote(self) -> tuple[Evidence, ...]:
        """What says that an Exchange Server has the mailbox: it opened there."""
        opens, evidence = self._told.opens_on_server()
        return evidence if opens is True else ()

    def _beyond(self, account: tuple[Evidence, ...]) -> Place | Unknown:
        """Where a mailbox lives that is not in Exchange Online."""
        told = self._told
        entry = told.entry(USERS)
        if entry is not None:
            synchronized = entry.is_synchronized
            if synchronized is UNSET:
                column = "onPremisesSyncEnabled"
                (shown,) = told.evidence(USERS, column)
                return unanswered_column(USERS, OF_THE_SUBJECT, column, shown.read_at)
            # Only an account of the own directory can have its mailbox on an Exchange Server.
            return Place.EXCHANGE_SERVER if synchronized else Place.ELSEWHERE
        if told.presence(USERS) != "not-listed":
            return told.unknown(USERS)
        if isinstance(self._outside, Unknown):
            return self._outside
        if self._outside:
            return Place.ELSEWHERE
        return Unknown(
            reason="The address is of the tenant's own domain, and nobody in the tenant has it.",
            remedy="Give a mailbox the address, or correct the address of the mailbox.",
            evidence=account,
        )

    def _is_not_online(self, place: Place | Unknown) -> bool:
        """Whether it is certain that the mailbox is not in Exchange Online, wherever it is."""
        if not isinstance(place, Unknown):
            return place is not Place.EXCHANGE_ONLINE
        there, not_there = self._online_votes()
        nobody = self._told.presence(USERS) == "not-listed"
        return not there and (bool(not_there) or nobody)

    def _open(self) -> Unknown:
        """Why nothing tells where the mailbox lives."""
        told = self._told
        asked = told.entry(SETTINGS)
        if asked is not None:
            status, code, _ = asked
            return Unknown(
                reason=f"Microsoft Graph answered {status} for the mailbox"
                + (f" ({code})" if code else "")
                + ", which does not say where it lives.",
                remedy="See whether an application access policy keeps the auditor from the "
                "mailbox, or configure `exchange_online`.",
                evidence=told.evidence(SETTINGS, "status", status),
            )
        return told.unknown(told.to_repair())

    def _account_evidence(self) -> tuple[Evidence, ...]:
        entry = self._told.entry(USERS)
        value = entry.is_synchronized if entry is not None else None
        return self._told.evidence(USERS, "onPremisesSyncEnabled", value)

    def found_in_tenant(self) -> Established:
        """Whether somebody in the tenant has the address."""
        told = self._told
        accounts, mailboxes = told.presence(USERS), told.presence(MAILBOXES)
        evidence = told.evidence(
            USERS, "proxyAddresses", _HOLDS_IT if accounts == "listed" else None
        )
        if mailboxes == "listed":
            both = evidence + told.evidence(MAILBOXES, "PrimarySmtpAddress", _HOLDS_IT)
            if accounts == "not-listed":
                return Established(_contradiction("whether the tenant has the address", both), both)
            return Established(True, both)
        if accounts == "open":
            return Established(told.unknown(USERS), evidence)
        return Established(accounts == "listed", evidence)

    def purpose(self, place: Place | Unknown) -> Established:
        """What the mailbox is for; None where it is not in Exchange Online."""
        told = self._told
        evidence: tuple[Evidence, ...] = ()
        votes: list[Purpose | Unknown] = []
        for source, column, field, meanings in (
            (SETTINGS, "userPurpose", "purpose", _PURPOSES),
            (MAILBOXES, "RecipientTypeDetails", "recipient_type", _RECIPIENT_TYPES),
        ):
            entry = told.entry(source)
            value = None if entry is None else getattr(entry, field)
            if value in (None, UNSET):
                continue
            evidence += told.evidence(source, column, value)
            votes.append(_meaning(source, column, value, meanings))
        evidence = evidence or told.evidence(SETTINGS, "userPurpose")
        if self._is_not_online(place):
            return Established(None, evidence)
        if isinstance(place, Unknown):
            return Established(place, evidence)
        known = {vote for vote in votes if not isinstance(vote, Unknown)}
        if len(known) > 1:
            return Established(_contradiction("what the mailbox is for", evidence), evidence)
        if known:
            return Established(known.pop(), evidence)
        if votes:
            return Established(votes[0], evidence)
        return Established(
            Unknown(
                reason="No source says what the mailbox is for.", remedy=_SEE, evidence=evidence
            ),
            evidence,
        )

    def address_is_primary(self, place: Place | Unknown) -> Established:
        """Whether the address is the primary one of the mailbox; None outside Exchange Online."""
        told = self._told
        evidence: tuple[Evidence, ...] = ()
        votes = set()
        for source, column in ((MAILBOXES, "EmailAddresses"), (USERS, "proxyAddresses")):
            entry = told.entry(source)
            if entry is not None:
                votes.add(entry.is_primary)
                evidence += told.evidence(
                    source, column, "primary" if entry.is_primary else "alias"
                )
        evidence = evidence or told.evidence(USERS, "proxyAddresses")
        if self._is_not_online(place):
            return Established(None, evidence)
        if isinstance(place, Unknown):
            return Established(place, evidence)
        if len(votes) > 1:
            return Established(
                _contradiction("whether the address is the primary one", evidence), evidence
            )
        if votes:
            return Established(votes.pop(), evidence)
        return Established(told.unknown(USERS), evidence)


def _meaning(
    source: str, column: str, value: Any, meanings: dict[str, Purpose]
) -> Purpose | Unknown:
    found = meanings.get(value) if isinstance(value, str) else None
    return odd_value(source, OF_THE_SUBJECT, column, value, "") if found is None else found


_SYSTEMS = {
    "graph": "Microsoft Graph",
    "exchange_online": "Exchange Online",
    "exchange_server": "Exchange Server",
}


def _named(evidence: tuple[Evidence, ...]) -> str:
    """The systems that the evidence is of; the records of one may differ among themselves."""
    systems = [_SYSTEMS[each.source.partition(".")[0]] for each in evidence]
    names = list(dict.fromkeys(systems))
    return " and ".join(names) if len(names) > 1 else f"Records of {names[0]}"


def _contradiction(what: str, evidence: tuple[Evidence, ...]) -> Unknown:
    return Unknown(
        reason=f"{_named(evidence)} contradict each other on {what}.",
        remedy="A change may still be on its way: run the audit again in some hours. "
        "If it stays, compare both admin centres.",
        evidence=evidence,
    )
