"""Where the simulated tenant's many servers listen: an address of loopback for each."""

import secrets
import socket


class LoopbackListeners:
    """Gives out addresses of one network of loopback that was chosen by chance.

    Ports stay the same from run to run, so that a server has the same name in each, and tenants
    side by side do not meet.
    """

    def __init__(self) -> None:
        self._network = f"127.{secrets.randbelow(253) + 2}.{secrets.randbelow(256)}"
        self._given = 0

    def listen(self, port: int) -> socket.socket:
        """Listen at the port of an address that nobody has; port 0 is any port of 127.0.0.1."""
        self._given += 1
        if port:
            try:
                return socket.create_server((f"{self._network}.{self._given}", port), backlog=64)
            except OSError:
                # Some systems have no loopback address but one.
                pass
        return socket.create_server(("127.0.0.1", 0), backlog=64)
