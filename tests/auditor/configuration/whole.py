"""A document with every section and key of a configuration."""

import tomllib
from typing import Any, Final

WHOLE_TEXT: Final = """\
[defaults.auth]
method = "client-secret"
tenant = "contoso.onmicrosoft.com"
[environments.contoso]
url = "https://contoso.crm.dynamics.com"
api_version = "9.2"
deployment = "online"
[environments.contoso.auth]
client_id = "a1"
client_secret = "env:CONTOSO_SECRET"
certificate = "file:contoso.pem"
certificate_password = "keyring:auditor/contoso"
authority = "https://login.microsoftonline.com"
[environments.contoso.exchange_online]
tenant = "contoso.onmicrosoft.com"
url = "https://outlook.office365.com"
cmdlets = false
[environments.contoso.exchange_online.auth]
method = "managed-identity"
[environments.contoso.graph]
url = "https://graph.microsoft.com"
inbox_rules = 50
[environments.contoso.exchange_server]
url = "https://mail.contoso.com/EWS/Exchange.asmx"
hosts = ["mail.contoso.com:443", "legacy.contoso.com"]
mailboxes = 50
[environments.contoso.exchange_server.auth]
method = "ntlm"
username = "svc-audit"
password = "env:CONTOSO_EWS"
[environments.contoso.mail_servers]
probe = true
private = false
[environments.contoso.declared]
fips_140_2 = false
fips_compliant_mail_servers = ["mail.contoso.com"]
exchange_builds = { "mail.contoso.com" = "15.2.1544.4" }
providers = { "pop.messe.example" = "Gmail" }
[tls]
ca_bundle = "file:corporate-ca.pem"
[network]
proxy = "env:PROXY"
[thresholds]
[dns]
servers = ["192.0.2.53", "[::1]:5353"]
[history]
url = "sqlite:///auditor.db"
[notify]
urls = ["env:AUDITOR_NOTIFY"]
on = "change"
[report]
directory = "reports"
formats = []
"""
WHOLE: Final[dict[str, Any]] = {
    **tomllib.loads(WHOLE_TEXT),
    "waivers": [{"rule": "a", "subject": "profile:*", "reason": "b", "until": "2027-03-31"}],
}
