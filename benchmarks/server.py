"""What a contender needs to know of the page server, apart from what the server itself needs."""

import msgspec

LATENCY = "/benchmark/latency/"
"""Before the milliseconds that every further answer is to be held back."""
ASKED = "/benchmark/requests"
"""How many requests were answered until now."""


class Server(msgspec.Struct, frozen=True):
    """What a contender needs to know of the server."""

    url: str
    tenant_id: str
    client_id: str
    client_secret_file: str
    ca_bundle: str
    configuration: str
    """The path of the configuration that audits it."""
