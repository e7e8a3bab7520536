"""No secret stays in a text that people may read."""

import html
import json
import logging
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.transport.redaction import (
    KNOWN,
    MASK,
    Forms,
    RedactingFilter,
    Redaction,
    SearchedBody,
    forms_in_json,
    forms_of,
)


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer SECRET0secret",
        "authorization: NTLM SECRET0secret==",
        "Cookie: session=SECRET0secret; other=SECRET0secret",
        "said Basic SECRET0secret== and left",
        "client_id=app&client_secret=SECRET0secret&scope=x",
        "password=SECRET0secret",
        '{"access_token": "SECRET0secret", "a": 1}',
        "{'refresh_token': 'SECRET0secret'}",
        '{"client_assertion":"SECRET0secret',
        r'"{\"access_token\": \"SECRET0secret\", \"a\": 1}"',
        r'"{\"password\":\"p w\\\\\\\"SECRET0secret\"}"',
        r'"{\"password\":\"p\\\"SECRET0secret"',
        "https://user:SECRET0secret@proxy:8080/",
        "https://host/?sig=SECRET0secret",
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str) -> None:
    shown = Redaction().text(text)
    assert "SECRET0secret" not in shown
    assert MASK in shown


def test_a_json_web_token_is_masked_anywhere() -> None:
    assert "eyJ" not in Redaction().text("got eyJhbGciOi.eyJhdWQiOi.c2ln-_x from there")


@pytest.mark.parametrize(
    "text",
    ["Basic authentication is off", "the token has expired", "NTLM negotiation failed"],
)
def test_plain_words_stay(text: str) -> None:
    assert Redaction().text(text) == text


@given(st.text(min_size=4), st.text(), st.text())
def test_a_learnt_secret_never_shows(secret: str, before: str, after: str) -> None:
    redaction = Redaction()
    redaction.learn(secret)
    shown = redaction.text(before + secret + after)
    assert all(secret not in part for part in shown.split(MASK))


def test_a_learnt_secret_is_masked_in_forms_too() -> None:
    redaction = Redaction()
    redaction.learn("pass word/+")
    assert redaction.text("x=pass%20word%2F%2B y=pass+word%2F%2B") == f"x={MASK} y={MASK}"


def test_a_line_has_no_control_characters_and_an_end() -> None:
    assert Redaction().line("a\r\n\x1b[31mb\0c") == "a [31mb c"
    assert len(Redaction().line("x" * 1000)) == 300


def test_an_address_shows_neither_user_nor_query() -> None:
    assert Redaction().address("https://u:p@host:1/path?token=x#y") == "https://host:1/path"


def test_log_records_are_masked(caplog: pytest.LogCaptureFixture) -> None:
    redaction = Redaction()
    redaction.learn("hunter2secret")
    log = logging.getLogger("tests.redaction")
    log.addFilter(RedactingFilter(redaction))
    with caplog.at_level(logging.DEBUG, "tests.redaction"):
        try:
            raise ValueError("hunter2secret")
        except ValueError:
            log.exception("sent %s", "hunter2secret")
    assert "sent" in caplog.text
    assert "hunter2secret" not in caplog.text


def test_what_one_redaction_learns_every_other_masks_in_texts() -> None:
    Redaction().learn("token-of-another-1")
    assert Redaction().text("got token-of-another-1") == f"got {MASK}"


def test_forgotten_secrets_are_plain_words() -> None:
    Redaction().learn("token-of-another-1")
    KNOWN.forget()
    assert Redaction().text("got token-of-another-1") == "got token-of-another-1"


def test_the_password_of_an_address_is_learnt_as_it_stands_and_as_it_is_meant() -> None:
    redaction = Redaction()
    redaction.learn_address("http://user:p%40ss-word-1@proxy:8080")
    redaction.learn_address("http://[::1")
    redaction.learn_address(None)
    assert redaction.masked("p%40ss-word-1 p@ss-word-1") == f"{MASK} {MASK}"


@pytest.mark.parametrize(
    "value", ["top-secret-1", "x=top-secret-1", "http://user:pw@proxy:8080/", "TOP1"]
)
def test_a_variable_that_holds_a_secret_is_known(value: str) -> None:
    redaction = Redaction()
    redaction.learn("top-secret-1")
    redaction.learn("TOP1")
    assert redaction.holds(value)
    assert not redaction.holds("/usr/bin:/TOP1/bin")


@given(st.text(min_size=8))
def test_a_secret_is_found_in_json_whatever_is_escaped(secret: str) -> None:
    forms = forms_in_json((secret,))
    for ascii in (True, False):
        text = json.dumps(secret, ensure_ascii=ascii)
        for written in (text, text.replace("/", "\\/")):
            body = written.encode("utf-8", "surrogatepass")
            assert any(form in body for form in forms)


@pytest.mark.parametrize(
    "written",
    [
        # System.Text.Json, Newtonsoft.Json with EscapeHtml, JavaScriptSerializer, Go, PHP
        r"W\u00F6rt\u002BA\u0026\u0022/Z\uD83D\uDE00\\u00e9",
        r"Wört+A\u0026\u0022/Z😀\\u00e9",
        r"Wört+A\u0026\"/Z😀\\u00e9",
        r"W\u00f6rt+A&\"\/Z\ud83d\ude00\\u00e9",
    ],
)
def test_a_secret_is_found_in_the_json_of_common_writers(written: str) -> None:
    secret = 'Wört+A&"/Z😀\\u00e9'
    assert json.loads(f'"{written}"') == secret
    searched = SearchedBody((secret,))
    searched.add(f'{{"value": [{{"name": "{written}"}}]}}'.encode())
    assert searched.holds_one


@given(st.lists(st.text("abc/", min_size=1, max_size=4), max_size=3), st.text("abc/"), st.data())
def test_a_secret_is_found_in_a_body_wherever_that_is_cut(
    secrets: list[str], text: str, data: st.DataObject
) -> None:
    body, cuts = text.encode(), st.integers(0, len(text))
    first, second = sorted((data.draw(cuts), data.draw(cuts)))
    searched = SearchedBody(tuple(secrets))
    for piece in (body[:first], body[first:second], body[second:]):
        searched.add(piece)
    assert searched.holds_one == any(form in body for form in forms_in_json(tuple(secrets)))


@given(st.lists(st.text("ab+/", min_size=1, max_size=5), max_size=6), st.text("ab+/", max_size=30))
def test_forms_that_share_a_text_are_found_as_each_alone_would_be(
    forms: list[str], text: str
) -> None:
    found = Forms(form.encode() for form in forms).is_in(text.encode())
    assert found == any(form in text for form in forms)


@given(
    st.lists(st.text("abc[red", min_size=4, max_size=9), max_size=12),
    st.text("abc[red.", max_size=60),
)
def test_known_secrets_are_masked_as_one_after_another_would_be(
    secrets: list[str], text: str
) -> None:
    redaction = Redaction()
    redaction._secrets.add(secrets)
    # As it stands, and with more beginnings known than the text is long.
    shown = redaction._secrets.masked(text)
    redaction._secrets.add(f"{number:04}" for number in range(len(text) + 1))
    assert redaction._secrets.masked(text) == shown
    present = sorted({each for each in secrets if each in text}, key=len, reverse=True)
    expected = text
    for each in present:
        expected = expected.replace(each, MASK)
    assert shown == expected


def test_a_text_is_compared_with_no_more_secrets_where_a_run_has_more() -> None:
    class Counted(str):
        found = 0

        def __contains__(self, part: object) -> bool:
            Counted.found += 1
            return super().__contains__(part)  # type: ignore[operator]

    redaction = Redaction()
    redaction._secrets.add(f"{number:04}-secret" for number in range(5_000))
    redaction._secrets.masked(Counted("mailboxes: the server answered 503"))
    assert Counted.found < 100


SECRETS = st.text(min_size=8, max_size=60).filter(
    lambda text: text.isprintable() and text not in MASK
)
WRITERS: list[Callable[[str], str]] = [
    str,
    quote,
    quote_plus,
    lambda text: quote(text, safe=""),
    lambda text: quote(text, safe="~!*'()"),
    lambda text: quote(text, safe="").replace("~", "%7E"),
    html.escape,
    lambda text: html.escape(text, quote=False),
    lambda text: html.escape(text).replace("&#x27;", "&#39;"),
    lambda text: html.escape(text).encode("ascii", "xmlcharrefreplace").decode(),
    lambda text: b64encode(text.encode()).decode(),
    lambda text: urlsafe_b64encode(text.encode()).decode(),
    lambda text: json.dumps(text)[1:-1],
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    lambda text: system_text_json(text),
]


def system_text_json(text: str) -> str:
    """As .NET writes it: all but plain ASCII as codes, in capitals."""
    coded = re.compile(r"""\\"|[&'+<>`\x7f]""")
    written = coded.sub(lambda found: f"\\u{ord(found[0][-1]):04X}", json.dumps(text)[1:-1])
    token = re.compile(r"\\(u[0-9a-f]{4}|.)")
    return token.sub(
        lambda found: f"\\u{found[1][1:].upper()}" if len(found[1]) > 1 else found[0], written
    )


@given(SECRETS)
@example("p~/+&é<'\"> !*()=x")
@example("P%20word9~")
@example('Wört"\\+A&😀/')
def test_whoever_writes_a_secret_down_it_is_masked(secret: str) -> None:
    redaction = Redaction()
    redaction.learn(secret)
    for write in WRITERS:
        written = write(secret)
        assert written.rstrip("=") not in redaction.text(f"it was {written} that came"), written


@pytest.mark.parametrize(
    "written",
    [
        # HttpUtility.UrlEncode, Uri.EscapeDataString, encodeURIComponent, HttpUtility.HtmlEncode
        "p%7e%2f%2b%26%c3%a9+!*()x",
        "p~%2F%2B%26%C3%A9%20%21%2A%28%29x",
        "p~%2F%2B%26%C3%A9%20!*()x",
        "p~/+&amp;&#233; !*()x",
    ],
)
def test_the_forms_of_common_writers_are_known(written: str) -> None:
    assert written in forms_of("p~/+&é !*()x")


def test_a_token_is_not_looked_for_in_base64() -> None:
    token = "a" * 1500
    assert forms_of(token) == {token}
