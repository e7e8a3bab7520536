"""The permissions that a token names: of applications and of persons."""

import base64
import json
from typing import Any

import pytest
import requests

from connectors.sign_in.granted_roles import granted_roles

ADDRESS = "https://graph.microsoft.com/v1.0"


class Signs:
    """Signs in with a token of these claims, or with whatever header is given."""

    resource = ADDRESS

    def __init__(self, claims: Any = None, header: str | None = None) -> None:
        body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        self._header = f"Bearer head.{body}.sign" if header is None else header

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._header
        return request

    def renew(self, refused: requests.PreparedRequest) -> bool:
        return False


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"roles": ["User.Read.All"]}, {"User.Read.All"}),
        ({"scp": "openid User.Read Mail.Read"}, {"Mail.Read"}),
        ({"roles": ["One"], "scp": "Two"}, {"One", "Two"}),
        ({}, set()),
        ({"roles": "One"}, None),
        ({"scp": ["One"]}, None),
        ([], None),
    ],
)
def test_what_the_claims_name(claims: Any, expected: set[str] | None) -> None:
    assert granted_roles(Signs(claims), ADDRESS) == expected


@pytest.mark.parametrize("header", ["Basic abc", "Bearer opaque", "Bearer a.!!.c", "Bearer a.e30"])
def test_a_token_that_tells_nothing_is_no_empty_list(header: str) -> None:
    assert granted_roles(Signs(header=header), ADDRESS) is None
