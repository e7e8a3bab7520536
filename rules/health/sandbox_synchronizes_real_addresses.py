"""sandbox-synchronizes-real-addresses: a copy of production that still reads and sends email."""

from rules.counting import counted
from rules.evidence import Evidence
from rules.facts import Every, Mailbox, Organization
from rules.rule import rule
from rules.unknown import Unknown, both, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="sandbox-synchronizes-real-addresses",
    title="An organisation that is not in production synchronizes mailboxes",
    kind="health",
    severity="warning",
    effect="exposes",
    source="https://learn.microsoft.com/power-platform/admin/copy-environment",
    remedy=(
        "Set the delivery methods of its mailboxes to None, right after each copy; keep test "
        "mailboxes with addresses of their own."
    ),
)
def check(organization: Organization, mailboxes: Every[Mailbox]) -> Verdict:
    """One warning for the organisation: whether an address is real, no interface tells.

    sandbox-shares-address-with-production judges each address that production has too.
    """
    if known(organization.is_production) is not False:
        return NotApplicable("The organisation is in production, or on premises.")
    count = 0
    open_fact: Unknown | None = None
    first: tuple[Evidence, ...] = ()
    for mailbox, number in mailboxes:
        live = both(mailbox.synchronizing, mailbox.has_address)
        if isinstance(live, Unknown):
            open_fact = open_fact or live
        elif live:
            first = first or mailbox.evidence("synchronizing", "has_address")
            count += number
    evidence = organization.evidence("is_production") + first
    if not count:
        if open_fact is not None:
            known(open_fact)
        return Pass("No mailbox with an address synchronizes.", evidence)
    several = counted(count, "mailbox synchronizes", "mailboxes synchronize")
    return Fail(f"{several} in an organisation that is not in production.", evidence)
