"""What a configuration holds, a section each. How it is read from TOML is in `decoding`."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Struct, field

from auditor.configuration import forms, secrets


class Given:
    """Marks a field that is not written as a key: the file's path, a table's own name."""


class AuthDefaults(Struct, frozen=True, kw_only=True):
    """How to sign in, as far as all environments share it. Every secret is a reference."""

    method: Annotated[str, forms.SAID] | None = None
    tenant: Annotated[str, forms.SAID] | None = None
    client_id: Annotated[str, forms.SAID] | None = None
    client_secret: Annotated[str, forms.SECRET] | None = None
    certificate: Annotated[str, forms.SECRET] | None = None
    certificate_password: Annotated[str, forms.SECRET] | None = None
    authority: Annotated[str, forms.ADDRESS] | None = None
    username: Annotated[str, forms.SAID] | None = None
    password: Annotated[str, forms.SECRET] | None = None


class Auth(AuthDefaults, frozen=True, kw_only=True):
    """How to sign in. `method` is one of those that `methods` lists for the section."""

    method: Annotated[str, forms.SAID]


class ExchangeOnline(Struct, frozen=True):
    """Exchange Online's Admin API. `auth` None: the environment's; `tenant` None: its sign-in's.

    `url` None: the address in the environment's cloud.
    """

    tenant: Annotated[str, forms.SAID] | None = None
    url: Annotated[str, forms.ADDRESS] | None = None
    cmdlets: bool = False
    auth: Auth | None = None


class Graph(Struct, frozen=True):
    """Microsoft Graph. `auth` None: the environment's; `url` None: its cloud's.

    `inbox_rules`: so many mailboxes, chosen as a sample, are asked for their rules; 0: none.
    """

    url: Annotated[str, forms.ADDRESS] | None = None
    inbox_rules: int = 0
    auth: Auth | None = None


class ExchangeServer(Struct, frozen=True):
    """Exchange Server's EWS. `auth` None: asked only for what it tells anonymously.

    `hosts` are the HOST[:PORT]s that the credentials may be sent to; empty: the address's own.
    `mailboxes`: so many, chosen as a sample, are opened by impersonation; 0: none.
    """

    url: Annotated[str, forms.ADDRESS]
    hosts: tuple[Annotated[str, forms.HOST_AND_PORT], ...] = ()
    mailboxes: int = 0
    auth: Auth | None = None


class MailServers(Struct, frozen=True):
    """Probes of the mail servers that profiles name. `private`: also at private addresses."""

    probe: bool = True
    private: bool = False


class Declared(Struct, frozen=True):
    """What the administrator declares because no interface tells it; None means unknown.

    Hosts are in lower case. A host that a list or table leaves out is unknown too.
    """

    fips_140_2: bool | None = None
    mass_email_campaigns: bool | None = None
    custom_email_providers: bool | None = None
    extended_email_protocols: bool | None = None
    outlook_on_the_web: bool | None = None
    packet_inspection: bool | None = None
    dynamics_365_for_outlook: bool | None = None
    multi_factor_authentication: bool | None = None
    ews_allow_listed: bool | None = None
    fips_compliant_mail_servers: tuple[Annotated[str, forms.HOST], ...] | None = None
    exchange_builds: dict[Annotated[str, forms.HOST], Annotated[str, forms.BUILD]] = field(
        default_factory=dict
    )
    providers: dict[Annotated[str, forms.HOST], Annotated[str, forms.SAID]] = field(
        default_factory=dict
    )


class Environment(Struct, frozen=True, kw_only=True):
    """One Dynamics 365 organisation and what stands around it. A section left out is None.

    `labels` sort and choose environments, such as customer and stage.
    """

    name: Annotated[str, Given]
    url: Annotated[str, forms.ORGANIZATION]
    auth: Auth
    api_version: Annotated[str, forms.API_VERSION] | None = None
    deployment: Literal["online", "on-premises"] | None = None
    exchange_online: ExchangeOnline | None = None
    graph: Graph | None = None
    exchange_server: ExchangeServer | None = None
    mail_servers: MailServers | None = None
    declared: Declared = Declared()
    labels: dict[Annotated[str, forms.NAME], Annotated[str, forms.SAID]] = field(
        default_factory=dict
    )


class Defaults(Struct, frozen=True):
    """What every environment inherits, key by key, where it does not say otherwise."""

    auth: AuthDefaults | None = None


class Tls(Struct, frozen=True):
    """Certificate authorities trusted beside the system's; a `file:` reference."""

    ca_bundle: Annotated[str, forms.FILE] | None = None


class Network(Struct, frozen=True):
    """The way out. `proxy` None: the proxy variables of the process; it may be a reference."""

    proxy: Annotated[str, forms.PROXY] | None = None


class Dns(Struct, frozen=True):
    """Name servers, as IP[:PORT]; empty: the system's."""

    servers: tuple[Annotated[str, forms.NAME_SERVER], ...] = ()


class Discovery(Struct, frozen=True):
    """Where organisations are looked for. Addresses None: those of each environment's cloud.

    `power_platform`: also every environment of the tenant, for which the sign-in must be a
    management application, which is as powerful as an administrator of the tenant.
    """

    url: Annotated[str, forms.ADDRESS] | None = None
    power_platform: bool = False
    power_platform_url: Annotated[str, forms.ADDRESS] | None = None


class History(Struct, frozen=True):
    """Where runs are kept: an SQLAlchemy address, or a reference to one."""

    url: Annotated[str, forms.DATABASE] = "sqlite:///auditor.db"


class Notify(Struct, frozen=True):
    """Whom to tell and when. Addresses of channels hold tokens, so they are references."""

    urls: tuple[Annotated[str, forms.SECRET], ...]
    on: Literal["change", "findings", "incomplete", "always"] = "change"


class Report(Struct, frozen=True):
    """Reports of every run: a directory (relative to the configuration) and formats.

    `keep`: so many of each stay beside the latest, under the time of their run.
    """

    directory: Annotated[str, forms.SAID] = "reports"
    formats: tuple[Annotated[str, forms.SAID], ...] = ()
    keep: int = 0


class Waiver(Struct, frozen=True):
    """An accepted finding. `subject` is KIND:GLOB; None for subject or environment: any.

    `until` is the last day on which it holds; `owner` answers for it, `ticket` is where that was
    decided.
    """

    rule: Annotated[str, forms.SAID]
    reason: Annotated[str, forms.SAID]
    until: date
    environment: Annotated[str, forms.SAID] | None = None
    subject: Annotated[str, forms.SUBJECT] | None = None
    owner: Annotated[str, forms.SAID] | None = None
    ticket: Annotated[str, forms.SAID] | None = None


class Configuration(Struct, frozen=True, kw_only=True):
    """All that one file says. `thresholds` holds limits by name: seconds, or plain numbers.

    `places` tells line and key of every reference to a secret.
    """

    path: Annotated[Path, Given]
    places: Annotated[dict[str, tuple[int | None, str]], Given] = field(default_factory=dict)
    environments: dict[Annotated[str, forms.NAME], Environment] = field(default_factory=dict)
    defaults: Defaults = Defaults()
    tls: Tls = Tls()
    network: Network = Network()
    thresholds: Annotated[dict[str, int], Given] = field(default_factory=dict)
    dns: Dns = Dns()
    discovery: Discovery = Discovery()
    history: History | None = None
    notify: Notify | None = None
    report: Report | None = None
    waivers: tuple[Waiver, ...] = ()

    @property
    def directory(self) -> Path:
        """The directory that relative paths of the file start from."""
        return self.path.parent

    def secret(self, reference: str) -> secrets.Secret:
        """The secret behind a reference of this file, looked up when revealed."""
        return secrets.Secret(reference, self.directory)

    @property
    def ca_bundle(self) -> Path | None:
        """The path of the added certificate authorities; not looked at yet."""
        bundle = self.tls.ca_bundle
        return None if bundle is None else secrets.resolve_path(bundle, self.directory)
