"""What is understood of a body: its shape, and the words of a refusal."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from connectors.transport.answers import (
    Answer,
    check_content,
    refusal_words,
    told_in_stream,
)
from connectors.transport.errors import SourceFailed
from connectors.transport.redaction import Redaction
from tests.connectors.loopback import serving
from tests.connectors.transport.scripted import Bench, gives

URL = "https://contoso.example/api"


class Shape(msgspec.Struct):
    name: str = ""


def answer(body: bytes) -> Answer:
    return Answer(200, {}, body, URL, datetime(2026, 11, 29, 3, 4, 5, tzinfo=UTC), 1)


def words(content: Any) -> tuple[str | None, str]:
    return refusal_words(json.dumps(content).encode(), Redaction())


def test_the_time_is_in_utc_to_the_second() -> None:
    assert answer(b"{}").read_at == "2026-11-29T03:04:05Z"


def test_a_record_is_read_unless_an_error_stands_in_its_place() -> None:
    assert answer(b'{"name":"Own"}').record(Shape).name == "Own"
    assert answer(b'{"name":"an \\"error\\" said"}').record(Shape).name == 'an "error" said'
    assert answer(b'{"error":null,"name":"Own"}').record(Shape).name == "Own"
    with pytest.raises(SourceFailed) as caught:
        answer(b'{"error":{"code":"E1","message":"Not now."}}').record(Shape)
    assert caught.value.code == "error-in-answer"
    assert "E1 Not now." in caught.value.reason


@pytest.mark.parametrize(
    ("body", "code"),
    [(b'{"name":1}', "unexpected-shape"), (b'{"name":', "not-json"), (b"\xff", "not-json")],
)
def test_what_is_not_understood_is_named(body: bytes, code: str) -> None:
    with pytest.raises(SourceFailed) as caught:
        answer(body).decoded(msgspec.json.Decoder(Shape))
    assert (caught.value.code, caught.value.status) == (code, 200)


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        ({"error": {"code": "0x80040220", "message": "No."}}, "0x80040220", "No."),
        (
            {"error": "invalid_client", "error_description": "Expired."},
            "invalid_client",
            "Expired.",
        ),
        ({"error": "text alone"}, None, "text alone"),
        ({"Message": "Of an old server."}, None, "Of an old server."),
        ({"error": {"code": "", "message": None}}, None, ""),
        ({"error": {"code": 7, "message": 7}}, None, ""),
        ({"value": []}, None, ""),
        ([], None, ""),
    ],
)
def test_a_refusal_has_the_servers_code_and_words(
    content: Any, code: str | None, message: str
) -> None:
    assert words(content) == (code, message)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[" * 100_000])
def test_a_refusal_that_is_no_json_has_none(body: bytes) -> None:
    assert refusal_words(body, Redaction()) == (None, "")


TYPED = "|Microsoft.Exchange.Management.Denied|The role is missing."


@pytest.mark.parametrize(
    ("details", "message"),
    [
        ([{"message": TYPED}], "It failed: The role is missing."),
        ([{"message": " "}, {"message": "Later."}], "It failed: Later."),
        (["text", None, {"message": 7}, {"message": "Later."}], "It failed: Later."),
        ([], "It failed"),
        (["text"], "It failed"),
        ({"message": TYPED}, "It failed"),
        (None, "It failed"),
    ],
)
def test_the_first_detail_that_says_something_follows_the_message(
    details: object, message: str
) -> None:
    assert words({"error": {"message": "It failed", "details": details}})[1] == message


def test_a_detail_alone_is_the_message() -> None:
    assert words({"error": {"details": [{"message": TYPED}]}})[1] == "The role is missing."


@pytest.mark.parametrize(
    ("inner", "message"),
    [
        ({"internalexception": {"message": "Deeper."}}, "Deeper."),
        ({"internalexception": {"message": None}}, "Outer."),
        ({"internalexception": "text"}, "Outer."),
        ("text", "Outer."),
    ],
)
def test_the_message_of_the_exception_within_counts(inner: object, message: str) -> None:
    assert words({"error": {"message": "Outer.", "innererror": inner}})[1] == message


@pytest.mark.parametrize("name", ["error", "@odata.error", "odata.error"])
def test_an_error_in_a_stream_is_told_in_its_words(name: str) -> None:
    assert told_in_stream({"value": [], name: {"code": "E1", "message": "No."}}) == "E1 No."


@pytest.mark.parametrize("nothing", [None, "", [], {}, False])
def test_an_empty_error_is_none(nothing: object) -> None:
    assert told_in_stream({"error": nothing}) is None
    assert told_in_stream({"value": []}) is None


@pytest.mark.parametrize(
    ("accept", "came", "body", "code"),
    [
        ("application/json", "application/json; charset=utf-8", b'{"value":[]}', None),
        ("application/json", "application/problem+json", b"[]", None),
        ("application/json", "text/plain", b" {} ", None),
        ("application/json", "", b"[1]\n", None),
        ("application/json", "text/plain", b"words", "not-json"),
        ("application/json", "image/png", b"{}", "not-json"),
        ("application/json", "application/json", b" <!DOCTYPE html>", "not-json"),
        ("application/json", "text/html", b"{}", "not-json"),
        ("application/json", "application/json", b"  ", "not-json"),
        ("application/json", "application/json", b" \n" * 9_000 + b"{}" + b"\r\n" * 9_000, None),
        ("application/json", "application/json", b" " * 9_000, "not-json"),
        ("application/json", "application/json", b" " * 9_000 + b"<html>", "not-json"),
        ("application/json", "application/json", b'{"value":' + b" " * 9_000, "truncated"),
        ("application/json", "application/json", b'{"value":[', "truncated"),
        ("text/xml", "text/xml", b"<Envelope/>", None),
        ("text/xml", "text/html", b"<p>", "unexpected-content"),
        ("text/xml", "application/json", b"{}", "unexpected-content"),
        ("*/*", "image/png", b"", None),
    ],
)
def test_the_body_must_be_what_was_asked_for(
    accept: str, came: str, body: bytes, code: str | None
) -> None:
    if code is None:
        check_content(came, body, accept, URL, 200, Redaction())
        return
    with pytest.raises(SourceFailed) as caught:
        check_content(came, body, accept, URL, 200, Redaction())
    assert caught.value.code == code


def test_a_body_of_another_shape_is_told(bench: Bench, certificate: Path) -> None:
    with serving(gives(body=b'{"value":"text"}'), certificate) as server:
        with bench.transport() as transport:
            read = transport.get(server.url)
    assert read.decoded(msgspec.json.Decoder(dict[str, str])) == {"value": "text"}
    with pytest.raises(SourceFailed) as caught:
        read.decoded(msgspec.json.Decoder(dict[str, int]))
    assert caught.value.code == "unexpected-shape"


def test_half_of_a_character_does_not_cost_the_answer():
    def text(body: bytes) -> str:
        answer = Answer(200, {}, body, "https://contoso.example/", datetime.now(UTC), 1)
        return answer.decoded(msgspec.json.Decoder(dict[str, str]))["name"]

    assert text(rb'{"name": "cut \ud83d"}') == "cut \ufffd"
    assert text(rb'{"name": "\uDE00 \ud83d\ude00 \\ud83d"}') == "\ufffd \U0001f600 \\ud83d"


@pytest.mark.parametrize("body", [b'{"name": "\xff"}', b'{"name": "\\x"}'])
def test_text_that_is_none_is_told(body: bytes):
    answer = Answer(200, {}, body, "https://contoso.example/", datetime.now(UTC), 1)
    with pytest.raises(SourceFailed) as failure:
        answer.decoded(msgspec.json.Decoder(dict[str, str]))
    assert failure.value.code == "not-json"
