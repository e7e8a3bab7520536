"""unsupported-email-system: the email system behind a profile is not in the edition's matrix."""

from rules.cells import (
    EMAIL_CELLS,
    cell,
    column,
    deployment_covered,
    of_both_directions,
    row_of,
    silence,
    undetermined_for,
)
from rules.edition import Edition, Row
from rules.email_systems import Product, Protocol
from rules.facts import Connection, EmailServerProfile, Organization
from rules.option_sets import Deployment
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.unknown import Unknown
from rules.verdict import Fail, NotApplicable, Pass, Undetermined, Verdict

OF_SERVICE_PACK_1 = ("S17-28", "ON9-07", "CUR-04")
"""Cells of Exchange Server 2013 SP1: exchange-2013-without-service-pack-1 decides them."""

SERVICE_PACK_3_OF_2010 = (14, 3)


@rule(
    id="unsupported-email-system",
    title="The email system behind the profile is not one that the edition supports",
    kind="support",
    severity="error",
    effect="unsupported",
    repair="email-system",
    statements=(*(each for each in EMAIL_CELLS if each not in OF_SERVICE_PACK_1), "S17-70"),
    source=SUPPORT_PAGE,
    remedy=(
        "Move the mailboxes to an email system of the support matrix, or upgrade the server to a "
        "listed version."
    ),
)
def check(profile: EmailServerProfile, organization: Organization, edition: Edition) -> Verdict:
    """Fails for what the matrix leaves out, unless a rule of its own says why.

    A product released after the edition's text is undetermined: the text could not name it.
    """
    deployment = deployment_covered(organization, edition)
    if deployment is None:
        return NotApplicable("The edition says nothing of this deployment.")
    return of_both_directions([_of_one(each, deployment, edition) for each in profile.connections])


def _of_one(connection: Connection, deployment: Deployment, edition: Edition) -> Verdict:
    product = connection.product
    open_to_all = column(edition, deployment, "email") + silence(edition)
    if isinstance(product, Unknown):
        return undetermined_for(product, open_to_all)
    if product in (Product.EXCHANGE_2013, Product.EXCHANGE_2013_SP1) and (
        deployment is Deployment.ONLINE
    ):
        return NotApplicable("exchange-2013-without-service-pack-1 judges Exchange Server 2013.")
    row = row_of(edition, deployment, product)
    if row is not None:
        return _of_a_row(connection, product, row, edition)
    if edition.excludes(deployment.value, product.value):
        if product.is_exchange:
            return NotApplicable(f"retired-exchange-version judges {product.value}.")
        if isinstance(connection.protocol, Unknown):
            return undetermined_for(connection.protocol, silence(edition))
        if connection.protocol is not Protocol.EWS:
            return NotApplicable("untested-mail-provider judges this provider.")
    newer = edition.newer_than_text(product.value)
    if newer is not None:
        return Undetermined(
            f"The text of {edition.text_date} is older than the email system. {newer.known}",
            "Look whether Microsoft's support page names it by now.",
            evidence=connection.evidence("product", "build"),
            statements=silence(edition),
        )
    return Fail(
        f"{_named(product)} is not in the support matrix for Dynamics 365 ({deployment.value}).",
        connection.evidence("product", "build"),
        statements=silence(edition),
    )


def _of_a_row(connection: Connection, product: Product, row: Row, edition: Edition) -> Verdict:
    evidence = connection.evidence("protocol", "product", "build")
    email = cell(row, "email")
    if row.condition is not None:
        build = connection.build
        if isinstance(build, Unknown) or build is None:
            return undetermined_for(build or _UNREAD, (email,))
        if build < SERVICE_PACK_3_OF_2010:
            return Fail(
                f"{product.value} is supported with {row.condition} only.",
                evidence,
                statements=(email,),
            )
    return Pass(
        f"{product.value} is in the support matrix.",
        evidence,
        statements=(email, *silence(edition)),
    )


_UNREAD = Unknown(
    reason="The build of Exchange Server 2010 and its service pack are not known.",
    remedy="Declare the build under exchange_builds.",
)


def _named(product: Product) -> str:
    return "The email system behind the profile" if product is Product.OTHER else product.value
