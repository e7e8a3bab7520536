"""From what Exchange Online and Microsoft Graph answered to the facts of the Exchange tenant."""

from connectors.readings import Readings
from connectors.sources import not_configured
from rules.evidence import Evidence
from rules.facts import ExchangeTenant

SOURCES = {
    "id": ("graph.organization", "graph"),
    "ews_enabled": ("exchange_online.organization", "exchange_online"),
    "dynamics_allowed_for_ews": ("exchange_online.organization", "exchange_online"),
    "customer_key_in_force": ("exchange_online.encryption", "exchange_online"),
    "smtp_basic_authentication_disabled": ("exchange_online.transport", "exchange_online"),
    "max_receive_size_bytes": ("exchange_online.transport", "exchange_online"),
    "dynamics_principal_enabled": ("graph.service-principals", "graph"),
}
"""The source that each fact is read from, and the section that configures it."""


def exchange_tenant(readings: Readings) -> ExchangeTenant:
    """The tenant in which the organisation's Exchange Online mailboxes live."""
    facts = {}
    origins = {}
    for fact, (source, section) in SOURCES.items():
        reading = readings.get(source)
        state = reading.state if reading is not None else not_configured(source, section)
        facts[fact] = state.unknown()
        origins[fact] = (Evidence(source, "", fact),)
    return ExchangeTenant(**facts, origins=origins)
