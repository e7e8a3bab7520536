"""The configuration: what an administrator writes, read whole and refused with every reason.

It opens no connection; secrets are looked up here and used in `connections`.

Modules without a test file of their own name: tested in
`tests/auditor/configuration/test_load.py` and `tests/auditor/configuration/test_any_text.py`.
"""

from auditor.configuration.durations import format_duration, parse_duration
from auditor.configuration.file import find_config, load, select
from auditor.configuration.model import (
    Auth,
    Configuration,
    Declared,
    Discovery,
    Dns,
    Environment,
    ExchangeOnline,
    ExchangeServer,
    Graph,
    History,
    MailServers,
    Network,
    Notify,
    Report,
    Tls,
    Waiver,
)
from auditor.configuration.problems import ConfigurationError, Problem
from auditor.configuration.references import (
    Secrets,
    look_up_secrets,
    look_up_what_there_is,
)

__all__ = [
    "Auth",
    "Configuration",
    "ConfigurationError",
    "Declared",
    "Discovery",
    "Dns",
    "Environment",
    "ExchangeOnline",
    "ExchangeServer",
    "Graph",
    "History",
    "MailServers",
    "Network",
    "Notify",
    "Problem",
    "Report",
    "Secrets",
    "Tls",
    "Waiver",
    "find_config",
    "format_duration",
    "load",
    "look_up_secrets",
    "look_up_what_there_is",
    "parse_duration",
    "select",
]
