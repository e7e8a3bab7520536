"""unsupported-protocol: a supported email system is reached over a protocol that is not."""

from rules.cells import (
    PROTOCOL_CELLS,
    cell,
    column,
    deployment_covered,
    of_both_directions,
    row_of,
    silence,
    undetermined_for,
)
from rules.edition import Edition
from rules.email_systems import Protocol
from rules.evidence import Evidence
from rules.facts import Connection, EmailServerProfile, Organization
from rules.option_sets import Deployment
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.unknown import Unknown, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

PAIRS = {
    Protocol.EWS: "EWS",
    Protocol.POP3: "POP3/SMTP",
    Protocol.IMAP: "IMAP/SMTP",
    Protocol.SMTP: "POP3/SMTP",
}
"""The matrix's word for the protocol of incoming email with the one that goes with it."""

EXCHANGE = PAIRS[Protocol.EWS]


@rule(
    id="unsupported-protocol",
    title="The email system is reached over a protocol that the edition does not support for it",
    kind="support",
    severity="error",
    effect="unsupported",
    repair="email-system",
    statements=(*PROTOCOL_CELLS, "S17-70"),
    source=SUPPORT_PAGE,
    remedy=(
        "Use a profile of the right kind: Exchange over Exchange Web Services, mail providers "
        "over POP3/SMTP, or over IMAP/SMTP where the edition names it."
    ),
)
def check(profile: EmailServerProfile, organization: Organization, edition: Edition) -> Verdict:
    """Compares the pair of protocols with the row of the email system in each direction.

    A system without a row is not judged here, nor is a mix of Exchange with other protocols. No
    Exchange fails over Exchange Web Services, whichever it is: its version needs not be known.
    """
    deployment = deployment_covered(organization, edition)
    if deployment is None:
        return NotApplicable("The edition says nothing of this deployment.")
    incoming, *others = [known(each.protocol) for each in profile.connections]
    if any((incoming is Protocol.EWS) is not (each is Protocol.EWS) for each in others):
        return NotApplicable("mixed-incoming-and-outgoing judges this mix.")
    pair = PAIRS[incoming]
    return of_both_directions(
        [
            _of_one(each, pair, profile.connections[0].evidence("protocol"), deployment, edition)
            for each in profile.connections
        ]
    )


def _of_one(
    connection: Connection,
    pair: str,
    told: tuple[Evidence, ...],
    deployment: Deployment,
    edition: Edition,
) -> Verdict:
    """`told`: what tells the pair, the protocol of the first direction."""
    product = connection.product
    row = None if isinstance(product, Unknown) else row_of(edition, deployment, product)
    if row is None and pair == EXCHANGE and (isinstance(product, Unknown) or product.is_exchange):
        return Pass(
            "Exchange is reached over Exchange Web Services, as every row of Exchange names them.",
            connection.evidence("protocol"),
            statements=(),
        )
    if isinstance(product, Unknown):
        return undetermined_for(product, column(edition, deployment, "protocol"))
    if pair == EXCHANGE and not product.is_exchange:
        return NotApplicable("Only Exchange speaks Exchange Web Services.")
    if row is None:
        return NotApplicable("The matrix has no row for this email system.")
    evidence = tuple(dict.fromkeys((*told, *connection.evidence("protocol", "product"))))
    named = cell(row, "protocol")
    if pair not in row.protocols:
        return Fail(
            f"{product.value} is reached over {pair}; the matrix names "
            f"{' or '.join(row.protocols)} for it.",
            evidence,
            statements=(named, *silence(edition)),
        )
    return Pass(f"{product.value} is reached over {pair}.", evidence, statements=(named,))
