"""The text of a first configuration: every section, explained, with what is optional switched off.

Prose is commented with "# ", a key that is switched off with "#" alone: taking that one character
away switches it on. The command line asks the questions and writes the file.
"""

import json
from collections.abc import Mapping

from msgspec import Struct

from auditor.configuration import format_duration
from auditor.configuration.methods import DYNAMICS, EXAMPLES, NEEDS
from rules.thresholds import Threshold


class Answers(Struct, frozen=True, kw_only=True):
    """What is asked before the first configuration is written.

    None: not known; the key is then switched off in the file, never filled with a placeholder.
    The secrets are references, never values. `exchange_server` is the address of its Exchange Web
    Services, `ca_bundle` a path from the file's directory on.
    """

    name: str = "contoso"
    url: str | None = None
    method: str = "client-secret"
    tenant: str | None = None
    client_id: str | None = None
    client_secret: str | None = "env:AUDITOR_CLIENT_SECRET"
    certificate: str | None = "file:auditor.pem"
    authority: str | None = None
    username: str | None = None
    password: str | None = "env:AUDITOR_PASSWORD"
    graph: bool = False
    exchange_online: bool = False
    exchange_server: str | None = None
    ca_bundle: str | None = None


def unanswered(given: Answers) -> tuple[str, ...]:
    """The keys that the configuration needs and that nobody told."""
    keys = ("url", *NEEDS[given.method][0])
    return tuple(key for key in keys if getattr(given, key) is None)


def template(
    answers: Answers | None = None, thresholds: Mapping[str, Threshold] | None = None
) -> str:
    """A commented configuration in TOML for the answers given, with the thresholds that there are.

    Raises ValueError for a way to sign in that there is not.
    """
    given = answers or Answers()
    if given.method not in DYNAMICS:
        raise ValueError(f"{given.method!r} is no way to sign in; known are {', '.join(DYNAMICS)}")
    sections = (
        _environment(given),
        _microsoft_365(given),
        _exchange_server(given),
        _DECLARED,
        _whole_program(given),
        _thresholds(thresholds or {}),
        _WAIVERS,
    )
    environment = f"environments.{_quoted(given.name)}"
    return "\n".join(sections).replace("@ENVIRONMENT@", environment)


def _environment(given: Answers) -> str:
    needed = NEEDS[given.method][0]
    # What is sure to be needed is switched on; the other ways' keys stay in sight, switched off.
    keys = "\n".join(
        _key(key, getattr(given, key), example, needed=key in needed)
        for key, example in EXAMPLES.items()
    )
    url = _key("url", given.url, '"https://contoso.crm.dynamics.com"', needed=True)
    return f"""\
# Configuration of the auditor of server-side synchronization.
# A key that begins with # is switched off; take the # away to switch it on.
# Secrets are never written here. Write where they are kept instead:
# env:NAME (a variable), file:PATH (from this file's directory on), keyring:SERVICE/NAME.

# One table for each Dynamics 365 organisation. On-premises, the address carries the
# organisation's name: https://crm.contoso.local/Contoso
[@ENVIRONMENT@]
{url}
# Left out: the organisation's answers decide both.
#api_version = "9.2"
#deployment = "online"

# method: {", ".join(DYNAMICS[:5])},
# {", ".join(DYNAMICS[5:])}
# authority: for AD FS, and for an authority that is not that of the address's cloud.
# Shared by many environments, the same keys may stand in [defaults.auth].
[@ENVIRONMENT@.auth]
method = {_quoted_value(given.method)}
{keys}
"""


def _key(name: str, value: str | None, example: str, *, needed: bool) -> str:
    """A key, switched on where it is needed and known."""
    if needed and value is not None:
        return f"{name} = {_quoted_value(value)}"
    missing = f"# Needed: fill in {name}, and take the # away.\n" if needed else ""
    return f"{missing}#{name} = {_quoted_value(json.loads(example))}"


def _microsoft_365(given: Answers) -> str:
    text = _MICROSOFT_365
    for section, wanted in (("exchange_online", given.exchange_online), ("graph", given.graph)):
        if wanted:
            text = text.replace(f"#[@ENVIRONMENT@.{section}]", f"[@ENVIRONMENT@.{section}]")
    return text


def _whole_program(given: Answers) -> str:
    if given.ca_bundle is None:
        return _WHOLE_PROGRAM
    return _WHOLE_PROGRAM.replace(
        '#[tls]\n#ca_bundle = "file:corporate-ca.pem"',
        f"[tls]\nca_bundle = {_quoted_value(f'file:{given.ca_bundle}')}",
    )


def _exchange_server(given: Answers) -> str:
    if given.exchange_server is None:
        return _EXCHANGE_SERVER
    text = _EXCHANGE_SERVER.replace(
        '#[@ENVIRONMENT@.exchange_server]\n#url = "https://mail.contoso.com/EWS/Exchange.asmx"',
        f"[@ENVIRONMENT@.exchange_server]\nurl = {_quoted_value(given.exchange_server)}",
    )
    if given.method != "ntlm" or given.username is None:
        return text
    return text.replace(
        '#[@ENVIRONMENT@.exchange_server.auth]\n#method = "ntlm"\n'
        '#username = "CONTOSO\\\\svc-audit"\n#password = "env:AUDITOR_EWS_PASSWORD"',
        '[@ENVIRONMENT@.exchange_server.auth]\nmethod = "ntlm"\n'
        f"username = {_quoted_value(given.username)}\n"
        f"password = {_quoted_value(given.password or 'env:AUDITOR_EWS_PASSWORD')}",
    )


_MICROSOFT_365 = """\
# Exchange Online's Admin API, for accepted domains and mailboxes. Left out: not read, and what
# rests on it stays undetermined. tenant, auth and the cloud are the environment's when left out.
#[@ENVIRONMENT@.exchange_online]
#tenant = "contoso.onmicrosoft.com"
#url = "https://outlook.office365.com"
# true: also Get- cmdlets, by an undocumented address.
#cmdlets = false

#[@ENVIRONMENT@.exchange_online.auth]
#method = "managed-identity"

# Microsoft Graph, for accounts and licences.
#[@ENVIRONMENT@.graph]
#url = "https://graph.microsoft.com"
# So many mailboxes, 5000 at most, are asked whether Inbox rules move email away; 0: none.
#inbox_rules = 0
"""

_EXCHANGE_SERVER = """\
# Exchange Server by EWS. The credentials go to these hosts alone; left out: the address's own.
#[@ENVIRONMENT@.exchange_server]
#url = "https://mail.contoso.com/EWS/Exchange.asmx"
#hosts = ["mail.contoso.com:443"]
# So many mailboxes are opened by impersonation, and items of two folders counted; 0: none.
#mailboxes = 0

# method: ntlm, basic, negotiate, client-secret
#[@ENVIRONMENT@.exchange_server.auth]
#method = "ntlm"
#username = "CONTOSO\\\\svc-audit"
#password = "env:AUDITOR_EWS_PASSWORD"

# Greets the mail servers that profiles name, negotiates TLS and reads their capabilities; never
# signs in. private: also servers at private addresses.
#[@ENVIRONMENT@.mail_servers]
#probe = true
#private = false
"""

_DECLARED = """\
# What no interface reports. Declare only what you know: a key left out means unknown.
#[@ENVIRONMENT@.declared]
#fips_140_2 = false
#mass_email_campaigns = false
#custom_email_providers = false
#extended_email_protocols = false
#outlook_on_the_web = false
#packet_inspection = false
# Do people still track email by hand in the add-in Dynamics 365 for Outlook?
#dynamics_365_for_outlook = false
# Is a second factor demanded of the accounts that email server profiles sign in with?
#multi_factor_authentication = false
# Is Dynamics 365 on the EWS allow list of Exchange Online?
#ews_allow_listed = true
#fips_compliant_mail_servers = ["mail.contoso.com"]
#exchange_builds = { "mail.contoso.com" = "15.2.1544.4" }
#providers = { "pop.messe.example" = "Gmail" }
"""

_WHOLE_PROGRAM = """\
# Certificate authorities trusted beside the system's.
#[tls]
#ca_bundle = "file:corporate-ca.pem"

# Left out: the proxy variables of the process. With a password in it: env:NAME.
#[network]
#proxy = "http://proxy.contoso.com:8080"

# Left out: the system's name servers.
#[dns]
#servers = ["192.0.2.53", "127.0.0.1:5353"]

# Where `auditor environments` looks. Left out: the directory of each environment's cloud.
#[discovery]
#url = "https://globaldisco.crm.dynamics.com"
# true: also all environments of the tenant. The application must then be a management
# application of Power Platform, which may do as much as an administrator of the tenant.
#power_platform = false
#power_platform_url = "https://api.bap.microsoft.com"

# Where runs are kept, so that each report shows what changed. Left out: a SQLite file in the
# user's data directory. With a password in the address: env:NAME.
#[history]
#url = "sqlite:///auditor.db"

# Who is notified of a run, by Apprise. on: change, findings, incomplete, always
#[notify]
#urls = ["env:AUDITOR_NOTIFY"]
#on = "change"

# Reports that every run leaves.
#[report]
#directory = "reports"
#formats = ["html", "json"]
#keep = 30
"""

_WAIVERS = """\
# Accepted findings. until is the last day on which one holds; after it the finding is back.
# environment and subject (KIND:GLOB over name, address or id) may be left out.
#[[waivers]]
#rule = "impersonation-with-exchange-online"
#subject = "profile:Sales*"
#reason = "CHG-1234, moving in the first quarter"
#until = 2027-03-31
#owner = "Mia Meier"
#ticket = "CHG-1234"
"""


def _thresholds(thresholds: Mapping[str, Threshold]) -> str:
    lines = ["# Limits that rules compare with. These are the defaults.", "#[thresholds]"]
    for name, threshold in sorted(thresholds.items()):
        is_duration = threshold.unit == "duration"
        value = f'"{format_duration(threshold.default)}"' if is_duration else threshold.default
        lines += [f"# {threshold.meaning}", f"#{name} = {value}"]
    return "\n".join(lines) + "\n"


def _quoted(name: str) -> str:
    is_bare = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if is_bare else _quoted_value(name)


def _quoted_value(text: str) -> str:
    """A TOML text. JSON's escapes are TOML's, but for the one character that JSON lets stand."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
