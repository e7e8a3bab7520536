"""Makes pseudonyms: the same text and key give the same one, and its shape stays what it was.

An address stays an address, a host a host under the same top-level domain, an id an id. Names
that Microsoft and other providers publish (outlook.office365.com, gmail.com, ids of their own
applications) stay, because verdicts rest on them and they name no tenant.
"""

import base64
import hashlib
import hmac
import ipaddress
import re
import uuid
from collections.abc import Callable
from functools import cache

from connectors.columnar.addresses import ascii_domain
from connectors.known_systems import known_systems
from connectors.normalisation.mailbox.owner_facts import PSEUDO_USERS

CHARACTERS = 12
"""Of a pseudonym: 60 bits, so that no two of a million texts share one."""
LEAST_TO_HIDE = 3
"""Shorter names are not looked for within sentences, where any word may hold them."""

_GUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
# Each begins where a word begins, or is bounded, so that a long text takes no longer than it is.
_ADDRESS = re.compile(r"(?<![^\s@<>\"'(),;:\[\]])[^\s@<>\"'(),;:\[\]]+@[^\s@<>\"'(),;:\[\]]+")
_URL = re.compile(r"\b[a-zA-Z][a-zA-Z0-9+.-]{0,60}://[^\s\"'<>]+(?<![.,:;!?)])")
_HOST = re.compile(
    r"(?:(?<![\w@./-])|(?<=[^\w./]\.)|(?<=HTTP/))(?:[\w-]+\.)+[^\W\d_]{2,24}(?![\w-])"
)
_IP = re.compile(
    r"(?<![\w.])(?:(?:\d{1,3}\.){3}\d{1,3}(?!\.?\w)"
    r"|(?<!:)(?:[\da-fA-F]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[\da-fA-F]{0,4})(?!\w))"
)
_ACCOUNT = re.compile(r"\b[\w.-]{1,100}\\[\w.$-]+")
_HOST_SHAPED = re.compile(r"(?:\*\.)?[\w-]+(?:\.[\w-]+)*\.?")

_PUBLIC_IDS = re.compile(r"0000000[0-9a-f]-0000-0[0-9a-f]{3}-[ce]e?[0-9a-f]{3}-000000000000")
"""Applications of Microsoft itself, and the empty id."""
_PUBLIC_DOMAINS = (
    "microsoft.com", "microsoftonline.com", "microsoftonline.us", "windows.net", "office.com",
    "office365.com", "office365.us", "outlook.com", "google.com", "iana.org",
)  # fmt: skip
_OF_TENANTS = (
    "onmicrosoft.com", "onmicrosoft.us", "dynamics.com", "dynamics.cn", "microsoftdynamics.us",
    "sharepoint.com",
)  # fmt: skip
"""Domains of Microsoft below which a tenant has a name of its own."""
_WORDS_OF_SOURCES = frozenset({"dynamics", "graph", "exchange_online", "exchange_server", "dns"})
_WORDS_OF_PRODUCTS = frozenset({"dynamics", "exchange", "graph", "microsoft", "outlook", "server"})
"""A host that is called so stays in sentences, which would lose what they speak of."""
_ENDS_OF_FILES = frozenset(
    {"toml", "json", "pem", "crt", "key", "log", "html", "csv", "txt", "asmx"}
)
_LONGEST_HOST = 255
"""Longer texts only look like the name of a host (RFC 1035, 2.3.4)."""
_COMMON_LABELS = frozenset(
    {"smtp", "imap", "pop", "pop3", "mail", "mx", "autodiscover", "www", "owa", "outlook", "*"}
)


class Pseudonyms:
    """The pseudonyms of one key; `originals` holds what each that was given stands for."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.originals: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._of: dict[tuple[str, str], str] = {}
        self._sentences: dict[str, str] = {}

    def name(self, text: str) -> str:
        """For what people call a record, a person or an organisation."""
        if not text.strip() or text in PSEUDO_USERS:
            return text
        made = self._made("name", text.strip(), self._code)
        self._names[text.strip()] = made
        return made

    def guid(self, text: str) -> str:
        """For an id; one that is no GUID is treated as what it looks like."""
        folded = text.strip().strip("{}").lower()
        if not _GUID.fullmatch(folded):
            return self.anything(text)
        return folded if _is_public_id(folded) else self._made("id", folded, self._uuid)

    def address(self, text: str) -> str:
        """For an email address, with what stands before it as in `SMTP:`, and blanks around it."""
        bare = text.strip()
        if not bare:
            return text
        scheme, colon, rest = bare.rpartition(":")
        if "@" not in rest:
            return self.anything(text)
        before, after = text[: text.index(bare)], text[text.index(bare) + len(bare) :]
        return f"{before}{scheme}{colon}{self._address(rest)}{after}"

    def _address(self, text: str) -> str:
        local, _, domain = text.rpartition("@")
        name = self._made("person", local.casefold(), self._code)
        made = f"{name}@{self.host(domain)}"
        self.originals.setdefault(made, text)
        return made

    def host(self, text: str) -> str:
        """For a host or a domain: the labels before its public part."""
        folded = text.strip().lower()
        dot = "." if folded.endswith(".") else ""
        bare = folded.rstrip(".")
        if not bare:
            return text
        if len(bare) > _LONGEST_HOST:
            return self._made("host", bare, self._code) + dot
        address = self._ip(bare)
        if address is not None:
            return address
        if bare in _public_hosts():
            return bare + dot
        end = next((each for each in _ends() if bare.endswith(f".{each}")), None)
        if end is None and (bare in _PUBLIC_DOMAINS or bare.endswith(_under(_PUBLIC_DOMAINS))):
            return bare + dot
        if end is None:
            end = bare.rpartition(".")[2] if "." in bare else ""
        labels = bare[: len(bare) - len(end)].rstrip(".").split(".") if end else [bare]
        made = end
        # From the right on, so that a subdomain stays one of its domain.
        below = end
        for label in reversed(labels):
            below = f"{label}.{below}" if below else label
            if label in _COMMON_LABELS:
                own = label
            else:
                # So that both spellings of a label have one pseudonym.
                own = self._made("host", f"{ascii_domain(label)}|{made}", self._code)
            made = f"{own}.{made}" if made else own
            self.originals.setdefault(made, below)
        if not end and made != bare and bare not in _WORDS_OF_PRODUCTS:
            # In a sentence a host without a domain looks like any word.
            self._names[bare] = made
        return made + dot

    def location(self, text: str) -> str:
        """For a server's location: a URL, or a host with or without a port and a path."""
        scheme, mark, rest = text.strip().rpartition("://")
        place, slash, path = rest.partition("/")
        user, at, place = place.rpartition("@")
        host, colon, port = place.rpartition(":")
        if not colon or not port.isdigit():
            host, colon, port = place, "", ""
        if host.startswith("["):
            host = host.strip("[]")
        if not _HOST_SHAPED.fullmatch(host) and self._ip(host) is None:
            return self.name(text)
        account = f"{self.name(user)}@" if at else ""
        return f"{scheme}{mark}{account}{self.host(host)}{colon}{port}{slash}{self._path(path)}"

    def _path(self, path: str) -> str:
        """A path of Exchange or Dynamics as it is, else a name for each part of it."""
        if path.casefold().rstrip("/") in ("", "ews/exchange.asmx", "main.aspx"):
            return path
        return "/".join(self.name(part) if part else "" for part in path.split("/"))

    def anything(self, text: str) -> str:
        """For a text that may be an id, an address, a host or a name."""
        bare = text.strip()
        if _GUID.fullmatch(bare.strip("{}")):
            return self.guid(bare)
        if _ADDRESS.fullmatch(bare):
            return self._address(bare)
        if "://" in bare or ("." in bare and _HOST_SHAPED.fullmatch(bare)):
            return self.location(bare)
        return self.name(text)

    def sentence(self, text: str) -> str:
        """For a sentence: what it holds of addresses, hosts, ids, and names given so far."""
        if not text:
            return text
        found = self._sentences.get(text)
        if found is None:
            found = self._sentences[text] = self._worded(text)
        return found

    def _worded(self, text: str) -> str:
        kept: list[str] = []

        def hide(make: Callable[[str], str]) -> Callable[[re.Match[str]], str]:
            def replaced(match: re.Match[str]) -> str:
                kept.append(make(match[0]))
                return f"\x00{len(kept) - 1}\x00"

            return replaced

        text = _URL.sub(hide(self.location), text)
        text = _ADDRESS.sub(hide(self._address), text)
        text = _GUID.sub(hide(self.guid), text)
        text = _ACCOUNT.sub(hide(self.name), text)
        text = _HOST.sub(hide(self._host_in_words), text)
        text = _IP.sub(hide(lambda found: self._ip(found) or found), text)
        folded = text.casefold()
        for name in self._longest_first(folded):
            pattern = rf"(?<![\w\x00]){re.escape(name)}(?![\w\x00])"
            text = re.sub(pattern, hide(self._pseudonym_of(name)), text, flags=re.IGNORECASE)
        return re.sub("\x00(\\d+)\x00", lambda match: kept[int(match[1])], text)

    def _pseudonym_of(self, name: str) -> Callable[[str], str]:
        return lambda _: self._names[name]

    def _longest_first(self, folded: str) -> list[str]:
        found = [
            name for name in self._names if len(name) >= LEAST_TO_HIDE and name.casefold() in folded
        ]
        return sorted(found, key=len, reverse=True)

    def _host_in_words(self, text: str) -> str:
        first, last = text.partition(".")[0], text.rpartition(".")[2]
        if first.casefold() in _WORDS_OF_SOURCES or last.casefold() in _ENDS_OF_FILES:
            return text
        return self.host(text)

    def forget_sentences(self) -> None:
        """Sentences are looked through anew: more names are known now."""
        self._sentences.clear()

    def _ip(self, text: str) -> str | None:
        try:
            address = ipaddress.ip_address(text.strip("[]"))
        except ValueError:
            return None
        return self._made("ip", str(address), self._address_like)

    def _address_like(self, digest: bytes, text: str) -> str:
        """An address of the same kind: its first part tells private ones from public ones."""
        if ":" in text:
            return f"{text.partition(':')[0] or '0'}::{digest[:2].hex()}:{digest[2:4].hex()}"
        first, second, *_ = text.split(".")
        middle = second if first in ("172", "192", "169") else str(digest[0])
        return f"{first}.{middle}.{digest[1]}.{digest[2]}"

    def _made(self, kind: str, text: str, shape: Callable[[bytes, str], str]) -> str:
        found = self._of.get((kind, text))
        if found is None:
            message = f"{kind}\n{text}".encode("utf-8", "surrogatepass")
            digest = hmac.new(self._key, message, hashlib.sha256).digest()
            found = shape(digest, text) if shape != self._code else f"{kind}-{_letters(digest)}"
            self._of[kind, text] = found
            if kind != "host":
                self.originals[found] = text
        return found

    def _code(self, digest: bytes, text: str) -> str:
        return _letters(digest)

    def _uuid(self, digest: bytes, text: str) -> str:
        return str(uuid.UUID(bytes=digest[:16]))


def _letters(digest: bytes) -> str:
    return base64.b32encode(digest).decode("ascii").lower()[:CHARACTERS]


def _under(domains: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f".{each}" for each in domains)


def _is_public_id(folded: str) -> bool:
    return _PUBLIC_IDS.fullmatch(folded) is not None


@cache
def _public_hosts() -> frozenset[str]:
    known = known_systems()
    return frozenset(
        {
            *known.exchange_online_ews,
            *known.exchange_online_smtp,
            *known.mail_domains,
            *(name for name, _ in known.providers if not name.startswith(".")),
            *(name for name, _ in known.exchangers if not name.startswith(".")),
        }
    )


@cache
def _ends() -> tuple[str, ...]:
    """What hosts of providers end with, the longest first; what stands before may name a tenant."""
    known = known_systems()
    found = {
        *_OF_TENANTS,
        *(name.lstrip(".") for name, _ in known.providers if name.startswith(".")),
        *(name.lstrip(".") for name, _ in known.exchangers if name.startswith(".")),
        *(name.lstrip(".") for name in known.exchange_clouds),
    }
    return tuple(sorted(found, key=len, reverse=True))
