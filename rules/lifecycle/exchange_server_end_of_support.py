"""exchange-server-end-of-support: the Exchange Server behind a profile gets no more fixes."""

from rules.dates import Dates
from rules.email_systems import Product
from rules.facts import EmailServerProfile
from rules.retirement import judge_retirement
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Verdict

ID = "exchange-server-end-of-support"


@rule(
    id=ID,
    title="Microsoft no longer supports the Exchange Server behind the profile, or soon will not",
    kind="lifecycle",
    severity="error",
    effect="unsupported",
    repair="email-system",
    population="in-use",
    source="https://learn.microsoft.com/lifecycle/products/",
    remedy=(
        "Move the mailboxes to Exchange Server Subscription Edition or, with Dynamics 365 "
        "(online), to Exchange Online."
    ),
)
def check(profile: EmailServerProfile, dates: Dates) -> Verdict:
    """Says nothing of what the support document lists: a listed server may be out of support."""
    verdicts = [
        judge_retirement(
            dates,
            ID,
            f"The profile uses {connection.product.value} ({connection.direction}).",
            connection.evidence("product", "build"),
            connection.product.value,
        )
        for connection in profile.connections
        if isinstance(connection.product, Product) and connection.product.is_exchange_server
    ]
    failed = [verdict for verdict in verdicts if isinstance(verdict, Fail)]
    if failed:
        return min(failed, key=lambda verdict: verdict.severity is not None)
    for connection in profile.connections:
        known(connection.product)
    if not verdicts:
        return NotApplicable("The profile does not use an Exchange Server.")
    return verdicts[0]
