"""What an alert is about: a code before a sentence, and else the first that is listed."""

import pytest

from rules.alert_causes import AlertCause, cause_in


@pytest.mark.parametrize("cause", AlertCause)
def test_phrases_are_codes_or_sentences_in_lower_case(cause: AlertCause) -> None:
    assert set(cause.phrases) == {*cause.codes, *cause.sentences}
    assert all(" " not in each for each in cause.codes)
    assert all(" " in each for each in cause.sentences)
    assert [each.lower() for each in cause.phrases] == list(cause.phrases)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("error 8005e273 occurred", AlertCause.ACCOUNT_DISABLED),
        (
            "returned 401. aadsts7000222: the provided client secret keys are expired.",
            AlertCause.APPLICATION_SECRET_REFUSED,
        ),
        ("aadsts700016: application with identifier", AlertCause.APPLICATION_UNKNOWN),
        ("aadsts7000112: application is disabled.", AlertCause.APPLICATION_UNKNOWN),
        ("aadsts90002: tenant not found.", AlertCause.TENANT_UNKNOWN),
        ("aadsts50058: a silent sign-in request was sent", None),
        ("the email address is not approved.", AlertCause.NOT_APPROVED),
        ("the credentials are incorrect", AlertCause.CREDENTIALS_REFUSED),
        ("it is not approved: serviceunavailable", AlertCause.SERVER_BUSY),
        ("8005e273 and serviceunavailable", AlertCause.ACCOUNT_DISABLED),
        ("is not approved; the credentials are incorrect", AlertCause.NOT_APPROVED),
        ("something else went wrong", None),
        ("", None),
    ],
)
def test_a_text_is_about_the_first_code_in_it_else_the_first_sentence(
    text: str, cause: AlertCause | None
) -> None:
    assert cause_in(text) is cause


@pytest.mark.parametrize("cause", [each for each in AlertCause if each.codes])
def test_each_code_alone_shows_its_cause(cause: AlertCause) -> None:
    assert {cause_in(code) for code in cause.codes} == {cause}
