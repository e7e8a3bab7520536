"""A host and port that Exchange Web Services are asked at, and how its name is looked up."""

from urllib.parse import urlsplit

from msgspec import Struct

from connectors.dns.names import NameNotFound, Names, NoAnswer
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reachability import Lookup


class Place(Struct, frozen=True, order=True):
    """One server by its lower-case host, an IPv6 address without brackets, and its port."""

    host: str
    port: int = 443

    @property
    def id(self) -> str:
        """How the place is named in facts and reports."""
        return f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """Its address without a path."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"https://{host}:{self.port}"

    @property
    def url(self) -> str:
        """The address of its Exchange Web Services."""
        return f"{self.origin}/EWS/Exchange.asmx"


def place_of(text: str) -> Place:
    """The place that an address, or HOST[:PORT], names. Raises ValueError."""
    parts = urlsplit(text if "://" in text else f"https://{text}")
    host = (parts.hostname or "").rstrip(".")
    if not host:
        raise ValueError(f"{text} names no host")
    return Place(host, parts.port or 443)


def lookup_by(names: Names) -> Lookup:
    """How names are looked up. Name servers that are silent are not taken for a missing name."""

    def look_up(host: str) -> tuple[str, ...]:
        try:
            return names.addresses(host).addresses
        except NameNotFound as error:
            raise OSError(f"{host} is not known") from error
        except NoAnswer as error:
            raise SourceFailed(
                f"{host}: the host's name could not be looked up: {error}",
                "Check `[dns] servers`, or this computer's name servers.",
                "names-unanswered",
                url=host,
            ) from error

    return look_up
