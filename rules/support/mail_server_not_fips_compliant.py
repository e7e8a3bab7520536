"""mail-server-not-fips-compliant: FIPS 140-2 is demanded and the mail provider does not meet it."""

from rules.cells import deployment_covered, of_both_directions, undetermined_for
from rules.edition import Edition
from rules.email_systems import Product, Protocol
from rules.facts import Connection, Declared, EmailServerProfile, Organization
from rules.option_sets import Deployment
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.unknown import Unknown, all_of, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Undetermined, Verdict

NAMED = (Product.MSN, Product.OUTLOOK_COM, Product.WINDOWS_LIVE_MAIL)
"""Providers that the support document itself names as not compliant."""


@rule(
    id="mail-server-not-fips-compliant",
    title="FIPS 140-2 is demanded and the mail server does not comply",
    kind="support",
    severity="error",
    effect="unsupported",
    repair="email-system",
    statements=(
        *("S17-47", "S17-63", "S17-64", "S17-65"),
        *("ON9-52", "ON9-68", "ON9-69"),
        *("OP9-36", "OP9-46", "OP9-47"),
        *("CUR-46", "CUR-47"),
    ),
    source=SUPPORT_PAGE,
    remedy=(
        "Move the mailboxes to a mail server that is FIPS 140-2 compliant, or declare it under "
        "fips_compliant_mail_servers where its operator vouches for it."
    ),
)
def check(
    profile: EmailServerProfile, organization: Organization, declared: Declared, edition: Edition
) -> Verdict:
    """Demanded of Dynamics 365 (online) always, and of (on-premises) where it is configured.

    A probe can disprove compliance and never prove it: passing takes a declaration.
    """
    if all_of(is_one_of(each.protocol, Protocol.EWS) for each in profile.connections):
        return NotApplicable("The profile speaks to Exchange.")
    deployment = deployment_covered(organization, edition)
    if deployment is None:
        return NotApplicable("The edition says nothing of this deployment.")
    if deployment is Deployment.ON_PREMISES and not known(declared.fips_140_2):
        return NotApplicable("The deployment is not configured for FIPS 140-2.")
    return of_both_directions(
        [_of_one(each, declared, _Sentences(edition, deployment)) for each in profile.connections]
    )


class _Sentences:
    """The statements that a verdict decides."""

    def __init__(self, edition: Edition, deployment: Deployment) -> None:
        online = deployment is Deployment.ONLINE
        self._edition = edition
        self.demand = self._on("fips-online" if online else "fips-on-premises")
        footnote = () if online else self._on("fips-footnote")
        self.named = self.demand + footnote + self._on("fips-examples")

    def _on(self, topic: str) -> tuple[str, ...]:
        return tuple(statement.id for statement in self._edition.on(topic))


def _of_one(connection: Connection, declared: Declared, sentences: _Sentences) -> Verdict:
    protocol, product = connection.protocol, connection.product
    if protocol is Protocol.EWS:
        return NotApplicable("It speaks to Exchange.")
    if isinstance(protocol, Unknown):
        return undetermined_for(protocol, sentences.demand)
    if not isinstance(product, Unknown) and product in NAMED:
        return Fail(
            f"{product.value}, used for {connection.direction} email, is not FIPS 140-2 compliant.",
            connection.evidence("product", "host"),
            statements=sentences.named,
        )
    return _of_an_unnamed_one(connection, declared, sentences)


def _of_an_unnamed_one(
    connection: Connection, declared: Declared, sentences: _Sentences
) -> Verdict:
    host, servers, disproved = (
        connection.host,
        declared.fips_compliant_mail_servers,
        connection.fips_disproved,
    )
    vouched: bool | Unknown = (
        servers
        if isinstance(servers, Unknown)
        else (host if isinstance(host, Unknown) else host in servers)
    )
    if vouched is not True and disproved is True:
        return Fail(
            f"The server for {connection.direction} email offers only algorithms outside FIPS "
            "140-2.",
            connection.evidence("fips_disproved", "host"),
            statements=sentences.demand,
        )
    for fact in (connection.product, vouched):
        if isinstance(fact, Unknown):
            return undetermined_for(fact, sentences.demand)
    evidence = connection.evidence("product", "host") + declared.evidence(
        "fips_compliant_mail_servers"
    )
    if vouched is True and disproved is True:
        return Undetermined(
            f"The server for {connection.direction} email is declared FIPS 140-2 compliant, but "
            "offers only algorithms outside it.",
            "Correct fips_compliant_mail_servers, or the server's algorithms.",
            evidence=evidence + connection.evidence("fips_disproved"),
            statements=sentences.demand,
        )
    if vouched is not True:
        return Undetermined(
            f"Nobody vouches that the server for {connection.direction} email is FIPS 140-2 "
            "compliant, and nothing disproves it.",
            "Ask its operator and list the host under fips_compliant_mail_servers.",
            evidence=evidence,
            statements=sentences.demand,
        )
    return Pass(
        "The mail server is declared FIPS 140-2 compliant.", evidence, statements=sentences.demand
    )
