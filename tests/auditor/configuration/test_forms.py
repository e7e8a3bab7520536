"""Each form of a text, read in its settled spelling or refused with what to write instead."""

import re
import tomllib

import pytest

from auditor.configuration import forms
from auditor.configuration.forms import Form

ALL = {name: form for name, form in vars(forms).items() if isinstance(form, Form)}
HOST_253 = ".".join(["a" * 63] * 3) + "." + "b" * 61


@pytest.mark.parametrize("name", ALL)
def test_the_example_of_a_form_is_of_that_form(name: str) -> None:
    example = tomllib.loads(f"it = {ALL[name].example}")["it"]
    assert ALL[name].read(example) == example


@pytest.mark.parametrize(
    ("form", "text", "settled"),
    [
        (forms.ADDRESS, "https://mail.contoso.com/EWS/", "https://mail.contoso.com/EWS"),
        (forms.ADDRESS, "https://mail.contoso.com:8443", "https://mail.contoso.com:8443"),
        (forms.ADDRESS, "https://[2001:db8::1]:443", "https://[2001:db8::1]:443"),
        (forms.ADDRESS, "http://127.0.0.1:80", "http://127.0.0.1:80"),
        (forms.ORGANIZATION, "https://crm/Contoso/", "https://crm/Contoso"),
        (forms.PROXY, "https://proxy:1", "https://proxy:1"),
        (forms.PROXY, "env:PROXY", "env:PROXY"),
        (forms.HOST, "Mail.Contoso.com.", "mail.contoso.com"),
        (forms.HOST, "2001:DB8::1", "2001:db8::1"),
        (forms.HOST, HOST_253, HOST_253),
        (forms.HOST, "bücher_1.example", "bücher_1.example"),
        (forms.HOST_AND_PORT, "Mail.contoso.com", "mail.contoso.com"),
        (forms.HOST_AND_PORT, "mail.contoso.com:1", "mail.contoso.com:1"),
        (forms.HOST_AND_PORT, "mail.contoso.com:65535", "mail.contoso.com:65535"),
        (forms.HOST_AND_PORT, "[2001:DB8::1]", "[2001:db8::1]"),
        (forms.HOST_AND_PORT, "[2001:db8::1]:443", "[2001:db8::1]:443"),
        (forms.HOST_AND_PORT, "2001:db8::1", "2001:db8::1"),
        (forms.NAME_SERVER, "192.0.2.53:53", "192.0.2.53:53"),
        (forms.NAME_SERVER, "[::1]:5353", "[::1]:5353"),
        (forms.NAME_SERVER, "2001:db8::1", "2001:db8::1"),
        (forms.SECRET, "keyring:auditor/contoso", "keyring:auditor/contoso"),
        (forms.FILE, "file:ca.pem", "file:ca.pem"),
        (forms.DATABASE, "env:DATABASE", "env:DATABASE"),
        (forms.DATABASE, "postgresql+psycopg://auditor@db/x", "postgresql+psycopg://auditor@db/x"),
        (forms.DATABASE, "sqlite:///a:b/c@d.db", "sqlite:///a:b/c@d.db"),
        (forms.DATABASE, "postgresql://db:5432/x?ssl=1", "postgresql://db:5432/x?ssl=1"),
        (forms.NAME, "a", "a"),
        (forms.NAME, "Prod.eu-1_b", "Prod.eu-1_b"),
        (forms.NAME, "a" * 64, "a" * 64),
        (forms.BUILD, "15.2.1544", "15.2.1544"),
        (forms.API_VERSION, "10.12", "10.12"),
        (forms.SAID, "  said ", "said"),
        (forms.SUBJECT, "email-system:*", "email-system:*"),
    ],
)
def test_a_text_is_settled(form: Form, text: str, settled: str) -> None:
    assert form.read(text) == settled


NO_HTTPS = "is not an https address"
NO_HOST = "names no host"
NO_PROXY = "is not a proxy's address"
ACCOUNT = "has a user name or password in it"
QUERY = "has a query or fragment"
BLANK = "has a blank or a control character"
PLACEHOLDER = "is still a placeholder"
PAST = "goes on past the organisation"
NOT_A_HOST = "is not a host; write HOST or HOST:PORT"


@pytest.mark.parametrize(
    ("form", "text", "refusal"),
    [
        (forms.ADDRESS, "http://mail.contoso.com", NO_HTTPS),
        (forms.ADDRESS, "ftp://127.0.0.1", NO_HTTPS),
        (forms.ADDRESS, "mail.contoso.com", NO_HTTPS),
        (forms.ADDRESS, "https:mail.contoso.com", NO_HTTPS),
        (forms.ADDRESS, "://mail.contoso.com", NO_HTTPS),
        (forms.ADDRESS, "https://mail:0", NO_HTTPS),
        (forms.ADDRESS, "https://mail:65536", NO_HTTPS),
        (forms.ADDRESS, "https://[", NO_HTTPS),
        (forms.ADDRESS, "https://", NO_HOST),
        (forms.ADDRESS, "https://-mail", NO_HOST),
        (forms.ADDRESS, "https://mail..contoso", NO_HOST),
        (forms.ADDRESS, "https://user@mail", f"{ACCOUNT}; take out what is before the @"),
        (forms.ADDRESS, "https://:word@mail", ACCOUNT),
        (forms.ADDRESS, "https://mail?a=1", QUERY),
        (forms.ADDRESS, "https://mail#a", QUERY),
        (forms.ADDRESS, "https://mail?", QUERY),
        (forms.ADDRESS, "https://mail#", QUERY),
        (forms.ADDRESS, "https://mail/a b", BLANK),
        (forms.ADDRESS, "https://mail\x7f", BLANK),
        (forms.ADDRESS, "https://<host>", PLACEHOLDER),
        (forms.ORGANIZATION, "https://crm/a/b", PAST),
        (forms.ORGANIZATION, "https://crm/main.aspx", PAST),
        (forms.ORGANIZATION, "http://crm", NO_HTTPS),
        (forms.PROXY, "ftp://proxy", NO_PROXY),
        (forms.PROXY, "http://", NO_PROXY),
        (forms.PROXY, "proxy:8080", NO_PROXY),
        (forms.PROXY, "http://u:p@proxy", f"{ACCOUNT}; keep the whole address elsewhere"),
        (forms.HOST, "https://mail", "is not a host; write its name alone"),
        (forms.HOST, "mail:25", "is not a host; write its name alone"),
        (forms.HOST, "", "is not a host; write its name alone"),
        (forms.HOST, HOST_253 + "b", "is not a host; write its name alone"),
        (forms.HOST_AND_PORT, "mail:0", NOT_A_HOST),
        (forms.HOST_AND_PORT, "mail:65536", NOT_A_HOST),
        (forms.HOST_AND_PORT, "mail:", NOT_A_HOST),
        (forms.HOST_AND_PORT, "mail:\uff11", NOT_A_HOST),
        (forms.HOST_AND_PORT, "a b:25", NOT_A_HOST),
        (forms.HOST_AND_PORT, "[::1", NOT_A_HOST),
        (forms.HOST_AND_PORT, "[::1]443", NOT_A_HOST),
        (forms.HOST_AND_PORT, "[::1]:", NOT_A_HOST),
        (forms.HOST_AND_PORT, "https://mail", NOT_A_HOST),
        (forms.NAME_SERVER, "dns.contoso.com", "is not a name server"),
        (forms.NAME_SERVER, "192.0.2.53:0", "is not a name server"),
        (forms.NAME_SERVER, "192.0.2.53:", "is not a name server"),
        (forms.NAME_SERVER, "", "is not a name server"),
        (forms.SECRET, "hunter2", "is not a reference to a secret"),
        (forms.FILE, "ca.pem", "is not a reference to a file; write file:PATH"),
        (forms.FILE, "file:", "is not a reference to a file; write file:PATH"),
        (forms.FILE, "env:CA", "is not a reference to a file; write file:PATH"),
        (forms.DATABASE, "auditor.db", "is not a database address"),
        (forms.DATABASE, "1sql://db", "is not a database address"),
        (forms.DATABASE, "Sqlite://db", "is not a database address"),
        (forms.DATABASE, "postgresql://u:p@db/x", "has a password in it"),
        (forms.DATABASE, "postgresql://db/x?PASSWORD=p", "has a password in it"),
        (forms.DATABASE, "postgresql://db/x?a=1&pwd=p", "has a password in it"),
        (forms.NAME, "", "is not a usable name"),
        (forms.NAME, "a.", "is not a usable name"),
        (forms.NAME, ".a", "is not a usable name"),
        (forms.NAME, "a" * 65, "is not a usable name"),
        (forms.BUILD, "15.2", "is not an Exchange Server build"),
        (forms.BUILD, "15.2.1.2.3", "is not an Exchange Server build"),
        (forms.API_VERSION, "9", "is not a Web API version"),
        (forms.API_VERSION, "v9.2", "is not a Web API version"),
        (forms.SAID, " ", "is empty; write it out"),
        (forms.SAID, "<your id>", PLACEHOLDER),
        (forms.SUBJECT, "mailbox", "is not KIND:GLOB; the kinds are organization, profile"),
        (forms.SUBJECT, "mail:*", "is not KIND:GLOB"),
        (forms.SUBJECT, "mailbox: ", "is not KIND:GLOB"),
    ],
)
def test_what_is_not_of_the_form_is_refused_with_what_to_write(
    form: Form, text: str, refusal: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(refusal)}"):
        form.read(text)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("text", ["x://u:hunter2@h/?pwd=hunter2 ", " hunter2:", "<hunter2>:x"])
def test_no_refusal_repeats_what_may_be_a_secret(name: str, text: str) -> None:
    if name == "SAID" and ">" not in text:
        return
    with pytest.raises(ValueError, match=r"\w") as refused:
        ALL[name].read(text)
    assert "hunter2" not in str(refused.value)
