"""What is shown steers no terminal."""

import pytest

from auditor.cli.terminal.escaping import harmless


@pytest.mark.parametrize("text", ["", "plain", "zwölf\n\tlines", "\u0645\u06cc\u200c\u0631"])
def test_what_people_write_stays(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("a\x9b31mb", "a\\x9b31mb"),
        ("a\u202eb\nc", "a\\u202eb\nc"),
        ("a\rb\u2028c", "a b c"),
    ],
)
def test_what_would_steer_a_terminal_has_its_code(text: str, shown: str) -> None:
    assert harmless(text) == shown
