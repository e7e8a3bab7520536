"""credentials-missing: a direction that signs in with a password where none is stored."""

from rules.directions import evidence_of, named, uses
from rules.evidence import Evidence
from rules.facts import Connection, EmailServerProfile, Mailbox
from rules.option_sets import CredentialRetrieval
from rules.rule import rule
from rules.sign_in_remedies import without_password
from rules.unknown import Unknown, any_of, both, either, is_one_of, known, negated
from rules.verdict import Fail, NotApplicable, Pass, Verdict

LOOKED_AT = ("credential_retrieval", "password_set", "user_name_is_principal")
OF_AN_APPLICATION = ("application_named", "application_credential_held")
BY_APPLICATION = (CredentialRetrieval.ENTRA_OAUTH, CredentialRetrieval.GMAIL_OAUTH)
TEST = "Then Test & Enable Mailbox."
APPLICATION = (
    "Enter the client id of the application in the profile: of the registration in Microsoft "
    "Entra, or for Gmail of the Google project; then test and enable its mailboxes."
)
SECRET = (
    "Enter the client secret of the application in the profile, or let the profile refer to the "
    "Azure Key Vault that holds it; then test and enable its mailboxes."
)
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
    profile a user name and a password; OAuth an application and what that signs in with. How
    hybrid modern authentication keeps its certificate is not published, so it is not judged.
    """
    profile = known(mailbox.profile)
    if profile is None:
        return NotApplicable("It has no profile: mailbox-without-profile judges that.")
    in_use = [(c, uses(mailbox, c)) for c in profile.connections]
    asking = [both(used, is_one_of(c.credential_retrieval, *STORED)) for c, used in in_use]
    by_application = {c.direction: both(used, _is(c, *BY_APPLICATION)) for c, used in in_use}
    complete = both(profile.application_named, profile.application_credential_held)
    lacking = [both(each, negated(complete)) for each in by_application.values()]
    own_missing = either(negated(mailbox.password_set), negated(mailbox.credentials_allowed))
    by_mailbox = {
        c.direction: both(used, _is(c, CredentialRetrieval.USER_OR_QUEUE), own_missing)
        for c, used in in_use
    }
    by_profile = {
        c.direction: both(used, _is(c, CredentialRetrieval.PROFILE), _is_bare(c))
        for c, used in in_use
    }
    # What fails of one direction fails, whatever is not known of the other one.
    if any_of([*lacking, *by_profile.values(), *by_mailbox.values()]):
        if True in lacking:
            sides = [c for c in profile.connections if by_application[c.direction] is True]
            return _incomplete(mailbox, profile, sides)
        bare = [c for c in profile.connections if by_profile[c.direction] is True]
        if bare:
            return Fail(
                f"The profile signs in with its own account but stores no {_lacking(bare)} "
                f"({named(bare)}).",
                evidence_of(bare, *LOOKED_AT) + _shown_to_use(mailbox, bare),
                remedy=without_password(_with_these_alone(profile, bare)),
            )
        asked = [c for c in profile.connections if by_mailbox[c.direction] is True]
        return Fail(
            f"The profile signs in with the mailbox's own account ({named(asked)}), but the "
            "mailbox stores no password, or does not allow its use.",
            mailbox.evidence("password_set", "credentials_allowed")
            + evidence_of(asked, "credential_retrieval")
            + _shown_to_use(mailbox, asked),
            remedy=without_password(_with_these_alone(profile, asked)) or _of_the_mailbox(mailbox),
        )
    if either(*asking) is False:
        if True not in by_application.values():
            return NotApplicable("The profile signs in without stored passwords.")
        return Pass(
            "The profile names its application and holds what that signs in with.",
            profile.evidence(*OF_AN_APPLICATION)
            + evidence_of(profile.connections, "credential_retrieval"),
        )
    return Pass(
        "Credentials are stored for every direction in use that signs in with them.",
        mailbox.evidence("password_set", "credentials_allowed")
        + evidence_of(profile.connections, *LOOKED_AT),
    )


def _shown_to_use(mailbox: Mailbox, sides: list[Connection]) -> tuple[Evidence, ...]:
    """The delivery methods by which the mailbox uses these directions."""
    of = {"incoming": ("incoming_method", "act_method"), "outgoing": ("outgoing_method",)}
    return mailbox.evidence(*(name for each in sides for name in of[each.direction]))


def _incomplete(mailbox: Mailbox, profile: EmailServerProfile, sides: list[Connection]) -> Fail:
    """What is known to lack of the application that these directions sign in with."""
    nameless = profile.application_named is False
    lacks = (
        "names no application"
        if nameless
        else "holds no client secret, and refers to no Azure Key Vault or managed identity"
    )
    return Fail(
        f"The profile signs in by OAuth ({named(sides)}) but {lacks}.",
        evidence_of(sides, "credential_retrieval")
        + profile.evidence(OF_AN_APPLICATION[0 if nameless else 1])
        + _shown_to_use(mailbox, sides),
        remedy=APPLICATION if nameless else SECRET,
    )


def _is(connection: Connection, *retrieval: CredentialRetrieval) -> bool | Unknown:
    return is_one_of(connection.credential_retrieval, *retrieval)


def _is_bare(connection: Connection) -> bool | Unknown:
    """Whether the account of the profile lacks its password or its name."""
    nameless = is_one_of(connection.user_name_is_principal, None)
    return either(negated(connection.password_set), nameless)


def _with_these_alone(profile: EmailServerProfile, sides: list[Connection]) -> EmailServerProfile:
    """The profile as it is for these directions: the other one may lead to another system."""
    return profile.used_for(sides[0].direction) if len(sides) == 1 else profile


def _lacking(bare: list[Connection]) -> str:
    return "password" if any(each.password_set is False for each in bare) else "user name"


def _of_the_mailbox(mailbox: Mailbox) -> str | None:
    """What is left to do where one of the two is done; None: the rule's own remedy."""
    if mailbox.password_set is True:
        return "Switch on Allow to Use Credentials for Email Processing on the mailbox. " + TEST
    if mailbox.credentials_allowed is True:
        return "Enter user name and password on the mailbox. " + TEST
    return None
