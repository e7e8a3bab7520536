"""attachment-limit-below-exchange: Exchange accepts more than Dynamics 365 takes over."""

from rules import bearing
from rules.facts import ExchangeTenant, Organization
from rules.rule import rule
from rules.unknown import Unknown, known
from rules.verdict import Fail, Pass, Undetermined, Verdict

MOST_BYTES = 131072 * 1024
KILOBYTE = 1024


@rule(
    id="attachment-limit-below-exchange",
    title="Dynamics 365 takes smaller attachments than Exchange Online accepts",
    kind="health",
    severity="note",
    effect="degrades",
    bears_on=bearing.receives,
    source="https://learn.microsoft.com/power-platform/admin/settings-email",
    remedy=(
        "Raise the maximum file size for attachments in the email settings (131,072 KB at most), "
        "or lower the message size that Exchange Online accepts."
    ),
)
def check(organization: Organization, tenant: ExchangeTenant | Unknown) -> Verdict:
    """Compared with what the setting can be raised to at most."""
    limit_bytes = known(organization.max_upload_size_bytes)
    evidence = organization.evidence("max_upload_size_bytes")
    if limit_bytes is None:
        return Undetermined(
            "The organisation stores no limit for attachments.",
            "Set the maximum file size for attachments in the email settings.",
            evidence=evidence,
        )
    if limit_bytes >= MOST_BYTES:
        return Pass("Attachments may be as large as Dynamics 365 allows.", evidence)
    exchange = known(tenant)
    accepted_bytes = known(exchange.max_receive_size_bytes)
    evidence += exchange.evidence("max_receive_size_bytes")
    accepted = "any size" if accepted_bytes is None else _in_kilobytes(accepted_bytes)
    if accepted_bytes is None or limit_bytes < accepted_bytes:
        return Fail(
            f"Dynamics 365 takes attachments of {_in_kilobytes(limit_bytes)}, Exchange Online "
            f"accepts messages of {accepted}.",
            evidence,
        )
    return Pass("Dynamics 365 takes attachments as large as Exchange Online accepts.", evidence)


def _in_kilobytes(size_bytes: int) -> str:
    return f"up to {size_bytes // KILOBYTE:,} KB"
