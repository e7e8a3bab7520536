"""sign-in-not-offered: the profile signs in in a way that the mail server does not offer."""

from rules.directions import evidence_of, named, names_of
from rules.email_systems import Product, Protocol
from rules.evidence import Evidence
from rules.facts import Connection, EmailServerProfile, Every, MailServer, Organization
from rules.option_sets import AuthenticationProtocol, CredentialRetrieval
from rules.providers import is_product
from rules.rule import rule
from rules.scope import is_online
from rules.unknown import Undecided, Unknown, any_of, both, either, is_one_of, known, negated
from rules.verdict import Fail, NotApplicable, Pass, Verdict

SCHEMES = {
    AuthenticationProtocol.BASIC: ("basic",),
    AuthenticationProtocol.NTLM: ("ntlm", "negotiate"),
    AuthenticationProtocol.NEGOTIATE: ("negotiate", "ntlm"),
}
"""The schemes of HTTP by which each way of a profile signs in."""


MICROSOFT = (CredentialRetrieval.SERVER_TO_SERVER, CredentialRetrieval.ENTRA_OAUTH)
GMAIL = CredentialRetrieval.GMAIL_OAUTH
OF_MICROSOFT = (
    *(Product.EXCHANGE_ONLINE, Product.OUTLOOK_COM),
    *(Product.MSN, Product.WINDOWS_LIVE_MAIL),
)
OTHER_WAY = (
    "Choose a way to sign in to this server: OAuth of Microsoft Entra and server-to-server lead to "
    "Exchange Online alone, OAuth of Gmail to Gmail alone. Then test the profile's mailboxes."
)


@rule(
    id="sign-in-not-offered",
    title="The profile signs in in a way that the mail server does not offer",
    kind="health",
    severity="error",
    effect="stops",
    inferred=True,
    population="in-use",
    source="https://learn.microsoft.com/power-platform/admin/connect-exchange-server-on-premises",
    remedy=(
        "Choose the authentication in the profile that the server offers, or switch it on for the "
        "virtual directory (`Set-WebServicesVirtualDirectory -BasicAuthentication` or "
        "`-WindowsAuthentication`). With NTLM, Basic must be off."
    ),
)
def check(
    profile: EmailServerProfile,
    organization: Organization,
    servers: Every[MailServer] | Unknown,
) -> Verdict:
    """What the server asks of strangers is what it offers; one that asks nothing tells nothing.

    With NTLM Basic must be off, says the page on connecting Dynamics 365 (online). Each OAuth is
    that of one system, whatever the server says.
    """
    another = {c.direction: _is_of_another(c, profile, organization) for c in profile.connections}
    if any_of(another.values()):
        of_others = [each for each in profile.connections if another[each.direction] is True]
        return Fail(
            f"The profile signs in ({named(of_others)}) by the OAuth of another system than its "
            "mail server.",
            evidence_of(of_others, "credential_retrieval", "location", "protocol", "product"),
            remedy=OTHER_WAY,
            directions=names_of(of_others),
        )
    asking = [each for each in profile.connections if _is_named(each)]
    if not asking:
        return NotApplicable("The profile names no way to sign in to an Exchange Server.")
    seen: tuple[Evidence, ...] = evidence_of(asking, "authentication", "location")
    offered = {each.direction: _offered(each, known(servers)) for each in asking}
    missing = [each for each in asking if _lacks(each, offered[each.direction])]
    if missing:
        said = ", ".join(offered[missing[0].direction])
        return Fail(
            f"The profile signs in ({named(missing)}) in a way that the server does not offer: it "
            f"offers {said}.",
            seen,
            directions=names_of(missing),
        )
    beside = [
        each
        for each in asking
        if each.authentication is AuthenticationProtocol.NTLM and "basic" in offered[each.direction]
    ]
    online = known(is_online(organization)) if beside else False
    if beside and online:
        return Fail(
            f"The profile signs in by NTLM ({named(beside)}), and the server offers Basic beside "
            "it, which must be off then.",
            seen,
            severity="warning",
            effect="unsupported",
        )
    return Pass("The server offers the way in which the profile signs in.", seen)


def _is_of_another(
    connection: Connection, profile: EmailServerProfile, organization: Organization
) -> bool | Unknown:
    """Whether the way is that of a system which this server is not."""
    way = connection.credential_retrieval
    if is_one_of(way, GMAIL, *MICROSOFT) is False:
        return False
    by_ews = is_one_of(connection.protocol, Protocol.EWS)
    return either(
        both(is_one_of(way, GMAIL), negated(is_product(connection, Product.GMAIL))),
        both(
            is_one_of(way, *MICROSOFT),
            is_online(organization),
            either(
                both(by_ews, negated(connection.reaches_exchange_online)),
                both(negated(by_ews), negated(is_one_of(connection.product, *OF_MICROSOFT))),
            ),
        ),
    )


def _is_named(connection: Connection) -> bool:
    return (
        known(connection.protocol) is Protocol.EWS
        and known(connection.authentication) in SCHEMES
        and known(connection.host) is not None
    )


def _offered(connection: Connection, servers: Every[MailServer]) -> tuple[str, ...]:
    port = known(connection.port) or 443
    for server, _ in servers:
        if server.host == connection.host and server.port == port:
            schemes = known(server.authentication_schemes)
            if schemes:
                return schemes
    raise Undecided(
        Unknown(
            reason=f"{connection.host} did not show by which ways it lets clients sign in.",
            remedy="See `Get-WebServicesVirtualDirectory | fl *Authentication` on the server.",
            evidence=connection.evidence("location"),
        )
    )


def _lacks(connection: Connection, offered: tuple[str, ...]) -> bool:
    way = known(connection.authentication)
    return way is not None and not set(SCHEMES[way]) & set(offered)
