"""port-of-another-protocol: a profile that knocks at the wrong door of its mail server."""

from rules.directions import evidence_of, named, names_of
from rules.email_systems import Protocol
from rules.facts import Connection, EmailServerProfile
from rules.rule import rule
from rules.unknown import Unknown, any_of, both, either, is_one_of, known, negated
from rules.verdict import Fail, NotApplicable, Pass, Verdict

PORTS = {
    Protocol.POP3: (110, 995),
    Protocol.IMAP: (143, 993),
    Protocol.SMTP: (25, 465, 587),
}
"""The ports that each protocol has by agreement, without TLS first."""


@rule(
    id="port-of-another-protocol",
    title="The port in the profile is that of another protocol",
    kind="health",
    severity="error",
    effect="stops",
    repair="port",
    inferred=True,
    population="in-use",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/general-mailbox-access-error-occurred",
    remedy=(
        "Enter the port of the protocol: 995 for POP3, 993 for IMAP, 587 for SMTP; then test the "
        "profile's mailboxes."
    ),
)
def check(profile: EmailServerProfile) -> Verdict:
    """A port of no protocol's own may well be right; one of another protocol never answers."""
    if not any_of(is_one_of(each.protocol, *PORTS) for each in profile.connections):
        return NotApplicable("The profile speaks neither POP3, IMAP nor SMTP.")
    # With the same settings for both directions no outgoing port is entered at all.
    own_outgoing = negated(profile.same_settings_for_outgoing)
    entered = {"incoming": True, "outgoing": own_outgoing}
    wrong = {
        each.direction: both(entered[each.direction], _is_wrong(each))
        for each in profile.connections
    }
    if known(either(*wrong.values())):
        failing = [each for each in profile.connections if wrong[each.direction] is True]
        ports = " and ".join(str(each.port) for each in failing)
        return Fail(
            f"Port {ports} ({named(failing)}) belongs to another protocol than the profile speaks.",
            evidence_of(failing, "port", "protocol"),
            directions=names_of(failing),
        )
    return Pass(
        "No port in the profile is that of another protocol.",
        evidence_of(profile.connections, "port", "protocol"),
    )


def _is_wrong(connection: Connection) -> bool | Unknown:
    return either(
        *(
            both(
                is_one_of(connection.protocol, protocol),
                is_one_of(connection.port, *_ports_of_others(protocol)),
            )
            for protocol in PORTS
        )
    )


def _ports_of_others(protocol: Protocol) -> list[int]:
    return [port for other, ports in PORTS.items() if other is not protocol for port in ports]
