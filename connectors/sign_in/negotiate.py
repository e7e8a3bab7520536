"""Signs requests in by Negotiate (RFC 4559), over TLS only, bound to the TLS channel.

Kerberos where this computer can, else NTLM inside the same exchange.
"""

import base64
import binascii
import re
from typing import Any
from urllib.parse import urlsplit

import requests
import spnego
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import SpnegoError

from connectors.sign_in.ntlm import Ntlm, read_in_bounds, server_digest
from connectors.transport.errors import SourceFailed

_MOST_LEGS = 5
_TOKEN = re.compile(r"(?:^|,)\s*negotiate\s+([a-z0-9+/]+=*)\s*(?:,|$)", re.IGNORECASE)


class Negotiate(Ntlm):
    """Signs requests to the named hosts in as a user, or as the account that runs the program.

    With an empty name and password by the account's own Kerberos ticket. A refusal is not tried
    again at the same host during the run.
    """

    schemes = ("negotiate",)

    def _exchanged(
        self, response: requests.Response, settings: dict[str, Any]
    ) -> requests.Response:
        digest = server_digest(response)
        binding = (
            GssChannelBindings(application_data=b"tls-server-end-point:" + digest)
            if digest is not None
            else None
        )
        try:
            client = spnego.client(
                self._username or None,
                self._password or None,
                hostname=urlsplit(response.url).hostname or "unspecified",
                # RFC 4559; key distribution centres of MIT compare the case too.
                service="HTTP",
                protocol="negotiate",
                channel_bindings=binding,
            )
            token = client.step()
        except (SpnegoError, ImportError) as error:
            host = urlsplit(response.url).hostname
            said = " ".join(str(error).split())[:200].rstrip(".")
            raise SourceFailed(
                f"{response.url}: no sign-in by Negotiate can be made on this computer: {said}",
                "Set `username` and `password` in the `auth` section, or sign in to the domain. On "
                "Linux, Kerberos needs the package `pyspnego[kerberos]` and a ticket (`kinit`). "
                f"`setspn -Q HTTP/{host}` shows whether the domain knows the server's name.",
                "incomplete-sign-in",
            ) from error
        for _ in range(_MOST_LEGS):
            response = self._sent(response, token or b"", settings)
            if response.status_code != 401:
                return response
            answer = _TOKEN.search(response.headers.get("WWW-Authenticate", ""))
            if answer is None:
                return response
            try:
                token = client.step(base64.b64decode(answer[1], validate=True))
            except (SpnegoError, binascii.Error):
                return response
        return response

    def _sent(
        self, response: requests.Response, token: bytes, settings: dict[str, Any]
    ) -> requests.Response:
        # The same connection takes the next leg, so the answer is read to its end first.
        read_in_bounds(response)
        response.raw.release_conn()
        request = response.request.copy()
        request.headers["Authorization"] = f"Negotiate {base64.b64encode(token).decode()}"
        connection = response.connection
        sent: requests.Response = connection.send(request, **settings)
        sent.history.append(response)
        sent.connection = connection
        return sent
