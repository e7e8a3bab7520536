"""Each fault does to an answer what it says, as often as it says."""

import time

import pytest
import requests

from auditor.demo.faults import Fault


def test_throttled_so_many_times_then_no_more(get, tenant) -> None:
    tenant.faults.add(Fault("throttled", path="*/mailboxes", times=2, retry_after="7"))
    answers = [get("mailboxes?$top=1") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "7"
    assert answers[0].json()["error"]["code"] == "0x80072322"


def test_a_fault_meets_only_its_paths(get, tenant) -> None:
    tenant.faults.add(Fault("forbidden", path="*/mailboxes"))
    assert get("mailboxes").status_code == 403
    assert get("WhoAmI").status_code == 200


@pytest.mark.parametrize(
    ("kind", "status"), [("unauthorized", 401), ("server-error", 503), ("redirected", 302)]
)
def test_plain_refusals(tenant, session, kind, status: int) -> None:
    tenant.faults.add(Fault(kind))
    answer = session.get(tenant.url, allow_redirects=False, timeout=60)
    assert answer.status_code == status


def test_html_in_place_of_json(get, tenant) -> None:
    tenant.faults.add(Fault("html", times=1))
    answer = get("mailboxes")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert get("mailboxes").json()["value"]


@pytest.mark.parametrize("kind", ["reset", "truncated"])
def test_a_body_that_ends_early(get, tenant, kind) -> None:
    tenant.faults.add(Fault(kind, times=1))
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        get("mailboxes")
    assert get("mailboxes").status_code == 200


def test_a_compressed_body_that_ends_early(get, tenant) -> None:
    tenant.faults.add(Fault("truncated-gzip", times=1))
    with pytest.raises((requests.exceptions.ContentDecodingError, ValueError)):
        get("mailboxes").json()


def test_slow_answers_and_latency(get, tenant) -> None:
    tenant.faults.add(Fault("slow", times=1, seconds=0.2))
    tenant.faults.latency_s = 0.1
    begin = time.monotonic()
    get("WhoAmI")
    assert time.monotonic() - begin >= 0.3


def test_a_foreign_next_link(get, tenant) -> None:
    tenant.faults.add(Fault("foreign-next-link", location="https://evil.example/api"))
    answer = get("mailboxes", Prefer="odata.maxpagesize=5").json()
    assert answer["@odata.nextLink"] == "https://evil.example/api"


def test_a_next_link_that_leads_back_to_its_own_page(get, tenant, session) -> None:
    tenant.faults.add(Fault("looping-next-link"))
    first = get("mailboxes", Prefer="odata.maxpagesize=5").json()
    second = session.get(first["@odata.nextLink"], timeout=60).json()
    assert second["@odata.nextLink"] == first["@odata.nextLink"]


def test_clearing_switches_everything_off(get, tenant) -> None:
    tenant.faults.add(Fault("throttled"))
    tenant.faults.denied_tables.add("mailboxes")
    tenant.faults.clear()
    assert get("mailboxes").status_code == 200
