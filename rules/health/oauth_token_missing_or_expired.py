"""oauth-token-missing-or-expired: a Gmail mailbox that nobody signed in for, or not any more."""

from rules.directions import uses
from rules.facts import Mailbox
from rules.option_sets import CredentialRetrieval, TestStatus
from rules.rule import rule
from rules.unknown import any_of, both, either, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Undetermined, Verdict


@rule(
    id="oauth-token-missing-or-expired",
    title="The mailbox's OAuth sign-in is missing or has run out",
    kind="health",
    severity="error",
    effect="stops",
    repair="sign-in",
    inferred=True,
    source="https://learn.microsoft.com/power-platform/admin/connect-gmail-oauth2",
    remedy="Sign in to the mailbox's Google account again from its form, then Test & Enable.",
)
def check(mailbox: Mailbox) -> Verdict:
    """Access tokens run out hourly and are renewed, so expiry counts only with an error."""
    profile = known(mailbox.profile)
    if profile is None:
        return NotApplicable("It has no profile: mailbox-without-profile judges that.")
    if not any_of(
        both(
            uses(mailbox, connection),
            is_one_of(connection.credential_retrieval, CredentialRetrieval.GMAIL_OAUTH),
        )
        for connection in profile.connections
    ):
        return NotApplicable("The mailbox does not sign in with tokens of its own.")
    evidence = mailbox.evidence("oauth_token_set", "oauth_token_expired")
    if mailbox.oauth_token_set is False:
        return Fail("The profile signs in with OAuth, but the mailbox has no token.", evidence)
    in_error = either(
        is_one_of(mailbox.error_after_success, True),
        both(mailbox.synchronizes_incoming, is_one_of(mailbox.incoming_status, TestStatus.FAILURE)),
        both(mailbox.synchronizes_outgoing, is_one_of(mailbox.outgoing_status, TestStatus.FAILURE)),
    )
    if known(both(is_one_of(mailbox.oauth_token_expired, True), in_error)):
        return Fail("The mailbox's OAuth token has run out and was not renewed.", evidence)
    if known(mailbox.oauth_token_set) is None:
        return Undetermined(
            "The record does not say whether the mailbox has an OAuth token.",
            "Test & Enable Mailbox, then audit again.",
            evidence=evidence,
        )
    return Pass(
        "The mailbox has an OAuth token that is renewed.",
        evidence + mailbox.evidence("error_after_success", "incoming_status", "outgoing_status"),
    )
