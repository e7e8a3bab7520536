"""What the configuration says of one way to sign in; its secrets are never shown."""

import pytest

from connectors.sign_in.settings import SECRETS, AuthSettings
from connectors.transport.errors import SourceFailed


def test_secrets_are_hidden_and_what_is_not_set_is_left_out() -> None:
    settings = AuthSettings(
        method="certificate",
        client_id="app-1",
        client_secret="s1",
        certificate="s2",
        certificate_password="s3",
        password="s4",
    )
    assert repr(settings) == (
        "AuthSettings(method='certificate', client_id='app-1', client_secret=…, certificate=…, "
        "certificate_password=…, password=…)"
    )
    assert {"client_secret", "certificate", "certificate_password", "password"} == SECRETS


@pytest.mark.parametrize("value", [None, ""])
def test_a_method_says_what_it_cannot_do_without(value: str | None) -> None:
    settings = AuthSettings(method="client-secret", client_secret=value, client_id="app-1")
    assert settings.required("client_id") == "app-1"
    with pytest.raises(SourceFailed) as caught:
        settings.required("client_secret")
    assert caught.value.code == "incomplete-sign-in"
    assert caught.value.reason == 'signing in by "client-secret" needs `client_secret`'
