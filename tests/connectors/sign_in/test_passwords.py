"""What every sign-in by password keeps to, so that a run never locks an account."""

import pytest
import requests

from connectors.sign_in.passwords import PasswordSignIn
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reads import origin
from connectors.transport.refusals import Refusals

HOST = "https://mail.contoso.example"


def sign_in(refusals: Refusals | None = None, password: str = "pass") -> PasswordSignIn:
    return PasswordSignIn(HOST, [HOST], "audit", password, refusals or Refusals())


def ended(status: int) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    return response


def test_a_password_goes_to_its_own_hosts() -> None:
    assert sign_in()._check_place(f"{HOST}/EWS") == origin(HOST)
    with pytest.raises(SourceFailed) as caught:
        sign_in()._check_place("https://other.example/EWS")
    assert caught.value.code == "foreign-host"


def test_a_refused_password_is_not_tried_again_at_the_place() -> None:
    refusals = Refusals()
    place = origin(HOST)
    sign_in(refusals)._learn(place, ended(401))
    with pytest.raises(SourceFailed) as caught:
        sign_in(refusals)._check_place(HOST)
    assert (caught.value.code, caught.value.status) == ("unauthorized", 401)
    assert sign_in(refusals, "corrected")._check_place(HOST) == place


@pytest.mark.parametrize("status", [200, 403, 500])
def test_whatever_is_no_refusal_proves_the_password(status: int) -> None:
    refusals = Refusals()
    own = sign_in(refusals)
    own._learn(origin(HOST), ended(status))
    assert own._proven == {origin(HOST)}
    assert own._check_place(HOST) == origin(HOST)
    refused = sign_in()
    refused._learn(origin(HOST), ended(401))
    assert refused._proven == set()


def test_a_password_stays_the_same() -> None:
    assert sign_in().renew(requests.Request("GET", HOST).prepare()) is False
