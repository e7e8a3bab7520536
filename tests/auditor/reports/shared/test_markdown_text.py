"""Text in Markdown is text: no markup, and no link that nobody made."""

import pytest
from msgspec.structs import replace

from auditor.reports.shared.markdown_text import linked, safe
from tests.auditor.reports.audits import mailbox


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://evil.example/x", "see https\\://evil.example/x"),
        ("HTTP://evil.example", "HTTP\\://evil.example"),
        ("ftp://evil.example", "ftp\\://evil.example"),
        ("www.evil.example", "www\\.evil.example"),
        ("WWW.evil.example", "WWW\\.evil.example"),
        ("https://www.evil.example", "https\\://www\\.evil.example"),
        ("mail.contoso.example:443", "mail.contoso.example:443"),
        ("[a](b) <b> `c` *d*", "\\[a\\](b) \\<b\\> \\`c\\` \\*d\\*"),
        ("@octocat", "&#64;octocat"),
        ("a\nb\x1b[0m", "a b\\\\x1b\\[0m"),
    ],
)
def test_nothing_in_a_name_is_markup_or_a_link(text: str, shown: str) -> None:
    assert safe(text) == shown


ANNA = replace(mailbox(1, "Anna"), url="https://crm.example/m?id=%7B1%7D")
NAME = "mailbox Anna \\<user1&#64;contoso.example\\>"


def test_a_subject_links_to_its_page() -> None:
    assert linked(ANNA) == f"[{NAME}](https://crm.example/m?id=%7B1%7D)"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://crm.example/m",
        "javascript:alert(1)",
        "https://crm.example/\u202e",
        *(f"https://crm.example/{sign}" for sign in " <>()|\\[]\"'`"),
    ],
)
def test_no_other_address_is_linked(url: str) -> None:
    assert linked(replace(ANNA, url=url)) == NAME
