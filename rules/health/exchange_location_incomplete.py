"""exchange-location-incomplete: a server location at which no Exchange Web Services answer."""

from rules.directions import evidence_of, named, names_of
from rules.email_systems import Protocol
from rules.facts import Connection, EmailServerProfile
from rules.rule import rule
from rules.unknown import Unknown, any_of, both, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

SCHEME, PATH = "https://", "/ews/exchange.asmx"


@rule(
    id="exchange-location-incomplete",
    title="The server location is not the address of Exchange Web Services",
    kind="health",
    severity="error",
    effect="stops",
    inferred=True,
    population="in-use",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/error-when-testing-enabling-mailbox",
    remedy=(
        "Enter the whole address, https://HOST/EWS/Exchange.asmx, as the server location of the "
        "profile, then test and enable its mailboxes."
    ),
)
def check(profile: EmailServerProfile) -> Verdict:
    """With auto-discover on, Dynamics finds the address itself and the location does not count."""
    if known(profile.auto_discover):
        return NotApplicable("Auto-discover finds the server, so no location is entered.")
    speaking = {
        each.direction: both(is_one_of(each.protocol, Protocol.EWS), _is_entered(each))
        for each in profile.connections
    }
    if not any_of(speaking.values()):
        return NotApplicable("No direction names a location of Exchange Web Services.")
    wrong = {
        each.direction: both(speaking[each.direction], _is_incomplete(each))
        for each in profile.connections
    }
    if any_of(wrong.values()):
        sides = [each for each in profile.connections if wrong[each.direction] is True]
        return Fail(
            f"The server location ({named(sides)}) is not the address of Exchange Web Services, "
            "which begins with https:// and ends in /EWS/Exchange.asmx; nothing answers elsewhere.",
            evidence_of(sides, "location", "protocol"),
            directions=names_of(sides),
        )
    return Pass(
        "The server location is the address of Exchange Web Services.",
        evidence_of(profile.connections, "location", "protocol"),
    )


def _is_entered(connection: Connection) -> bool | Unknown:
    location = connection.location
    return location if isinstance(location, Unknown) else location is not None


def _is_incomplete(connection: Connection) -> bool | Unknown:
    location = connection.location
    if isinstance(location, Unknown):
        return location
    folded = (location or "").lower().rstrip("/")
    host = folded.removeprefix(SCHEME).removesuffix(PATH)
    return not (folded.startswith(SCHEME) and folded.endswith(PATH) and host and "/" not in host)
