"""extended-email-protocol: own code extends the protocol that email goes over."""

from rules.facts import Declared, EmailExtensions, Organization
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.unknown import Unknown
from rules.verdict import Fail, Pass, Undetermined, Verdict


@rule(
    id="extended-email-protocol",
    title="The email protocol is extended with own code",
    kind="support",
    severity="error",
    effect="unsupported",
    statements=("S17-59", "ON9-64", "OP9-42", "CUR-41"),
    source=SUPPORT_PAGE,
    remedy="Remove what extends Exchange Web Services, POP3 or SMTP between the two systems.",
)
def check(
    organization: Organization, declared: Declared, extensions: EmailExtensions | Unknown
) -> Verdict:
    """Decided by the declaration; steps on email messages are a hint, never proof."""
    said = declared.extended_email_protocols
    if isinstance(said, Unknown):
        return Undetermined(said.reason + _hint(extensions), said.remedy, said.cause, said.evidence)
    evidence = declared.evidence("extended_email_protocols")
    if said:
        return Fail("Extended email protocols are declared in use.", evidence)
    return Pass("Extended email protocols are declared not in use.", evidence)


def _hint(extensions: EmailExtensions | Unknown) -> str:
    count = 0
    if not isinstance(extensions, Unknown) and not isinstance(
        extensions.synchronous_steps, Unknown
    ):
        count = extensions.synchronous_steps
    return f" {count} synchronous steps of third parties run on email messages." if count else ""
