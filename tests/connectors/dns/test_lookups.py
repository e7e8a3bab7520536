"""What is asked of the authority about a mail domain, and what its answers mean."""

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.dns.lookups import Lookups
from connectors.dns.rows import TenantRow
from connectors.transport.answers import Answer
from connectors.transport.errors import SourceFailed

TENANT = "1A111111-2222-3333-4444-555555555555"


class Authority:
    """Answers with one status and body, or fails."""

    def __init__(self, status: int = 200, body: bytes = b"{}", failure: Any = None) -> None:
        self.status, self.body, self.failure = status, body, failure
        self.urls: list[str] = []

    def get(self, url: str, **asked: Any) -> Answer:
        self.urls.append(url)
        if self.failure is not None:
            raise self.failure
        return Answer(self.status, {}, self.body, url, datetime.now(UTC), 1)


def lookups(authority: Any, **more: Any) -> Lookups:
    nobody: Any = None
    return Lookups(nobody, authority, "https://login.example/ignored", **more)


@pytest.mark.parametrize(
    "issuer",
    [f"https://sts.example/{TENANT}/", f"https://login.example/{TENANT}/v2.0", f"/{TENANT}"],
)
def test_the_tenant_is_in_the_issuers_address(issuer: str) -> None:
    authority = Authority(body=b'{"issuer": "%s"}' % issuer.encode())
    assert lookups(authority).tenant_of("a/b.example") == TenantRow(
        domain="a/b.example", tenant_id=TENANT.lower()
    )
    assert authority.urls == [
        "https://login.example/a%2Fb.example/v2.0/.well-known/openid-configuration"
    ]


@pytest.mark.parametrize("status", [400, 404])
def test_a_domain_that_the_authority_does_not_know_has_none(status: int) -> None:
    assert lookups(Authority(status)).tenant_of("a.example") == TenantRow(domain="a.example")


@pytest.mark.parametrize(
    "issuer", ["", "https://sts.example/common/", f"https://sts.example/x{TENANT}/", f"/{TENANT}0"]
)
def test_an_issuer_without_an_id_is_a_problem(issuer: str) -> None:
    found = lookups(Authority(body=b'{"issuer": "%s"}' % issuer.encode())).tenant_of("a.example")
    assert found.tenant_id is None
    assert found.problem == "The authority's description names no tenant by its id."


@pytest.mark.parametrize("body", [b"<html>", b'{"issuer": 7}', b'{"issuer": "\xff"}'])
def test_a_description_that_cannot_be_read_is_a_failure(body: bytes) -> None:
    with pytest.raises(SourceFailed) as caught:
        lookups(Authority(body=body)).tenant_of("a.example")
    assert caught.value.code == "not-json"


@pytest.mark.parametrize(("status", "changed"), [(403, True), (500, False), (None, False)])
def test_whoever_forbids_a_public_page_stands_in_between(status: Any, changed: bool) -> None:
    failure = SourceFailed("no", "grant it", "forbidden", status=status)
    with pytest.raises(SourceFailed) as caught:
        lookups(Authority(failure=failure)).tenant_of("a.example")
    assert (caught.value.remedy != "grant it") is changed
    assert (caught.value.reason, caught.value.code) == ("no", "forbidden")


@pytest.mark.parametrize(
    ("remaining_s", "late"), [(None, False), (1.0, False), (0.0, True), (-1.0, True)]
)
def test_the_time_is_over_at_the_deadline(remaining_s: float | None, late: bool) -> None:
    assert lookups(Authority(), remaining_s=lambda: remaining_s).is_late() is late
