"""The wire rows of what was looked up of mail domains.

Tested in `tests/connectors/dns/test_mail_domains.py`.
"""

from msgspec import Struct


class MailDomainRow(Struct, frozen=True, kw_only=True):
    """Where the mail of one domain goes.

    `addresses` counts those of the organisation in it. `resolution` is `found`, `not-found` (no
    such domain, or no mail exchanger) or `unknown`.
    """

    domain: str
    addresses: int
    resolution: str
    exchangers: tuple[str, ...] = ()
    problem: str | None = None


class TenantRow(Struct, frozen=True, kw_only=True):
    """The tenant that a mail domain belongs to.

    None: the authority knows none for it, or `problem` tells why that was not established.
    """

    domain: str
    tenant_id: str | None = None
    problem: str | None = None
