"""Takes secrets out of texts that people may read: error reasons and logs."""

import logging
import re
import threading
from urllib.parse import quote, quote_plus, urlsplit, urlunsplit

MASK = "[redacted]"
SHORTEST_SECRET = 4

_NAMES = (
    r"client[_-]?secret|client[_-]?assertion|assertion|password|passwd|pwd|passphrase|secret|"
    r"access[_-]?token|refresh[_-]?token|id[_-]?token|device[_-]?code|token|"
    r"api[_-]?key|sig|signature|authorization|proxy-authorization|cookie|set-cookie"
)
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
    # JSON members and dictionary prints
    (
        re.compile(
            rf"""(?i)(["'](?:{_NAMES})["']\s*:\s*)(?:"(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s,}}]+)"""
        ),
        r"\1" + f'"{MASK}"',
    ),
    # form fields and query parameters
    (re.compile(rf"(?i)(?<![\w-])({_NAMES}|code)=[^&\s\"'<>]+"), r"\1=" + MASK),
    # JSON Web Tokens, wherever they stand
    (re.compile(r"\beyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){0,4}"), MASK),
    (re.compile(r"(?i)(\bhttps?://)[^/\s@]+@"), r"\1" + MASK + "@"),
)


class Redaction:
    """Masks the secrets that it was told of, and whatever looks like one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._secrets: tuple[str, ...] = ()

    def learn(self, secret: str | None) -> None:
        """Mask this secret from now on, as it is and as it stands in addresses and forms."""
        if secret is None or len(secret) < SHORTEST_SECRET:
            return
        with self._lock:
            forms = {secret, quote(secret, safe=""), quote_plus(secret), *self._secrets}
            # the longest first, so that a secret within another leaves no remainder
            self._secrets = tuple(sorted(forms, key=len, reverse=True))

    def text(self, text: str) -> str:
        """The text with every secret masked."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text

    def line(self, text: str, longest: int = 300) -> str:
        """The text masked, on one line of printable characters, cut to a length."""
        shown = "".join(c if c.isprintable() else " " for c in self.text(text))
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
