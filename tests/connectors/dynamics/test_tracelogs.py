"""Of an alert's text only its general meaning is ever held."""

import msgspec
import pytest

from connectors.dynamics.tracelogs import AlertRow, substance_of

CONFLICT = (
    "Appointments, contacts, and tasks can't be synchronized because the email address of the "
    "mailbox anna@contoso.example is configured with another Microsoft Dynamics 365 organization."
)


@pytest.mark.parametrize(
    ("text", "substance"),
    [
        (CONFLICT, "another-organization"),
        (CONFLICT.replace("organization", "organisation").upper(), "another-organization"),
        ("The mailbox is configured with another one. Ask your organization.", "english"),
        ("Email cannot be received for the mailbox Anna.", "english"),
        ("Die E-Mail für das Postfach Anna kann nicht empfangen werden.", "unreadable"),
        ("予定、連絡先、およびタスクは同期できません", "unreadable"),
    ],
)
def test_a_text_is_reduced_to_what_it_says_in_general(text, substance):
    assert substance_of(text) == substance
    assert substance_of(substance) == substance


def test_a_decoded_row_holds_no_word_of_the_text():
    answer = msgspec.json.encode([{"tracelogid": "1", "level": 3, "text": CONFLICT}])
    (row,) = msgspec.json.decode(answer, type=list[AlertRow])
    assert row.text == "another-organization"
    assert b"anna" not in msgspec.msgpack.encode(row)


@pytest.mark.parametrize("text", [None, msgspec.UNSET])
def test_a_text_that_is_not_there_stays_so(text):
    assert AlertRow(tracelogid="1", text=text).text is text
