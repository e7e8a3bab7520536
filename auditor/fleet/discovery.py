"""Which organisations the configured sign-ins can reach, beside those that are configured."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from msgspec import Struct, field
from msgspec.structs import replace

from auditor.configuration import Configuration, Environment, Secrets
from auditor.connections.connection import auth_settings
from auditor.fleet.directories import Service, in_turn, services
from connectors.discovery import global_discovery, power_platform
from connectors.discovery.organisation import ListedOrganisation
from connectors.sign_in.methods import sign_in
from connectors.sign_in.settings import Prompt
from connectors.transport.errors import SourceFailed
from connectors.transport.http import SignIn, Transport
from connectors.transport.network import NetworkPolicy
from connectors.transport.refusals import Refusals
from connectors.transport.sessions import Trust

List = Callable[[Transport, SignIn, str], Iterator[ListedOrganisation]]

SIDE_BY_SIDE = 8
"""Sign-ins whose directories are asked at the same time."""

APPLICATION_REMEDY = (
    "An application may be answered with an empty list although it may enter organisations. "
    "Sign in as a person (`device-code`), or set `power_platform = true` in the section "
    "`discovery`."
)

MANAGEMENT_REMEDY = (
    "Register the application as a management application: an administrator of Power Platform runs "
    "`Add-PowerAppsAccount` and `New-PowerAppManagementApp -ApplicationId {client}` (PowerShell "
    "module Microsoft.PowerApps.Administration.PowerShell). It may then do as much as an "
    "administrator, so use an application of its own for discovery."
)


class _Answer(Struct):
    """What one directory listed, and why its list is not whole; None: it is."""

    service: Service
    listed: list[ListedOrganisation] = field(default_factory=list)
    failure: SourceFailed | None = None


class Organisation(Struct, frozen=True, kw_only=True):
    """One organisation that is listed. `configured`: the environment's name, None for none.

    `found_with` is the environment whose sign-in found it.
    """

    listed: ListedOrganisation
    service: str
    found_with: str
    configured: str | None


class NotListed(Struct, frozen=True, kw_only=True):
    """An environment that is configured and that no directory shows.

    `is_gone`: the whole list of the tenant, read to its end, does not have it. Else the sign-in
    may merely not be shown it.
    """

    environment: str
    url: str
    is_gone: bool


class Problem(Struct, frozen=True, kw_only=True):
    """A directory that was not read to its end, or that said nothing."""

    service: str
    signs_in: str
    reason: str
    remedy: str


class Discovery(Struct, frozen=True, kw_only=True):
    """What the directories say, against the configuration."""

    organisations: tuple[Organisation, ...]
    not_listed: tuple[NotListed, ...]
    problems: tuple[Problem, ...]

    @property
    def not_configured(self) -> tuple[Organisation, ...]:
        """Organisations that no environment of the configuration names."""
        return tuple(each for each in self.organisations if each.configured is None)


def discover(
    configuration: Configuration,
    secrets: Secrets,
    *,
    timeout_s: float | None = None,
    prompt: Prompt | None = None,
) -> Discovery:
    """Asks each directory once for each sign-in, several side by side. No failure escapes.

    `timeout_s` counts for all of them together.
    """
    policy = NetworkPolicy(
        ca_bundle=configuration.ca_bundle,
        proxy=secrets.reveal(configuration.network.proxy),
        deadline=None if timeout_s is None else time.monotonic() + timeout_s,
    )
    refusals, trust = Refusals(), Trust()
    by_address = {address_of(each.url): each for each in configuration.environments.values()}
    found: dict[str, Organisation] = {}
    problems: list[Problem] = []
    whole: set[str] = set()

    def ask(of_one: tuple[Service, ...]) -> list[_Answer]:
        answers = []
        for service in of_one:
            answer = _Answer(service)
            try:
                with Transport(policy, refusals, trust=trust) as transport:
                    for each in _listing(service, transport, secrets, prompt):
                        answer.listed.append(each)
            except SourceFailed as failure:
                answer.failure = failure
            answers.append(answer)
        return answers

    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="directory") as pool:
        answers = [each for some in pool.map(ask, in_turn(configuration)) for each in some]
    for answer in answers:
        service = answer.service
        for each in answer.listed:
            own = by_address.get(address_of(each.url))
            found.setdefault(
                address_of(each.url),
                Organisation(
                    listed=each,
                    service=service.kind,
                    found_with=service.signs_in,
                    configured=own.name if own is not None else None,
                ),
            )
        if (failure := answer.failure) is not None:
            problems.append(_problem(service, failure.reason, _remedy(service, failure)))
        elif not answer.listed:
            problems.append(_problem(service, f"{service.url} lists nothing", APPLICATION_REMEDY))
        elif service.kind == power_platform.SOURCE and service.auth.tenant:
            whole.add(service.auth.tenant.casefold())
    return Discovery(
        organisations=tuple(sorted(found.values(), key=lambda each: each.listed.url)),
        not_listed=tuple(_not_listed(configuration, found, whole)),
        problems=tuple(problems),
    )


def admin_api_of(
    configuration: Configuration,
    environment: Environment,
    secrets: Secrets,
    *,
    timeout_s: float | None = None,
    prompt: Prompt | None = None,
) -> bool:
    """Whether the admin API of Power Platform is asked with the sign-in of an environment.

    Raises `SourceFailed` where it is and does not answer.
    """
    asked = [
        each
        for each in services(configuration)
        if each.kind == power_platform.SOURCE and each.auth == environment.auth
    ]
    policy = NetworkPolicy(
        ca_bundle=configuration.ca_bundle,
        proxy=secrets.reveal(configuration.network.proxy),
        deadline=None if timeout_s is None else time.monotonic() + timeout_s,
    )
    for service in asked:
        with Transport(policy, Refusals()) as transport:
            try:
                next(iter(_listing(service, transport, secrets, prompt)), None)
            except SourceFailed as failure:
                raise failure.but(remedy=_remedy(service, failure)) from None
    return bool(asked)


def address_of(url: str) -> str:
    """What two addresses of one organisation have in common: host, port and path."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port not in (None, 443) else ""
    return f"{(parts.hostname or '').rstrip('.')}{port}{parts.path.rstrip('/')}".casefold()


def _listing(
    service: Service, transport: Transport, secrets: Secrets, prompt: Prompt | None
) -> Iterable[ListedOrganisation]:
    settings = replace(auth_settings(service.auth, secrets), authority=service.authority)
    signed_in = sign_in(settings, service.resource, transport, hosts=(service.url,), prompt=prompt)
    return _LISTS[service.kind](transport, signed_in, service.url)


_LISTS: dict[str, List] = {
    global_discovery.SOURCE: global_discovery.organisations,
    power_platform.SOURCE: power_platform.organisations,
}


def _not_listed(
    configuration: Configuration, found: dict[str, Organisation], whole: set[str]
) -> Iterator[NotListed]:
    """Environments that no list has; nothing where no list of their sign-in came."""
    answered = {each.found_with for each in found.values()}
    by_auth = {configuration.environments[name].auth for name in answered}
    for environment in configuration.environments.values():
        listed = address_of(environment.url) in found
        if not listed and environment.auth in by_auth:
            tenant = (environment.auth.tenant or "").casefold()
            yield NotListed(
                environment=environment.name, url=environment.url, is_gone=tenant in whole
            )


def _remedy(service: Service, failure: SourceFailed) -> str:
    """What is missing where the admin API refuses an application is always the same."""
    is_refused = service.kind == power_platform.SOURCE and failure.code == "forbidden"
    if not is_refused:
        return failure.remedy
    return MANAGEMENT_REMEDY.format(client=service.auth.client_id or "CLIENT_ID")


def _problem(service: Service, reason: str, remedy: str) -> Problem:
    return Problem(service=service.kind, signs_in=service.signs_in, reason=reason, remedy=remedy)
