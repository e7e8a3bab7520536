"""What receivers are handed: text, also those that take HTML."""

import json
from email import message_from_string
from unittest import mock

import pytest

from auditor.notifications.message import Message, _quiet
from auditor.notifications.sending import send

# Of a module of Python's own that the library imports.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
HOSTILE = Message("production: <b>changed</b>", 'mailbox <img src="https://evil.example/x">')


def test_a_name_is_no_markup_of_an_email() -> None:
    with mock.patch("smtplib.SMTP") as server:
        server.return_value.sendmail.return_value = {}
        address = "mailtos://user:word@mail.example?to=ann@contoso.example"
        assert send([(HOSTILE, address)]) == [""]
    (sent,) = (each for name, each, _ in server.mock_calls if name == "().sendmail")
    email = message_from_string(sent[2])
    assert [each.get_content_type() for each in email.walk()] == ["text/plain"]


def test_a_name_is_no_markup_of_a_chat_that_takes_html() -> None:
    with mock.patch("requests.post") as post:
        post.return_value.status_code = 200
        send([(HOSTILE, "tgram://123456789:abcdefg_hijklmnop/12315544/")])
    (sent,) = (str(each.kwargs["data"]) for each in post.call_args_list)
    assert "&lt;img" in sent
    assert "<img" not in sent


def test_an_address_calls_nobody_in_a_chat_that_looks_for_calls() -> None:
    named = "\n".join(map(_quiet, ("ann@everyone.example", "<@&1844053116>", "ann@1844053116")))
    with mock.patch("requests.post") as post:
        post.return_value.status_code = 200
        send([(Message("t", named), "discord://4174216298/JHMHI8qBe7bk2ZwO5U71?format=markdown")])
    (sent,) = (json.loads(each.kwargs["data"]) for each in post.call_args_list)
    assert "content" not in sent
