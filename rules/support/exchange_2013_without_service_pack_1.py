"""exchange-2013-without-service-pack-1: an Exchange Server 2013 too old for Dynamics online."""

from rules.cells import silence
from rules.directions import evidence_of
from rules.edition import Edition
from rules.email_systems import Product
from rules.facts import EmailServerProfile, Organization
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.scope import is_online
from rules.unknown import Unknown, any_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

SERVICE_PACK_1 = (15, 0, 847, 32)
"""Build of Service Pack 1 (page *Exchange Server build numbers and release dates*)."""

ROWS = (
    *("S17-28", "S17-29", "S17-30"),
    *("ON9-07", "ON9-08", "ON9-09"),
    *("CUR-04", "CUR-05", "CUR-06"),
)


@rule(
    id="exchange-2013-without-service-pack-1",
    title="Exchange Server 2013 lacks Service Pack 1, which Dynamics 365 (online) needs",
    kind="support",
    severity="error",
    effect="unsupported",
    repair="email-system",
    statements=(*ROWS, "S17-70"),
    source=SUPPORT_PAGE,
    remedy="Install Service Pack 1 or a later cumulative update of Exchange Server 2013.",
)
def check(profile: EmailServerProfile, organization: Organization, edition: Edition) -> Verdict:
    """With Dynamics 365 (on-premises) any build of Exchange Server 2013 is listed."""
    if not known(is_online(organization)):
        return NotApplicable("Service Pack 1 is asked for with Dynamics 365 (online) only.")
    behind = {
        each.direction: _has_service_pack_1(each.product, each.build)
        for each in (profile.connections)
    }
    evidence = evidence_of(profile.connections, "product", "build")
    if any_of(has if isinstance(has, Unknown) else has is False for has in behind.values()):
        return Fail(
            "Exchange Server 2013 behind the profile is older than Service Pack 1.",
            evidence,
            statements=(*ROWS, *silence(edition)),
        )
    if all(has is None for has in behind.values()):
        return NotApplicable("The profile does not speak to Exchange Server 2013.")
    return Pass(
        "Exchange Server 2013 behind the profile has Service Pack 1.", evidence, statements=ROWS
    )


def _has_service_pack_1(
    product: Product | Unknown, build: tuple[int, ...] | None | Unknown
) -> bool | None | Unknown:
    """Whether the server has it; None: it is no Exchange Server 2013."""
    if isinstance(product, Unknown):
        return product
    if product not in (Product.EXCHANGE_2013, Product.EXCHANGE_2013_SP1):
        return None
    if build is None:
        return Unknown(
            reason="The build of Exchange Server 2013 is not known.",
            remedy="Declare it under exchange_builds.",
        )
    return build if isinstance(build, Unknown) else build >= SERVICE_PACK_1
