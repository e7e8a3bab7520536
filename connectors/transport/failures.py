"""Says in words what went wrong on the network, and what to do about it."""

import errno
import socket
import ssl
from queue import Empty

from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reachability import may_pass
from connectors.transport.own_limits import chain, own_limit_failure

_TRUST = "Name the authority that signed it in `[tls] ca_bundle`, or replace the certificate."
_RENEW = "Renew the server's certificate; where it is in force, set this computer's clock."
_NAME = (
    "Write the name that the certificate bears in the configuration, or give the server a "
    "certificate for this address."
)
_CERTIFICATE_FAULTS = {
    9: ("is not valid yet", _RENEW),
    10: ("has expired", _RENEW),
    18: ("is self-signed", _TRUST),
    19: ("comes from a chain that ends in an authority that is not trusted", _TRUST),
    20: ("comes from an authority that is not trusted", _TRUST),
    21: ("comes from an authority that is not trusted", _TRUST),
    62: ("was made for another name", _NAME),
    64: ("was made for another address", _NAME),
}
"""By the code of OpenSSL: what is wrong with a certificate, and what fixes it."""
_RESETS = frozenset({errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE})


def network_failure(error: BaseException, url: str) -> SourceFailed:
    """The failure that an exception below HTTP stands for. `url` must be free of secrets."""
    if (own := own_limit_failure(error, url)) is not None:
        return own
    # Whoever asks nothing, such as a replay, does without them.
    import requests
    from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, ProxyError

    below = list(chain(error))
    for found in below:
        if isinstance(found, ssl.SSLCertVerificationError):
            fault, remedy = _CERTIFICATE_FAULTS.get(
                found.verify_code, ("cannot be verified", _TRUST)
            )
            return SourceFailed(
                f"{url}: the server's certificate {fault}",
                remedy,
                "untrusted-certificate",
                url=url,
            )
    # A proxy's own refusal hides below errors that look like the server's.
    if any(isinstance(found, (ProxyError, requests.exceptions.ProxyError)) for found in below):
        return SourceFailed(
            f"{url}: the proxy could not be used or refused to connect",
            "Check `[network] proxy` or the environment's proxy variables.",
            "proxy-failed",
            url=url,
        )
    for found in below:
        if isinstance(found, NameResolutionError):
            if any(isinstance(each, socket.gaierror) and may_pass(each) for each in below):
                return SourceFailed(
                    f"{url}: the host's name could not be looked up",
                    "Check this computer's name servers, and run again.",
                    "names-unanswered",
                    url=url,
                )
            return SourceFailed(
                f"{url}: the host's name could not be resolved",
                "Check the address in the configuration and this computer's DNS.",
                "name-not-resolved",
                url=url,
            )
        if isinstance(found, ConnectionRefusedError):
            return SourceFailed(
                f"{url}: the host refused the connection",
                "Check the address and port, and that a firewall lets this computer through.",
                "refused",
                url=url,
            )
    if any(isinstance(found, ConnectTimeoutError) for found in below):
        return SourceFailed(
            f"{url}: the host does not answer to a connection in time",
            "Check the address and port, and that a firewall lets this computer through.",
            "no-connection",
            url=url,
        )
    if any(isinstance(found, (requests.exceptions.Timeout, TimeoutError)) for found in below):
        return SourceFailed(
            f"{url}: no answer in time",
            "Check that the server is up and reachable, then run the audit again.",
            "timeout",
            url=url,
        )
    if any(_is_reset(found) for found in below):
        return SourceFailed(
            f"{url}: the connection was cut",
            "Run the audit again; if it stays, look at proxies and firewalls on the way.",
            "connection-reset",
            url=url,
        )
    if any(isinstance(found, ssl.SSLError) for found in below):
        return SourceFailed(
            f"{url}: no TLS connection could be agreed on",
            "Check that the port speaks TLS 1.2 or newer.",
            "tls-failed",
            url=url,
        )
    # A queue that was empty when a library made its first session is in the chain, too.
    innermost = [found for found in below if not isinstance(found, Empty)][-1:] or [error]
    return SourceFailed(
        f"{url}: the request failed below HTTP ({type(innermost[0]).__name__})",
        "Check that the host can be reached from this computer.",
        "unreachable",
        url=url,
    )


def truncated(url: str) -> SourceFailed:
    """An answer that ended before its time."""
    return SourceFailed(
        f"{url}: the answer ended before its time",
        "Run the audit again; if it stays, look at proxies on the way.",
        "truncated",
        url=url,
    )


def past_deadline(url: str, why: str = "the run's deadline was reached") -> SourceFailed:
    """What was not read before the run's deadline."""
    return SourceFailed(
        f"{url}: {why}",
        "Give the run more time with `--timeout`.",
        "deadline",
        url=url,
    )


def _is_reset(error: BaseException) -> bool:
    return (
        isinstance(error, (ConnectionResetError, ConnectionAbortedError, BrokenPipeError))
        or isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError))
        or (isinstance(error, OSError) and error.errno in _RESETS)
        or type(error).__name__ == "RemoteDisconnected"
    )
