"""Facts of the Exchange Online tenant and the identities in it."""

from rules.facts.base import Fact
from rules.unknown import Unknown


class ExchangeTenant(Fact, frozen=True, kw_only=True):
    """The tenant in which the organisation's Exchange Online mailboxes live."""

    id: str | Unknown
    """Lower-case GUID."""
    ews_enabled: bool | None | Unknown
    """The organisation's switch; None: never set, which the service has turned into off."""
    dynamics_allowed_for_ews: bool | Unknown
    """Whether Dynamics is on the tenant's list of applications that may use EWS."""
    client_policy: str | None | Unknown
    """The policy on client names (`EwsApplicationAccessPolicy`); None: there is none."""
    allows_no_client: bool | Unknown
    """Whether the list of allowed client names is empty."""
    customer_key_in_force: bool | Unknown
    smtp_basic_authentication_disabled: bool | Unknown
    smtp_allowed_for_a_mailbox: bool | Unknown
    """Whether the own switch of a mailbox, which goes before the tenant's, allows it."""
    max_receive_size_bytes: int | None | Unknown
    """The largest message the tenant accepts; None: unlimited."""
    impersonation_role_assigned: bool | Unknown
    """Whether the role ApplicationImpersonation is assigned in Exchange Online."""
    dynamics_principal_enabled: bool | Unknown
    """Whether the service principal of Dynamics exists in the tenant and is enabled."""
