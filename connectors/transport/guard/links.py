"""Addresses that servers name, as next pages and redirects: which of them are asked.

Nothing of such an address says where the request goes: that stays what it was.
"""

import re
from collections.abc import Collection
from urllib.parse import unquote, urljoin, urlsplit

from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reads import is_https, origin, place_of

_KEY = re.compile(r"\('?([^'()]*)'?\)")


def check_follow_up(
    base_url: str, next_url: str, seen: set[str] | None = None, listings: Collection[str] = ()
) -> str:
    """The follow-up address, where it may be asked with the same credentials.

    It must be https, on the base's host and port and below the base's path, whose case counts for
    nothing, as with IIS; one that is relative begins at the base, as in "OData JSON Format",
    Relative URLs. `listings` are addresses of what continues: the link must name the same table.
    `seen` is the caller's set of addresses already asked; the address is added to it. Raises
    `SourceFailed` with code `foreign-link` or `repeated-link`.
    """
    relative, named = next_url, _absolute(base_url, next_url)
    remedy = "Check what stands between this computer and the server; the link was not followed."
    followed = on_same_host(base_url, named)
    if followed is None and _is_plain(base_url, named):
        raise SourceFailed(
            f"{place_of(base_url)} continued at an http address, {place_of(named)}: something "
            "before the server ends TLS, and the server does not know of it",
            "Let the load balancer send the header that says that TLS ended there. For Dynamics "
            "365: Deployment Manager, Properties, Web Address, Advanced, SSL header.",
            "foreign-link",
            url=place_of(base_url),
        )
    if followed is None or not _is_trusted(base_url, relative, followed, listings):
        raise SourceFailed(
            f"{place_of(base_url)} continued at a foreign address, {place_of(named)}",
            remedy,
            "foreign-link",
            url=place_of(base_url),
        )
    if seen is not None:
        if followed in seen:
            raise SourceFailed(
                f"{place_of(base_url)} named the same follow-up address twice",
                "Run the audit again; if it stays, report it to the service's operator.",
                "repeated-link",
                url=place_of(base_url),
            )
        seen.add(followed)
    return followed


def on_same_host(base_url: str, url: str) -> str | None:
    """The address, said with the base's own host; None: it is one of another host.

    Readers differ in where the host of an odd address ends, so that the server's words for it are
    compared and then dropped. A final dot says no more than that a name is whole (RFC 1034, 3.1).
    """
    try:
        if not is_https(url) or origin(url) != origin(base_url):
            return None
        return urlsplit(url)._replace(netloc=urlsplit(base_url).netloc).geturl()
    except ValueError:
        return None


def _is_plain(base_url: str, url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "http" and parts.hostname == urlsplit(base_url).hostname
    except ValueError:
        return False


def _is_trusted(base_url: str, relative: str, url: str, listings: Collection[str]) -> bool:
    """Whether an address of the same host lies below the base, in the table that continues."""
    parts = urlsplit(url)
    return (
        not parts.fragment
        and relative.isprintable()
        and " " not in relative
        and _is_below(parts.path, urlsplit(base_url).path)
        and (not listings or _resource(parts.path) in _resources(listings))
    )


def _absolute(base_url: str, url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    is_relative = url and not parts.scheme and not parts.netloc
    return urljoin(f"{base_url.rstrip('/')}/", url) if is_relative else url


def _is_below(path: str, base: str) -> bool:
    lowered = path.lower()
    if "\\" in path or "%2e" in lowered or "%2f" in lowered or "%5c" in lowered:
        return False
    if any(segment in {".", ".."} for segment in path.split("/")):
        return False
    prefix = base.lower().rstrip("/")
    return lowered == prefix or lowered.startswith(prefix + "/")


def _resources(listings: Collection[str]) -> set[str]:
    return {_resource(urlsplit(each).path) for each in listings}


def _resource(path: str) -> str:
    """What a path names, however its keys and its case are written: x('1') is x/1."""
    return _KEY.sub(r"/\1", unquote(path).lower()).rstrip("/")
