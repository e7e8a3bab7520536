"""NTLM as IIS does it: the connection signs in, and every later request on it is the user's."""

import base64
import contextlib
import os
import struct
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import spnego
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import SpnegoError
from starlette.requests import Request
from starlette.responses import Response

from auditor.demo.authority import write_private

_End = tuple[str, int | None] | None
Connection = tuple[_End, _End]
"""Both ends of a connection: a client may use one port of its own towards several servers."""
_OFFERS_BINDING = b"\x0a\x00\x10\x00"
"""The header of the channel binding pair (id 10, 16 bytes) in an NTLM answer (MS-NLMP)."""
_STORE_VARIABLE = "NTLM_USER_FILE"
_environment = threading.Lock()


class WindowsSignIn:
    """Keeps the NTLM state of each connection; `account` is DOMAIN\\user and its password."""

    def __init__(self, directory: Path, account: tuple[str, str], binding_digest: bytes) -> None:
        domain, _, user = account[0].rpartition("\\")
        self._store = directory / "windows-accounts"
        if not self._store.exists():
            write_private(self._store, f"{domain}:{user}:{account[1]}\n".encode())
        self._binding = GssChannelBindings(
            application_data=b"tls-server-end-point:" + binding_digest
        )
        self._contexts: dict[Connection, spnego.ContextProxy] = {}

    def refuse(self, request: Request) -> Response | None:
        """Give the 401 that goes on with the sign-in; None: the connection is signed in."""
        connection = (_end(request.client), _end(request.scope.get("server")))
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        if not text:
            context = self._contexts.get(connection)
            return None if context is not None and context.complete else _challenge()
        protocol = scheme.lower()
        if protocol not in ("ntlm", "negotiate"):
            return _challenge()
        try:
            token = base64.b64decode(text, validate=True)
            return self._step(connection, token, protocol)
        except (SpnegoError, ValueError, IndexError, struct.error):
            self.forget(connection)
            return _challenge()

    def forget(self, connection: Connection) -> None:
        """Drop the state of a connection that has ended."""
        self._contexts.pop(connection, None)

    def _step(self, connection: Connection, token: bytes, protocol: str) -> Response | None:
        context = self._contexts.get(connection)
        with _credential_store(self._store):
            # A Negotiate message (type 1), or the first token of RFC 4178, begins anew.
            begins = token[8:12] == b"\x01\0\0\0" or token[:1] == b"\x60"
            if context is None or begins:
                # Plain NTLM may come under either name.
                plain = token.startswith(b"NTLMSSP")
                options = spnego.NegotiateOptions
                context = self._contexts[connection] = spnego.server(
                    protocol="ntlm" if plain else "negotiate",
                    options=options.use_ntlm if plain else options.use_negotiate,
                )
            binding = self._binding if _OFFERS_BINDING in token else None
            answer = context.step(token, channel_bindings=binding)
        if context.complete:
            return None
        return _challenge(base64.b64encode(answer or b"").decode(), protocol)


@contextlib.contextmanager
def _credential_store(path: Path) -> Iterator[None]:
    """Name the file of accounts where pyspnego looks for it: in the environment.

    The variable stays, empty: other threads that walk through the environment meanwhile would miss
    one that was taken away.
    """
    with _environment:
        before = os.environ.get(_STORE_VARIABLE, "")
        os.environ[_STORE_VARIABLE] = str(path)
        try:
            yield
        finally:
            os.environ[_STORE_VARIABLE] = before


def _challenge(token: str | None = None, protocol: str = "ntlm") -> Response:
    response = Response(
        b"<!DOCTYPE html><html><body>401 - Unauthorized</body></html>",
        status_code=401,
        media_type="text/html",
    )
    if token is None:
        response.headers.append("WWW-Authenticate", "Negotiate")
        response.headers.append("WWW-Authenticate", "NTLM")
    else:
        scheme = "NTLM" if protocol == "ntlm" else "Negotiate"
        response.headers.append("WWW-Authenticate", f"{scheme} {token}")
    return response


def _end(address: Sequence[Any] | None) -> _End:
    return (str(address[0]), int(address[1])) if address else None
