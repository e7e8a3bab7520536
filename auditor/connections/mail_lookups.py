"""Opens what looks at mail servers and mail domains, as the configuration says."""

from urllib.parse import urlsplit

from auditor.configuration import Configuration, Environment
from auditor.configuration.methods import MICROSOFT_365
from connectors.clouds import authority_of
from connectors.dns.lookups import Lookups
from connectors.dns.names import Names
from connectors.mail_servers.probe import Probe
from connectors.mail_servers.probes import MailServers, trusted_by
from connectors.transport.guard.reachability import Reachability, is_loopback_host
from connectors.transport.http import Transport
from connectors.transport.network import NetworkPolicy


def probes(environment: Environment) -> bool:
    """Whether mail servers are to be looked at."""
    return environment.mail_servers is not None and environment.mail_servers.probe


def looks_up(configuration: Configuration, environment: Environment) -> bool:
    """Whether mail domains are to be looked up: the configuration says so in either section."""
    return bool(configuration.dns.servers) or probes(environment)


def open_mail_servers(names: Names, environment: Environment, policy: NetworkPolicy) -> MailServers:
    """What looks at the mail servers of profiles. Raises `SourceFailed`."""
    section = environment.mail_servers
    trust = trusted_by(policy.ca_bundle)
    loopback = is_loopback_host(urlsplit(environment.url).hostname or "")
    return MailServers(
        lambda count: Probe(names, trust, count=count),
        Reachability(loopback=loopback, private=section is not None and section.private),
        policy.remaining_s,
    )


def open_lookups(names: Names, environment: Environment, transport: Transport) -> Lookups:
    """What looks mail domains up. The tenant is asked of the environment's own cloud."""
    auth = environment.auth
    authority = auth.authority if auth.method in MICROSOFT_365 else None
    return Lookups(
        names,
        transport,
        authority or authority_of(environment.url),
        transport.policy.remaining_s,
    )
