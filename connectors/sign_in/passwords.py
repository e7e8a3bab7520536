"""What every sign-in by name and password keeps to, so that a run never locks an account."""

from collections.abc import Iterable
from contextlib import AbstractContextManager

import requests
from requests.auth import AuthBase

from connectors.sign_in.bearer import check_host
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reads import origin
from connectors.transport.refusals import Refusals


class PasswordSignIn(AuthBase):
    """Signs requests to the named hosts in with a user's name and password.

    A refused password is not tried again at the same host during the run; until it has been
    accepted once, one request of all environments at a time may try it.
    """

    def __init__(
        self,
        resource: str,
        hosts: Iterable[str],
        username: str,
        password: str,
        refusals: Refusals,
    ) -> None:
        self.resource = resource
        self._origins = frozenset(origin(host) for host in hosts)
        self._username = username
        self._password = password
        self._refusals = refusals
        self._proven: set[str] = set()

    def renew(self, refused: requests.PreparedRequest) -> bool:
        """False: the password stays the same."""
        return False

    def _check_place(self, url: str) -> str:
        """The origin of an address that may be given the password. Raises `SourceFailed`."""
        check_host(url, self._origins)
        place = origin(url)
        self._check_refusals(place)
        return place

    def _check_refusals(self, place: str) -> None:
        if self._refusals.reason(place, self._username, self._password) is not None:
            raise SourceFailed(
                f"{place}: the password was refused before and is not tried again",
                "Correct `username` and `password` in the `auth` section.",
                "unauthorized",
                url=place,
                status=401,
            )

    def _one_at_a_time(self, place: str) -> AbstractContextManager[None]:
        """Within the block no other request tries the password before it was accepted once."""
        return self._refusals.one_at_a_time(place, self._username, self._password)

    def _learn(self, place: str, ended: requests.Response) -> None:
        """Remember whether the place took the password."""
        if ended.status_code == 401:
            self._refusals.remember(place, self._username, self._password, "refused")
        else:
            self._refusals.take(place, self._username, self._password)
            self._proven.add(place)
