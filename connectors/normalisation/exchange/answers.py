"""What each source tells of one address: a value, nothing, or why it is open."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from msgspec import UNSET

from connectors.exchange_online.forwarding import GROUPS
from connectors.exchange_server.folders import NO_MAILBOX
from connectors.graph.plans import UNLISTED
from connectors.normalisation.exchange.address_books import (
    CAS,
    FORWARDING,
    MAILBOXES,
    OPENED,
    RULES,
    SETTINGS,
    USERS,
    AddressBooks,
    Ambiguous,
    Entry,
)
from connectors.normalisation.fact_rows import Established
from connectors.normalisation.unknowns import odd_value, scalar, unanswered_column
from connectors.sources.sampling import MOST_ASKED
from connectors.sources.source import SAMPLED
from rules.evidence import OF_THE_SUBJECT, Cause, Evidence
from rules.unknown import Unknown

# Microsoft Graph: such a mailbox is inactive, on Exchange Server, or was never made.
NOT_ONLINE = frozenset({"MailboxNotEnabledForRESTAPI", "ErrorNonExistentMailbox"})

Presence = Literal["listed", "not-listed", "open"]


class Told:
    """The entries of one address in the directory's books."""

    def __init__(
        self,
        directory: AddressBooks,
        entries: Mapping[str, Entry | Ambiguous | None],
        of_another_tenant: Mapping[str, Unknown] = MappingProxyType({}),
    ) -> None:
        """`of_another_tenant`: the sections that tell nothing of the address, and why."""
        self._directory = directory
        self._away = {
            source: of_another_tenant[section]
            for source in entries
            if (section := source.partition(".")[0]) in of_another_tenant
        }
        self._entries = {**entries, **dict.fromkeys(self._away)}

    def presence(self, source: str) -> Presence:
        """Whether the source lists the address; open where it does not tell."""
        if self._entries[source] is not None:
            return "listed"
        tells = self._directory.states[source].whole and source not in self._away
        return "not-listed" if tells else "open"

    def entry(self, source: str) -> Any:
        """What the source lists for the address; None where it lists nothing clear."""
        entry = self._entries[source]
        return None if isinstance(entry, Ambiguous) else entry

    def unknown(self, source: str) -> Unknown:
        """Why the source does not tell: it was not read, or its records contradict each other."""
        if self._entries[source] is not None:
            return Unknown(
                reason=f"Several records of {source} have the address, and they differ.",
                remedy="Let one account or mailbox have the address.",
                evidence=self.evidence(source, "address"),
            )
        state = self._directory.states[source]
        if state.whole and source in self._away:
            return self._away[source]
        if state.whole:
            return Unknown(
                reason=f"No source that was read lists the address; {source} was not asked for it.",
                remedy="Configure `exchange_online`, which lists all mailboxes.",
            )
        return state.unknown()

    def evidence(self, source: str, field: str, value: Any = None) -> tuple[Evidence, ...]:
        """A value of the source as evidence."""
        shown = None if value is UNSET else scalar(value)
        read_at = self._directory.books[source].read_at
        return (Evidence(source, OF_THE_SUBJECT, field, shown, read_at),)

    def of_account(self, field: str, column: str) -> Established:
        """A yes or no of the account; None where the tenant has no such account."""
        presence, entry = self.presence(USERS), self.entry(USERS)
        if presence == "not-listed":
            return Established(None, self.evidence(USERS, column))
        if entry is None:
            return Established(self.unknown(USERS), self.evidence(USERS, column))
        value = getattr(entry, field)
        evidence = self.evidence(USERS, column, value)
        if value is UNSET:
            return Established(
                unanswered_column(USERS, OF_THE_SUBJECT, column, evidence[0].read_at),
                evidence,
            )
        return Established(value, evidence)

    def licensed(self) -> Established:
        """Whether the account has a plan that brings a mailbox."""
        value, evidence = self.of_account("mailbox_plan", "assignedPlans")
        if value == UNLISTED:
            return Established(
                Unknown(
                    reason="The account has a plan of Exchange that this release does not know.",
                    remedy="See the licences of the account in the Microsoft 365 admin centre.",
                    cause=Cause("source", USERS, "unlisted-plan"),
                    evidence=evidence,
                ),
                evidence,
            )
        return Established(value, evidence)

    def points_outside(self, goes_on: bool | None | Unknown) -> Established:
        """Whether email goes on outside; None for an address that no listing shows."""
        entry = self.entry(FORWARDING)
        evidence = self.evidence(FORWARDING, "ForwardingSmtpAddress")
        if entry is not None:
            evidence = tuple(
                each for shown in entry.shown for each in self.evidence(FORWARDING, *shown)
            )
        if goes_on is None and entry is not None:
            return Established(None, evidence)
        if goes_on is None:
            nowhere = self.presence(FORWARDING) == "not-listed"
            return Established((None if nowhere else self.unknown(FORWARDING)), evidence)
        return Established(goes_on, evidence)

    def is_guest(self) -> Established:
        """Whether the account is a guest of the tenant; None where it has no such account."""
        value, evidence = self.of_account("user_type", "userType")
        if isinstance(value, str):
            return Established(value == "Guest", evidence)
        if value is None and self.entry(USERS) is not None:
            value = odd_value(USERS, OF_THE_SUBJECT, "userType", value, evidence[0].read_at)
        return Established(value, evidence)

    def is_group(self) -> Established:
        """Whether the address is that of a list or group."""
        presence, entry = self.presence(FORWARDING), self.entry(FORWARDING)
        if entry is None:
            evidence = self.evidence(FORWARDING, "RecipientTypeDetails")
            value = False if presence == "not-listed" else self.unknown(FORWARDING)
            return Established(value, evidence)
        kind = entry.recipient_type
        evidence = self.evidence(FORWARDING, "RecipientTypeDetails", kind)
        if not isinstance(kind, str):
            column, at = "RecipientTypeDetails", evidence[0].read_at
            return Established(unanswered_column(FORWARDING, OF_THE_SUBJECT, column, at), evidence)
        return Established(kind in GROUPS, evidence)

    def ews_enabled(self) -> Established:
        """The mailbox's own switch; unknown for a mailbox that Exchange Online does not list."""
        return self._of_client_access("ews_enabled", "EwsEnabled", bool)

    def client_policy(self) -> Established:
        """The mailbox's own policy on the names of clients; None: it has none."""
        value, evidence = self._of_client_access("client_policy", "EwsApplicationAccessPolicy", str)
        return Established(value or None, evidence)

    def _of_client_access(self, field: str, column: str, kind: type) -> Established:
        entry = self.entry(CAS)
        if entry is None:
            evidence = self.evidence(CAS, column)
            if self.presence(CAS) == "not-listed":
                return Established(
                    Unknown(
                        reason="Exchange Online has no such mailbox, and the switches of mailboxes "
                        "on Exchange Server are not read.",
                        remedy="See in Exchange Server: `Get-CASMailbox ADDRESS | fl Ews*`.",
                        cause=Cause("source", "exchange_server.cas-mailboxes", "not-read"),
                    ),
                    evidence,
                )
            return Established(self.unknown(CAS), evidence)
        value = getattr(entry, field)
        evidence = self.evidence(CAS, column, value)
        if value is UNSET:
            return Established(
                unanswered_column(CAS, OF_THE_SUBJECT, column, evidence[0].read_at),
                evidence,
            )
        if value is not None and not isinstance(value, kind):
            return Established(
                odd_value(CAS, OF_THE_SUBJECT, column, value, evidence[0].read_at), (evidence)
            )
        return Established(value, evidence)

    def inbox_rules(self) -> Established:
        """Whether Inbox rules move or delete email; of a mailbox that was asked for them."""
        entry = self.entry(RULES)
        if entry is None:
            return Established(self._rules_not_asked(), self.evidence(RULES, "moves_email"))
        status, code, moves = entry
        if isinstance(moves, bool):
            return Established(moves, self.evidence(RULES, "moves_email", moves))
        if status == 404 and code in NOT_ONLINE:
            return Established(_rules_elsewhere(), self.evidence(RULES, "code", code))
        evidence = self.evidence(RULES, "status", status)
        refused = f"Microsoft Graph answered {status}" + (f" ({code})" if code else "")
        return Established(
            Unknown(
                reason="Microsoft Graph does not show what a rule of the mailbox does."
                if status == 200
                else f"{refused} when asked for the rules of the mailbox.",
                remedy="Look at the rules of the mailbox in Outlook.",
                evidence=evidence,
            ),
            evidence,
        )

    def _rules_not_asked(self) -> Unknown:
        whole = self._directory.states[RULES].whole
        if self._entries[RULES] is not None or not whole or RULES in self._away:
            return self.unknown(RULES)
        if self.presence(USERS) == "not-listed":
            return Unknown(
                reason="No account of the tenant has this address, so no Inbox rules were read.",
                remedy="Add the address to an account, or check the mailbox's rules in Outlook.",
                cause=Cause("source", RULES, "no-account"),
            )
        if self._directory.states[RULES].code != SAMPLED:
            return Unknown(
                reason="Users and queues are asked for Inbox rules, and the address is none of "
                "theirs.",
                remedy="Look at the rules of the mailbox in Outlook.",
                cause=Cause("source", RULES, "of-no-owner"),
            )
        return Unknown(
            reason="The mailbox was not among those that were asked for their Inbox rules.",
            remedy="Raise `inbox_rules` in the section `graph` of the environment, to "
            f"{MOST_ASKED:,} at most, or look at the rules of the mailbox in Outlook.",
            cause=Cause("source", RULES, "not-in-sample"),
        )

    def opens_on_server(self) -> Established:
        """Whether the Exchange Server that was asked has the mailbox."""
        entry, evidence = self.entry(OPENED), self.evidence(OPENED, "code")
        if entry is None:
            return Established(self._not_opened(), evidence)
        code = entry.code
        evidence = self.evidence(OPENED, "code", code)
        if code is None:
            return Established(True, evidence)
        if code == NO_MAILBOX:
            state = self._directory.states[OPENED]
            return Established((False if state.whole else state.unknown()), evidence)
        return Established(
            Unknown(
                reason=f"The Exchange Server did not open the mailbox ({code}).",
                remedy="See the mailbox in the Exchange admin center of the server.",
                evidence=evidence,
            ),
            evidence,
        )

    def server_asked(self) -> Established:
        """The host that was asked to open the mailbox."""
        opens = self.opens_on_server()
        return Established(self._directory.asked_server or self._not_opened(), opens.evidence)

    def undeliverable_email(self) -> Established:
        """Whether the folder for undeliverable email holds some; a mailbox may have none."""
        entry, evidence = self.entry(OPENED), self.evidence(OPENED, "undeliverable_items")
        if entry is None:
            return Established(self._not_opened(), evidence)
        opens, opens_by = self.opens_on_server()
        if opens is not True:
            return Established((opens if isinstance(opens, Unknown) else False), opens_by)
        evidence = self.evidence(
            OPENED, "undeliverable_items", "some" if entry.holds_undeliverable else "none"
        )
        return Established(entry.holds_undeliverable, evidence)

    def _not_opened(self) -> Unknown:
        state = self._directory.states[OPENED]
        if not state.whole:
            return state.unknown()
        return Unknown(
            reason="The mailbox was not among those that were opened on the Exchange Server.",
            remedy="Raise `mailboxes` in the section `exchange_server` of the environment.",
            cause=Cause("source", OPENED, "not-in-sample"),
        )

    def to_repair(self) -> str:
        """The source that leaves open where a mailbox lives, and that should be repaired first."""
        states = self._directory.states
        if states[MAILBOXES].status in ("failed", "partial"):
            return MAILBOXES
        return next((each for each in (USERS, SETTINGS) if not states[each].whole), SETTINGS)


def _rules_elsewhere() -> Unknown:
    return Unknown(
        reason="Exchange Online has no such mailbox, and the rules of mailboxes elsewhere are not "
        "read.",
        remedy="Look at the rules of the mailbox where it lives; on Exchange Server: "
        "`Get-InboxRule -Mailbox ADDRESS`.",
        cause=Cause("source", "exchange_server.inbox-rules", "not-read"),
    )
