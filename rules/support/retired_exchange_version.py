"""retired-exchange-version: an Exchange Server that the edition rules out by name."""

from rules.cells import deployment_covered
from rules.directions import evidence_of
from rules.edition import Edition
from rules.email_systems import Product
from rules.facts import EmailServerProfile, Organization
from rules.option_sets import Deployment
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.unknown import Unknown, any_of
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="retired-exchange-version",
    title="Exchange Server is of a version that is no longer supported",
    kind="support",
    severity="error",
    effect="unsupported",
    repair="email-system",
    statements=(
        *("S17-61", "S17-62"),
        *("ON9-66", "ON9-67"),
        *("OP9-44", "OP9-45"),
        *("CUR-43", "CUR-44", "CUR-45"),
    ),
    source=SUPPORT_PAGE,
    remedy=(
        "Move the mailboxes to a version of Exchange Server that the support page lists or, with "
        "Dynamics 365 (online), to Exchange Online."
    ),
)
def check(profile: EmailServerProfile, organization: Organization, edition: Edition) -> Verdict:
    """2003 and 2007 in every edition, 2010 where the edition says so."""
    deployment = deployment_covered(organization, edition)
    if deployment is None:
        return NotApplicable("The edition says nothing of this deployment.")
    ruled_out = {
        each.direction: _ruled_out(each.product, deployment, edition)
        for each in profile.connections
    }
    if any_of(found if isinstance(found, Unknown) else bool(found) for found in ruled_out.values()):
        old = [
            each
            for each in profile.connections
            if isinstance(ruled_out[each.direction], tuple) and ruled_out[each.direction]
        ]
        named = {each.product.value for each in old if isinstance(each.product, Product)}
        sentences = [found for found in ruled_out.values() if isinstance(found, tuple)]
        return Fail(
            f"Email goes through {' and '.join(sorted(named))}.",
            evidence_of(old, "product", "build"),
            statements=tuple(dict.fromkeys(each for found in sentences for each in found)),
        )
    if all(found is None for found in ruled_out.values()):
        return NotApplicable("The profile does not speak to Exchange Server.")
    return Pass(
        "Exchange Server behind the profile is not of a version that the edition rules out.",
        evidence_of(profile.connections, "product", "build"),
    )


def _ruled_out(
    product: Product | Unknown, deployment: Deployment, edition: Edition
) -> tuple[str, ...] | None | Unknown:
    """The statements that rule the server out; None: it is no Exchange Server."""
    if isinstance(product, Unknown):
        return product
    if not product.is_exchange_server:
        return None
    return edition.excludes(deployment.value, product.value)
