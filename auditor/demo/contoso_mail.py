"""The mail servers of the demo organisation, the profiles that name them, and their domains."""

from auditor.demo.dns import Zone
from auditor.demo.mail_servers import MailHost
from auditor.demo.profiles import Values, mail_server

HOSTS = (
    MailHost(host="pop.harbour.example", protocol="POP3", tls="none", rules="tls-not-offered"),
    MailHost(host="smtp.harbour.example", protocol="SMTP", tls="starttls"),
    MailHost(
        host="imap.lighthouse.example",
        protocol="IMAP",
        certificate="expired",
        rules="certificate-invalid",
    ),
    MailHost(
        host="smtp.lighthouse.example",
        protocol="SMTP",
        tls="starttls",
        certificate="wrong-name",
        rules="certificate-invalid",
    ),
    MailHost(host="pop.oldmill.example", protocol="POP3", old=True, rules="tls-version-too-old"),
    MailHost(
        host="smtp.oldmill.example",
        protocol="SMTP",
        tls="starttls",
        certificate="expiring",
        rules="certificate-expires-soon",
    ),
    MailHost(host="imap.vanished.example", protocol="IMAP", exists=False, rules="host-not-found"),
    MailHost(host="smtp.vanished.example", protocol="SMTP", exists=False, rules="host-not-found"),
    MailHost(
        host="pop.tailspin.example",
        protocol="POP3",
        greeting="+OK Gpop ready for requests from 127.0.0.1 simulated",
    ),
    MailHost(
        host="smtp.tailspin.example",
        protocol="SMTP",
        tls="starttls",
        greeting="220 smtp.gmail.com ESMTP simulated - gsmtp",
    ),
    MailHost(host="pop.noise.example", protocol="POP3", behaviour="garbage"),
    MailHost(host="smtp.noise.example", protocol="SMTP", tls="starttls", certificate="private"),
)
"""What answers behind the locations of profiles, and what each server breaks."""

ZONE = Zone(
    missing=tuple(each.host for each in HOSTS if not each.exists),
    exchangers={"contoso.example": "contoso-example.mail.protection.outlook.com"},
    aliases={"autodiscover.contoso.example": "autodiscover.outlook.com"},
)

PROFILES: tuple[tuple[str, Values, str], ...] = (
    (
        "Lighthouse hosting",
        mail_server("imap.lighthouse.example", "smtp.lighthouse.example", imap=True),
        "untested-mail-provider",
    ),
    (
        "Old Mill hosting",
        mail_server("pop.oldmill.example", "smtp.oldmill.example"),
        "untested-mail-provider mail-server-not-fips-compliant",
    ),
    (
        "Vanished hosting",
        mail_server("imap.vanished.example", "smtp.vanished.example", imap=True),
        "",
    ),
    (
        "Gmail (under an own name)",
        mail_server("pop.tailspin.example", "smtp.tailspin.example"),
        "gmail-password-authentication",
    ),
    (
        "Noise hosting",
        mail_server("pop.noise.example", "smtp.noise.example"),
        "untested-mail-provider",
    ),
)
"""Profiles of these servers, with what each breaks."""

OF_HARBOUR = "untested-mail-provider mail-server-not-fips-compliant"
"""What the servers of the profile *Harbour hosting* break besides what its columns do."""
