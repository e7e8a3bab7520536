"""A host and port that Exchange Web Services are asked at."""

from urllib.parse import urlsplit

from msgspec import Struct


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
