"""Applications of Microsoft Entra that profiles of several environments sign in as.

One application may serve several organisations, so nothing fails for it. Who answers for one of
them is to know that what happens to the application happens to all.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from auditor.fleet.telling import MOST_NAMED, what_ends
from connectors.normalisation.facts import Facts
from connectors.normalisation.profile.profiles import SOURCE as PROFILES
from connectors.normalisation.profile.sign_in import BY_APPLICATION
from connectors.normalisation.records import Record, record_of
from rules.counting import named
from rules.facts import EmailServerProfile
from rules.unknown import Unknown, both, either, is_one_of


class ApplicationUse(Struct, frozen=True, array_like=True):
    """An active profile that signs in as an application, as it was read (UTC).

    `tenant` is the one whose mailboxes it reads, empty where that is not known.
    """

    client_id: str
    tenant: str
    profile: str
    name: str
    read_at: str


class Applications(Struct, frozen=True):
    """The applications of one environment; `is_whole`: no profile may have another one."""

    uses: tuple[ApplicationUse, ...]
    is_whole: bool


NO_APPLICATIONS = Applications((), is_whole=True)


class SharedApplication(Struct, frozen=True):
    """An application with the environments whose profiles sign in as it."""

    client_id: str
    environments: tuple[str, ...]


def applications_of(facts: Facts) -> Applications:
    """The applications that the profiles of one environment sign in as."""
    reading = facts.readings[PROFILES]
    uses = []
    is_whole = reading.state.whole
    for row, read_at in reading.records:
        profile = facts.profiles[row.emailserverprofileid]
        client_id = _client_id(profile, record_of(reading, row, read_at, profile.id))
        if isinstance(client_id, Unknown):
            is_whole = False
        elif client_id:
            tenant = profile.mail_tenant_id
            own = tenant if isinstance(tenant, str) else ""
            uses.append(
                ApplicationUse(client_id.casefold(), own, profile.id, profile.name, read_at)
            )
    return Applications(tuple(uses), is_whole)


def _client_id(profile: EmailServerProfile, record: Record) -> str | None | Unknown:
    """None where it is inactive, or signs in otherwise; a managed identity is no application."""
    signs_in = both(
        profile.active,
        either(
            *(is_one_of(each.credential_retrieval, *BY_APPLICATION) for each in profile.connections)
        ),
    )
    if signs_in is False or record.not_available("oauthclientid"):
        return None
    identity = None
    if not record.not_available("_managedidentityid_value"):
        identity = record.optional("_managedidentityid_value", str)
    if isinstance(identity, str) and identity:
        return None
    for each in (signs_in, identity):
        if isinstance(each, Unknown):
            return each
    return record.optional("oauthclientid", str)


def shared_applications(
    found: Mapping[str, Applications], same: Callable[[str], frozenset[str]]
) -> tuple[SharedApplication, ...]:
    """Those of several environments, by their ids.

    `same` are the environments that are, or may be, the same organisation as one, itself included.
    """
    by_client: dict[str, set[str]] = {}
    for environment, applications in found.items():
        for use in applications.uses:
            by_client.setdefault(use.client_id, set()).add(environment)
    return tuple(
        SharedApplication(client_id, tuple(sorted(names)))
        for client_id, names in sorted(by_client.items())
        if not names <= same(min(names))
    )


def notes_on(
    environment: str,
    found: Mapping[str, Applications],
    shared: Sequence[SharedApplication],
    same: frozenset[str],
    not_known: Iterable[str],
) -> tuple[str, ...]:
    """A sentence for each application that one environment has in common with others."""
    own = found.get(environment)
    if own is None:
        return ()
    unread = set(not_known) - same
    notes = []
    for each in shared:
        others = [name for name in each.environments if name not in same]
        uses = [use for use in own.uses if use.client_id == each.client_id]
        if not uses or not others:
            continue
        shown = [_shown(other, found[other], each.client_id) for other in others[:MOST_NAMED]]
        use = uses[0]
        notes.append(
            f'The profile "{use.name}" signs in as the application {each.client_id} '
            f"(oauthclientid, read {use.read_at}), and so do profiles of "
            f"{named(shown, MOST_NAMED, len(others))}. "
            + what_ends("the application", "its secret or a permission", unread)
        )
    return tuple(notes)


def _shown(environment: str, of: Applications, client_id: str) -> str:
    use = next(each for each in of.uses if each.client_id == client_id)
    return f'{environment} ("{use.name}", read {use.read_at})'
