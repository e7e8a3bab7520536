"""unsupported-appointments-contacts-tasks: they synchronize over a protocol that has none."""

from rules.cells import TASK_CELLS, cell, column, deployment_covered, row_of
from rules.edition import Edition
from rules.email_systems import Protocol
from rules.facts import EmailServerProfile, Mailbox, Organization
from rules.option_sets import Deployment
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.unknown import Unknown, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="unsupported-appointments-contacts-tasks",
    title="Appointments, contacts and tasks synchronize with a system that does not support it",
    kind="support",
    severity="error",
    effect="unsupported",
    repair="methods",
    statements=TASK_CELLS,
    source=SUPPORT_PAGE,
    remedy=(
        "Set Appointments, Contacts, and Tasks of the mailbox to None, or move the mailbox to "
        "Exchange."
    ),
)
def check(mailbox: Mailbox, organization: Organization, edition: Edition) -> Verdict:
    """No row over POP3/SMTP or IMAP/SMTP supports them, whoever the provider is."""
    deployment = deployment_covered(organization, edition)
    if deployment is None:
        return NotApplicable("The edition says nothing of this deployment.")
    if not known(mailbox.synchronizes_appointments):
        return NotApplicable("Appointments, contacts and tasks are not by the server.")
    profile = known(mailbox.profile)
    if profile is None:
        return NotApplicable("The mailbox has no email server profile.")
    incoming = profile.incoming
    evidence = mailbox.evidence("act_method")
    protocol = known(incoming.protocol)
    if protocol is not Protocol.EWS:
        return Fail(
            "Appointments, contacts and tasks are set to server-side synchronization over "
            f"{protocol.value}.",
            evidence + incoming.evidence("protocol"),
            statements=_cells_of(profile, deployment, edition),
        )
    product = known(incoming.product)
    row = row_of(edition, deployment, product)
    if row is None:
        return NotApplicable("The matrix has no row for this email system.")
    evidence += incoming.evidence("protocol", "product")
    cells = (cell(row, "appointments-contacts-tasks"),)
    if row.appointments_contacts_tasks != "supported":
        return Fail(
            f"Appointments, contacts and tasks are not supported with {product.value}.",
            evidence,
            statements=cells,
        )
    return Pass(
        f"Appointments, contacts and tasks are supported with {product.value}.",
        evidence,
        statements=cells,
    )


def _cells_of(
    profile: EmailServerProfile, deployment: Deployment, edition: Edition
) -> tuple[str, ...]:
    """The cell of the provider; where it has none, all those that say the same of the protocol."""
    product = profile.incoming.product
    row = None if isinstance(product, Unknown) else row_of(edition, deployment, product)
    if row is not None and row.appointments_contacts_tasks != "supported":
        return (cell(row, "appointments-contacts-tasks"),)
    return tuple(
        each
        for each in column(edition, deployment, "appointments-contacts-tasks")
        if edition.statement(each).says == "not-supported"
    )
