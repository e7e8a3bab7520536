"""tls-version-too-old: a mail server offers no encryption that Dynamics 365 (online) accepts."""

from rules.dates import Dates
from rules.facts import MailServer, Organization
from rules.retirement import judge_retirement
from rules.rule import rule
from rules.scope import is_online
from rules.unknown import known
from rules.verdict import NotApplicable, Pass, Verdict

ID = "tls-version-too-old"
OLD = ("SSLv2", "SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1")


@rule(
    id=ID,
    title="The mail server's TLS is too old for Dynamics 365 (online)",
    kind="lifecycle",
    severity="error",
    effect="stops",
    repair="encryption",
    inferred=True,
    source="https://learn.microsoft.com/power-platform/admin/server-cipher-tls-requirements",
    remedy=(
        "Let the server offer TLS 1.2 or 1.3 with an ECDHE cipher suite of AES-GCM, or of AES-CBC "
        "with SHA-256 or SHA-384."
    ),
)
def check(server: MailServer, organization: Organization, dates: Dates) -> Verdict:
    """Takes what was negotiated; on premises the servers of Dynamics decide for themselves."""
    if not known(is_online(organization)):
        return NotApplicable("Dynamics 365 (on-premises) connects with what its servers allow.")
    version = known(server.tls_version)
    evidence = server.evidence("tls_version", "tls_accepted_by_dataverse")
    if version is None:
        return NotApplicable("The server offers no TLS at all, old or new.")
    if version in OLD:
        return judge_retirement(
            dates, ID, f"The server negotiates no newer encryption than {version}.", evidence
        )
    if not known(server.tls_accepted_by_dataverse):
        return judge_retirement(
            dates,
            ID,
            f"The server negotiates {version} with no cipher suite that is accepted.",
            evidence,
        )
    return Pass("The server negotiates encryption that Dynamics 365 (online) accepts.", evidence)
