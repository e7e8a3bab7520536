"""Text on one line that steers nothing, and a stream of text that leaves its bytes open."""

import gc
import io

import pytest

from auditor.reports.shared.text import plain, text_stream


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Anna Öztürk ~ 日本", "Anna Öztürk ~ 日本"),
        ("a\u200cb\u200dc", "a\u200cb\u200dc"),
        ("a\nb\tc\r\u2028d\u00a0e", "a b c  d e"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\x7f\x9f", "\\x7f\\x9f"),
        ("\u00ad", "\\xad"),
        ("\u0378", "\\u0378"),
        ("\u202e", "\\u202e"),
        ("\uffff", "\\uffff"),
        ("\U00010ffe\U000e0001", "\\U00010ffe\\U000e0001"),
        ("\ud800", "\\ud800"),
        ("é\x00", "é\\x00"),
    ],
)
def test_plain_text_is_on_one_line_and_steers_nothing(text, shown):
    assert plain(text) == shown


def test_text_that_is_plain_is_given_back_itself():
    text = "Anna Öztürk"
    assert plain(text) is text


def test_a_first_character_of_each_length_is_shown_with_its_digits():
    assert plain("\u0100\u0080") == "\u0100\\x80"
    assert plain("\u0600") == "\\u0600"
    assert plain("\U000e0000") == "\\U000e0000"
    assert plain("\ufdd0") == "\\ufdd0"


def test_a_stream_of_text_leaves_the_bytes_open():
    out = io.BytesIO()
    with text_stream(out) as text:
        text.write("Süd\r\n\n\ud800")
    assert not out.closed
    assert out.getvalue() == "Süd\r\n\n".encode() + b"\\ud800"


def test_what_an_encoding_does_not_have_is_written_as_its_code():
    out = io.BytesIO()
    with text_stream(out, "latin-1") as text:
        text.write("Süd 日")
    assert out.getvalue() == b"S\xfcd \\u65e5"


def test_a_stream_that_fails_still_leaves_the_bytes_open():
    out = io.BytesIO()
    with pytest.raises(RuntimeError), text_stream(out):
        raise RuntimeError
    assert not out.closed


class Refused(Exception):
    """Not one of the operating system."""


class Refusing(io.BytesIO):
    def write(self, content):
        raise Refused


def test_a_stream_whose_bytes_are_refused_leaves_them_open_and_asks_once():
    out = Refusing()
    with pytest.raises(Refused), text_stream(out) as text:
        text.write("Süd")
    del text
    gc.collect()
    assert not out.closed
