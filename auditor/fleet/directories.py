"""Which directories of organisations are asked: one of each cloud and kind for each sign-in."""

from urllib.parse import urlsplit

from msgspec import Struct

from auditor.configuration import Auth, Configuration, Environment
from auditor.configuration.methods import MICROSOFT_365
from connectors.clouds import Cloud, cloud_of
from connectors.discovery import global_discovery, power_platform
from connectors.transport.guard.reachability import is_loopback_host

OF_PEOPLE = ("device-code", "interactive")
"""Sign-ins that ask a person, who is asked one thing at a time."""


class Service(Struct, frozen=True, kw_only=True):
    """One directory to ask, with the sign-in of an environment."""

    kind: str
    url: str
    resource: str
    auth: Auth
    authority: str | None = None
    signs_in: str = ""
    """The environment whose sign-in it is."""


def services(configuration: Configuration) -> tuple[Service, ...]:
    """The directories to ask: one of each cloud and kind for each distinct sign-in.

    Sign-ins of AD FS and Windows have none, and neither has a server on this computer unless
    `url` in the section `discovery` names it.
    """
    chosen = configuration.discovery
    found: dict[tuple[str, str, Auth], Service] = {}
    for environment in configuration.environments.values():
        cloud = cloud_of(environment.url)
        local = is_loopback_host(urlsplit(environment.url).hostname or "")
        if environment.auth.method not in MICROSOFT_365:
            continue
        asked: list[tuple[str, str | None, str, str]] = [
            (global_discovery.SOURCE, chosen.url, cloud.discovery, cloud.discovery)
        ]
        if chosen.power_platform:
            asked.append(
                (
                    power_platform.SOURCE,
                    chosen.power_platform_url,
                    cloud.power_platform,
                    cloud.power_platform_resource,
                )
            )
        for kind, given, usual, resource in asked:
            if given is None and local:
                continue
            service = Service(
                kind=kind,
                url=(given or usual).rstrip("/"),
                resource=(given or resource).rstrip("/"),
                auth=environment.auth,
                authority=_authority(environment, cloud, given),
                signs_in=environment.name,
            )
            found.setdefault((kind, service.url, environment.auth), service)
    return tuple(found.values())


def in_turn(configuration: Configuration) -> list[tuple[Service, ...]]:
    """The directories to ask, those in one tuple one after another.

    What is refused to a sign-in is not tried again, and a person is asked one thing at a time.
    """
    groups: dict[object, list[Service]] = {}
    for each in services(configuration):
        key = "of people" if each.auth.method in OF_PEOPLE else each.auth
        groups.setdefault(key, []).append(each)
    return [tuple(group) for group in groups.values()]


def _authority(environment: Environment, cloud: Cloud, given: str | None) -> str | None:
    own = environment.auth.authority
    return own if own is not None or given is not None else cloud.authority
