"""untested-mail-provider: a POP3 or IMAP provider that the edition does not list."""

from rules.cells import deployment_covered, of_both_directions, row_of, silence, undetermined_for
from rules.edition import Edition
from rules.email_systems import Product, Protocol
from rules.facts import Connection, EmailServerProfile, Organization
from rules.option_sets import Deployment
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.unknown import Unknown
from rules.verdict import Fail, NotApplicable, Pass, Verdict

SENTENCES = ("S17-42", "ON9-47", "OP9-32", "CUR-20")


@rule(
    id="untested-mail-provider",
    title="The mail provider behind the profile is not one that Microsoft has tested",
    kind="support",
    severity="error",
    effect="unsupported",
    repair="email-system",
    statements=(*SENTENCES, "S17-70"),
    source=SUPPORT_PAGE,
    remedy="Move the mailboxes to a provider that the support page lists, or to Exchange.",
)
def check(profile: EmailServerProfile, organization: Organization, edition: Edition) -> Verdict:
    """Judges each direction that is not Exchange; what it may be must be proven by its host."""
    deployment = deployment_covered(organization, edition)
    if deployment is None:
        return NotApplicable("The edition says nothing of this deployment.")
    return of_both_directions([_of_one(each, deployment, edition) for each in profile.connections])


def _of_one(connection: Connection, deployment: Deployment, edition: Edition) -> Verdict:
    protocol, product = connection.protocol, connection.product
    if protocol is Protocol.EWS:
        return NotApplicable("It speaks to Exchange.")
    if not isinstance(product, Unknown) and product.is_exchange:
        return NotApplicable("unsupported-protocol judges Exchange over this protocol.")
    for fact in (protocol, product):
        if isinstance(fact, Unknown):
            return undetermined_for(fact, SENTENCES)
    assert isinstance(product, Product)
    evidence = connection.evidence("protocol", "product", "host")
    if row_of(edition, deployment, product) is None:
        return Fail(
            f"{_named(product)} for {connection.direction} email is not listed for Dynamics 365 "
            f"({deployment.value}).",
            evidence,
            statements=(*SENTENCES, *silence(edition)),
        )
    return Pass(f"{product.value} is a listed provider.", evidence, statements=SENTENCES)


def _named(product: Product) -> str:
    return "The mail provider" if product is Product.OTHER else product.value
