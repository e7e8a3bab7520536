"""Takes secrets out of what people may read: error reasons, logs, and records that quote them."""

import html
import json
import logging
import re
import threading
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable
from functools import lru_cache, partial
from urllib.parse import quote, unquote, urlsplit, urlunsplit

MASK = "[redacted]"
SHORTEST_SECRET = 4

_NAMES = (
    r"client[_-]?secret|client[_-]?assertion|assertion|password|passwd|pwd|passphrase|secret|"
    r"access[_-]?token|refresh[_-]?token|id[_-]?token|device[_-]?code|token|"
    r"api[_-]?key|sig|signature|authorization|proxy-authorization|cookie|set-cookie"
)
_WITH_USER = re.compile(r"(?i)(\bhttps?://)[^/\s@]+@")
_PATTERNS = (
    # header lines hold the secret up to the end of the line
    (
        re.compile(r"(?im)\b((?:proxy-)?authorization|(?:set-)?cookie)(\s*[:=]\s*)[^\r\n]+"),
        r"\1\2" + MASK,
    ),
    (
        # a plain word such as "authentication" after the scheme is no secret
        re.compile(
            r"\b((?i:bearer|basic|ntlm|negotiate|digest))\s+"
            r"(?=\S*[0-9=+/]|\S*[a-z][A-Z]|\S{20})[A-Za-z0-9+/._~=-]{8,}"
        ),
        r"\1 " + MASK,
    ),
    # JSON members and dictionary prints, then those of JSON within a text of JSON
    (
        re.compile(
            rf"""(?i)(["'](?:{_NAMES})["']\s*:\s*)(?:"(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s,}}]+)"""
        ),
        r"\1" + f'"{MASK}"',
    ),
    (
        re.compile(
            rf"""(?i)(\\"(?:{_NAMES})\\"\s*:\s*)"""
            r"""(?:\\"(?:[^"\\]|\\\\(?:\\.|.))*(?:\\")?|[^\s,}]+)"""
        ),
        r"\1" + f'"{MASK}"',
    ),
    # form fields and query parameters
    (re.compile(rf"(?i)(?<![\w-])({_NAMES}|code)=[^&\s\"'<>]+"), r"\1=" + MASK),
    # JSON Web Tokens, wherever they stand
    (re.compile(r"\beyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){0,4}"), MASK),
    (_WITH_USER, r"\1" + MASK + "@"),
)


# A word or a host may stand in a record by chance; to mask it there would change what is compared.
_SHORTEST_IN_RECORDS = 8
_BY_CHANCE = re.compile(r"[A-Za-z]{,15}|[a-z0-9-]+(\.[a-z0-9-]+)+")

_PERCENT = re.compile("%[0-9A-F]{2}")
_LEFT_ALONE = ("", "~", "/", "~/", "!*()", "~!*'()")
"""What writers of addresses leave as it is: .NET, RFC 3986, Python, browsers."""
_LONGEST_IN_BASE64 = 200
"""Tokens are longer, and nobody packs them again."""
_PIECE_OF_JSON = re.compile(r"""\\u([0-9a-fA-F]{4})|\\.|["&'+<>`\x7f]""")
_CODED_IN_JSON = ("", "&<>", "&'<>", "\"&'<>", "\"&'+<>`\x7f")
"""What writers of JSON give as codes: most, Go, JavaScriptSerializer, Newtonsoft.Json where HTML is
escaped, System.Text.Json."""


class _Secrets:
    """Secrets, found in a text in about the same time however many there are.

    A run of many environments knows thousands, so they are kept by how they begin. Safe to share
    between threads: a list is made of a dictionary in one step.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_start: dict[str, dict[str, None]] = {}

    def add(self, secrets: Iterable[str]) -> None:
        """Know these too; each has `SHORTEST_SECRET` characters at least."""
        with self._lock:
            for secret in secrets:
                self._by_start.setdefault(secret[:SHORTEST_SECRET], {})[secret] = None

    def clear(self) -> None:
        """Know none any more."""
        with self._lock:
            self._by_start = {}

    def __contains__(self, text: str) -> bool:
        return text in self._by_start.get(text[:SHORTEST_SECRET], ())

    def longest_first(self) -> tuple[str, ...]:
        """All of them."""
        found = [each for known in list(self._by_start.values()) for each in list(known)]
        return tuple(sorted(found, key=len, reverse=True))

    def masked(self, text: str) -> str:
        """The text without them."""
        by_start = self._by_start
        starts: Iterable[str]
        if len(by_start) < len(text):
            starts = [each for each in list(by_start) if each in text]
        else:
            starts = {text[at : at + SHORTEST_SECRET] for at in range(len(text))}
        found = [each for start in starts for each in list(by_start.get(start, ())) if each in text]
        # The longest first, so that a secret within another leaves no remainder.
        for secret in sorted(found, key=len, reverse=True):
            text = text.replace(secret, MASK)
        return text


class Redaction:
    """Masks the secrets that the process was told of, and whatever looks like one.

    What one redaction learns, every other masks in texts too. `told` are its own secrets alone:
    those that the servers of one environment may have been given, and may repeat in their records.
    """

    def __init__(self) -> None:
        self._secrets = _Secrets()
        self._in_records = _Secrets()

    @property
    def told(self) -> tuple[str, ...]:
        """What records are searched for; the longest first, in every form that is learnt."""
        return self._in_records.longest_first()

    def learn(self, secret: str | None) -> None:
        """Mask this secret from now on, as it is and as servers may repeat it."""
        if secret is None or len(secret) < SHORTEST_SECRET:
            return
        forms = forms_of(secret)
        in_records = len(secret) >= _SHORTEST_IN_RECORDS and not _BY_CHANCE.fullmatch(secret)
        for redaction in {self, KNOWN}:
            redaction._secrets.add(forms)
            if in_records:
                redaction._in_records.add(forms)

    def learn_address(self, url: str | None) -> None:
        """Mask the password of an address, such as that of a proxy or a database."""
        try:
            password = urlsplit(url or "").password
        except ValueError:
            return
        if password:
            self.learn(password)
            self.learn(unquote(password))

    def forget(self) -> None:
        """Know no secret any more: another run begins."""
        self._secrets.clear()
        self._in_records.clear()

    def text(self, text: str) -> str:
        """The text with every secret masked, known or by its looks."""
        text = KNOWN._secrets.masked(self._secrets.masked(text))
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text

    def masked(self, text: str) -> str:
        """The text of a record: masked is what was told and is no word that stands by chance."""
        return self._in_records.masked(text)

    def holds(self, text: str) -> bool:
        """Whether the text is a secret, or one can be seen in it."""
        known = text in self._secrets or self.masked(text) != text
        return known or _WITH_USER.search(text) is not None

    def line(self, text: str, longest: int = 300) -> str:
        """The text masked, on one line of printable characters, cut to a length."""
        shown = self.text(text)
        if not shown.isprintable():
            shown = "".join(c if c.isprintable() else " " for c in shown)
        shown = " ".join(shown.split())
        return shown if len(shown) <= longest else shown[: longest - 1] + "…"

    def address(self, url: str) -> str:
        """The address without user, query and fragment."""
        try:
            parts = urlsplit(url)
            host = parts.netloc.rpartition("@")[2]
        except ValueError:
            return self.line(url)
        return self.line(urlunsplit((parts.scheme, host, parts.path, "", "")))


def forms_of(secret: str) -> set[str]:
    """The secret itself and each way in which a server may repeat it."""
    forms = {secret}
    for left_alone in _LEFT_ALONE:
        # Python leaves the tilde as it is, whatever it is told.
        written = quote(secret, safe=left_alone)
        written = written if "~" in left_alone else written.replace("~", "%7E")
        for each in (written, written.replace("%20", "+")):
            forms |= {each, _PERCENT.sub(lambda found: found[0].lower(), each)}
    escaped = html.escape(secret)
    for each in (escaped, escaped.replace("&#x27;", "&#39;"), html.escape(secret, quote=False)):
        forms |= {each, each.encode("ascii", "xmlcharrefreplace").decode()}
    if len(secret) <= _LONGEST_IN_BASE64:
        plain = secret.encode("utf-8", "surrogatepass")
        forms |= {each(plain).rstrip(b"=").decode() for each in (b64encode, urlsafe_b64encode)}
    # Errors and traces quote JSON as it came.
    return forms | _in_json(secret)


def forms_in_json(secrets: tuple[str, ...]) -> tuple[bytes, ...]:
    """The secrets as they may stand in JSON, whichever characters its writer escapes."""
    forms = {form for secret in secrets for form in _in_json(secret)}
    return tuple(form.encode("utf-8", "surrogatepass") for form in forms)


def _in_json(text: str) -> set[str]:
    forms = set()
    for ascii in (True, False):
        plain = json.dumps(text, ensure_ascii=ascii)[1:-1]
        forms.add(plain.replace("/", "\\/"))
        for coded in _CODED_IN_JSON:
            written = _PIECE_OF_JSON.sub(partial(_escaped, coded), plain)
            forms |= {written, _PIECE_OF_JSON.sub(_in_capitals, written)}
    return forms


def _escaped(coded: str, piece: re.Match[str]) -> str:
    char = piece[0][-1]
    return f"\\u{ord(char):04x}" if char in coded else piece[0]


def _in_capitals(piece: re.Match[str]) -> str:
    return f"\\u{piece[1].upper()}" if piece[1] else piece[0]


class SearchedBody:
    """Whether one of the secrets, as it may stand in JSON, is in a body that comes in pieces."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self.holds_one = False
        self._wanted, self._overlap = _wanted(secrets)
        self._end = b""

    def add(self, piece: bytes) -> None:
        """Look at the next piece; a secret may have begun in the one before it."""
        if not self.holds_one:
            # Pieces are large, so only where two of them meet are they put together.
            seam = self._end + piece[: self._overlap]
            self.holds_one = self._wanted.is_in(piece) or self._wanted.is_in(seam)
            end = piece if len(piece) > self._overlap else seam
            self._end = end[-self._overlap :] if self._overlap else b""


class Forms:
    """Forms of secrets, each looked for once a shorter text is found that several of them share.

    All forms of a secret have in common what no writer escapes.
    """

    def __init__(self, forms: Iterable[bytes]) -> None:
        runs = {form: max(_NEVER_ESCAPED.findall(form), key=len, default=form) for form in forms}
        self._by_run: dict[bytes, list[bytes]] = {}
        for form, own in sorted(runs.items(), key=lambda each: len(each[1])):
            run = next((each for each in self._by_run if each in own), own)
            self._by_run.setdefault(run, []).append(form)

    def is_in(self, text: bytes) -> bool:
        """Whether one of them stands in the text."""
        return any(
            run in text and any(form in text for form in forms)
            for run, forms in self._by_run.items()
        )


@lru_cache(maxsize=8)
def _wanted(secrets: tuple[str, ...]) -> tuple[Forms, int]:
    """Their forms in JSON, and how long one may be but for a byte; the same for many answers."""
    forms = forms_in_json(secrets)
    return Forms(forms), max(map(len, forms), default=1) - 1


_NEVER_ESCAPED = re.compile(rb"[A-Za-z0-9_.-]+")
"""What stands as it is in JSON, and in addresses, forms and pages."""

KNOWN = Redaction()
"""The process's own: every secret that was looked up in this run, and every token that came."""


class RedactingFilter(logging.Filter):
    """Masks secrets in every log record that passes, arguments and exceptions included."""

    def __init__(self, redaction: Redaction) -> None:
        super().__init__()
        self._redaction = redaction

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, masked."""
        record.msg = self._redaction.text(record.getMessage())
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self._redaction.text(record.exc_text)
        return True
