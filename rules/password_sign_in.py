"""Whether one direction of a profile signs in with a user name and password."""

from rules.facts import Connection
from rules.option_sets import AuthenticationProtocol, CredentialRetrieval
from rules.unknown import Unknown, both, is_one_of, negated


def signs_in_with_password(connection: Connection) -> bool | Unknown:
    """True for stored credentials, of the profile or of each user, that OAuth does not replace."""
    stored = is_one_of(
        connection.credential_retrieval,
        CredentialRetrieval.USER_OR_QUEUE,
        CredentialRetrieval.PROFILE,
    )
    oauth = is_one_of(connection.authentication, AuthenticationProtocol.OAUTH)
    return both(stored, negated(oauth))
