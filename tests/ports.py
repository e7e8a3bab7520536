"""Ports that stay free until who asked for one uses it."""

import contextlib
import random
import socket


def free_port() -> int:
    """A port of loopback below those that the system gives out by itself, to whoever asks."""
    while True:
        port = random.SystemRandom().randrange(10_000, 30_000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
