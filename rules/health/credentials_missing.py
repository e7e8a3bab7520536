"""credentials-missing: a direction that signs in with a password where none is stored."""

from rules.directions import named, uses
from rules.facts import Connection, Mailbox
from rules.option_sets import CredentialRetrieval
from rules.rule import rule
from rules.unknown import Unknown, any_of, both, either, is_one_of, known, negated
from rules.verdict import Fail, NotApplicable, Pass, Verdict

STORED = (CredentialRetrieval.USER_OR_QUEUE, CredentialRetrieval.PROFILE)


@rule(
    id="credentials-missing",
    title="No credentials are stored for a sign-in that needs them",
    kind="health",
    severity="error",
    effect="stops",
    repair="sign-in",
    inferred=True,
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/exception-when-using-server-side-sync",
    remedy=(
        "Enter user name and password where the profile expects them, on the profile or on the "
        "mailbox, there with Allow to Use Credentials for Email Processing, then Test & Enable."
    ),
)
def check(mailbox: Mailbox) -> Verdict:
    """Looks at the directions that the mailbox uses.

    Credentials of the mailbox need a password and the permission to use it; those of the
    profile a password.
    """
    profile = known(mailbox.profile)
    if profile is None:
        return NotApplicable("It has no profile: mailbox-without-profile judges that.")
    in_use = [(c, uses(mailbox, c)) for c in profile.connections]
    asking = [both(used, is_one_of(c.credential_retrieval, *STORED)) for c, used in in_use]
    if either(*asking) is False:
        return NotApplicable("The profile signs in without stored passwords.")
    own_missing = either(negated(mailbox.password_set), negated(mailbox.credentials_allowed))
    by_mailbox = {
        c.direction: both(used, _is(c, CredentialRetrieval.USER_OR_QUEUE), own_missing)
        for c, used in in_use
    }
    by_profile = {
        c.direction: both(used, _is(c, CredentialRetrieval.PROFILE), negated(c.password_set))
        for c, used in in_use
    }
    if any_of([*by_profile.values(), *by_mailbox.values()]):
        bare = [c for c in profile.connections if by_profile[c.direction] is True]
        if bare:
            return Fail(
                f"The profile signs in with its own account but stores no password "
                f"({named(bare)}).",
                tuple(e for c in bare for e in c.evidence("credential_retrieval", "password_set")),
            )
        asked = [c for c in profile.connections if by_mailbox[c.direction] is True]
        return Fail(
            f"The profile signs in with the mailbox's own account ({named(asked)}), but the "
            "mailbox stores no password, or does not allow its use.",
            mailbox.evidence("password_set", "credentials_allowed"),
        )
    return Pass(
        "Credentials are stored for every direction in use that signs in with them.",
        mailbox.evidence("password_set", "credentials_allowed")
        + tuple(e for c, _ in in_use for e in c.evidence("credential_retrieval", "password_set")),
    )


def _is(connection: Connection, retrieval: CredentialRetrieval) -> bool | Unknown:
    return is_one_of(connection.credential_retrieval, retrieval)
