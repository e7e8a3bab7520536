"""The forms that texts of a configuration take: addresses, hosts, references, names.

Each reads a text and gives it in its settled spelling, or raises ValueError with what to write
instead. None repeats the text: it may hold a password that slipped in.
"""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from auditor.configuration import secrets
from connectors.transport.guard.reachability import is_loopback_host

SUBJECT_KINDS = ("organization", "profile", "mailbox", "user", "queue", "email-system", "tenant")

_HOST = re.compile(r"(?!-)[\w-]+(?:\.[\w-]+)*\.?")
_PORT = re.compile(r"\d{1,5}", re.ASCII)
_NAME = re.compile(r"\w[\w.-]{0,63}")
_BUILD = re.compile(r"\d{1,5}(?:\.\d{1,5}){2,3}", re.ASCII)
_API_VERSION = re.compile(r"\d{1,2}\.\d{1,2}", re.ASCII)
_PLACEHOLDER = re.compile(r"<[^<>]+>")
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True)
class Form:
    """How a text must look: `read` settles or refuses it, `example` shows one as TOML writes it."""

    read: Callable[[str], str]
    example: str


def _address(text: str) -> str:
    wrong = "is not an https address; write https:// and the host"
    parts = _split(text, wrong, of_account="take out what is before the @")
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback_host(host)):
        raise ValueError(wrong)
    if not _is_host(host):
        raise ValueError("names no host; write https://HOST or https://HOST:PORT")
    return text.rstrip("/")


def _organization(text: str) -> str:
    address = _address(text)
    segments = [segment for segment in urlsplit(address).path.split("/") if segment]
    if len(segments) > 1 or any(segment.endswith(".aspx") for segment in segments):
        raise ValueError(
            "goes on past the organisation; write https://HOST, or on-premises"
            " https://HOST/ORGANISATION, and nothing after it"
        )
    return address


def _proxy(text: str) -> str:
    if secrets.is_reference(text):
        return text
    wrong = "is not a proxy's address; write http://HOST:PORT"
    elsewhere = (
        "keep the whole address elsewhere and write env:NAME, file:PATH or keyring:SERVICE/NAME"
    )
    parts = _split(text, wrong, of_account=elsewhere)
    if parts.scheme not in ("http", "https") or not _is_host(parts.hostname or ""):
        raise ValueError(wrong)
    return text


def _split(text: str, wrong: str, of_account: str) -> SplitResult:
    """The parts of an address, `wrong` where it is none.

    `of_account` tells what to do about a user name or password in it.
    """
    _refuse_placeholder(text)
    if _UNPRINTABLE.search(text):
        raise ValueError("has a blank or a control character in it; take it out")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(wrong) from None
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"has a user name or password in it; {of_account}")
    if parts.query or parts.fragment or "?" in text or "#" in text:
        raise ValueError("has a query or fragment; write the address up to the ? or #")
    if not parts.scheme or "://" not in text or port == 0:
        raise ValueError(wrong)
    return parts


def _refuse_placeholder(text: str) -> None:
    if _PLACEHOLDER.search(text):
        raise ValueError("is still a placeholder; write the value that it stands for")


def _is_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return len(host) <= 253 and _HOST.fullmatch(host) is not None
    return True


def _host(text: str) -> str:
    if not _is_host(text):
        raise ValueError("is not a host; write its name alone, without https:// or a port")
    return text.lower().rstrip(".")


def _host_and_port(text: str) -> str:
    host, port = _divide(text)
    if not _is_host(host) or (port is not None and not _is_port(port)):
        raise ValueError("is not a host; write HOST or HOST:PORT, without https://")
    return text.lower()


def _name_server(text: str) -> str:
    host, port = _divide(text)
    try:
        ipaddress.ip_address(host)
    except ValueError:
        host = ""
    if not host or (port is not None and not _is_port(port)):
        raise ValueError("is not a name server; write an IP address, or one with :PORT after it")
    return text


def _divide(text: str) -> tuple[str, str | None]:
    """A host and its port, or None for it. An IPv6 address with a port stands in brackets."""
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            return "", None
        return host, rest[1:] if rest else None
    if text.count(":") > 1:
        return text, None
    host, colon, port = text.partition(":")
    return host, port if colon else None


def _is_port(text: str) -> bool:
    return _PORT.fullmatch(text) is not None and 0 < int(text) < 65_536


def _secret(text: str) -> str:
    if not secrets.is_reference(text):
        raise ValueError(f"is not a reference to a secret; {secrets.WRITE_A_REFERENCE}")
    return text


def _file(text: str) -> str:
    if not (text.startswith("file:") and secrets.is_reference(text)):
        raise ValueError("is not a reference to a file; write file:PATH")
    return text


def _database(text: str) -> str:
    if secrets.is_reference(text):
        return text
    scheme, mark, rest = text.partition("://")
    if not mark or not re.fullmatch(r"[a-z][a-z0-9_+]*", scheme):
        raise ValueError('is not a database address; write "sqlite:///auditor.db" or env:NAME')
    user, at, _ = rest.partition("/")[0].rpartition("@")
    if (at and ":" in user) or re.search(r"[?&](password|passwd|pwd)=", rest, re.IGNORECASE):
        raise ValueError(
            f"has a password in it; keep the whole address elsewhere and"
            f" {secrets.WRITE_A_REFERENCE}"
        )
    return text


def _name(text: str) -> str:
    if not _NAME.fullmatch(text) or text.endswith("."):
        raise ValueError("is not a usable name; write letters, digits, - and _ (at most 64)")
    return text


def _build(text: str) -> str:
    if not _BUILD.fullmatch(text):
        raise ValueError('is not an Exchange Server build; write it as "15.2.1544.4"')
    return text


def _api_version(text: str) -> str:
    if not _API_VERSION.fullmatch(text):
        raise ValueError('is not a Web API version; write it as "9.2"')
    return text


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty; write it out")
    _refuse_placeholder(text)
    return text.strip()


def _subject(text: str) -> str:
    kind, colon, glob = text.partition(":")
    if not colon or kind not in SUBJECT_KINDS or not glob.strip():
        raise ValueError(f"is not KIND:GLOB; the kinds are {', '.join(SUBJECT_KINDS)}")
    return text


ADDRESS = Form(_address, '"https://mail.contoso.com/EWS/Exchange.asmx"')
ORGANIZATION = Form(_organization, '"https://contoso.crm.dynamics.com"')
PROXY = Form(_proxy, '"http://proxy.contoso.com:8080"')
HOST = Form(_host, '"mail.contoso.com"')
HOST_AND_PORT = Form(_host_and_port, '"mail.contoso.com:443"')
NAME_SERVER = Form(_name_server, '"192.0.2.53"')
SECRET = Form(_secret, '"env:CONTOSO_SECRET"')
FILE = Form(_file, '"file:corporate-ca.pem"')
DATABASE = Form(_database, '"sqlite:///auditor.db"')
NAME = Form(_name, '"contoso"')
BUILD = Form(_build, '"15.2.1544.4"')
API_VERSION = Form(_api_version, '"9.2"')
SAID = Form(_said, '"CHG-1234, moving in the first quarter"')
SUBJECT = Form(_subject, '"profile:Sales*"')
