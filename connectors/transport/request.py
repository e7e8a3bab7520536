"""What is asked, and who asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from connectors.transport.guard.reads import Purpose

if TYPE_CHECKING:
    import requests


class SignIn(Protocol):
    """What signs a transport's requests in."""

    @property
    def resource(self) -> str:
        """The address whose audience the credentials are for."""

    def __call__(self, request: "requests.PreparedRequest", /) -> "requests.PreparedRequest":
        """Add the credentials, or the hook that does, to a request to the right host."""

    def renew(self, refused: "requests.PreparedRequest", /) -> bool:
        """After a 401: True where the same request may now be accepted with fresh credentials."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `accepted` are refusing statuses that the caller wants as an answer.

    Where `end_bytes` is not 0, no more than the two ends of a compressed body are kept inflated; it
    is inflated again when all of it is wanted. `is_kept`: where a journal is kept, the answer goes
    into it.
    """

    url: str
    method: str = "GET"
    auth: SignIn | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    accept: str = "application/json"
    body: bytes | None = None
    purpose: Purpose = "read"
    source: str = ""
    accepted: frozenset[int] = frozenset()
    end_bytes: int = 0
    is_kept: bool = False
