"""What a server answered, and whether it is what was asked."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from connectors.transport.compression import inflate, without_mark
from connectors.transport.errors import SourceFailed
from connectors.transport.failures import truncated
from connectors.transport.redaction import Redaction

T = TypeVar("T")

TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
"""How moments are written: UTC, ISO 8601, to the second."""

ERRORS = ("error", "@odata.error", "odata.error")
"""Members in which a server tells, after a good status, that something went wrong."""

# A name that a column of fixed length cut in the middle of a character ends in half of a pair,
# which .NET writes as an escape and JSON has no meaning for.
_HALF = re.compile(
    rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|u(?P<half>[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
)
_LOOKED_AT_BYTES = 200
_HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, read in full.

    `headers` has lower-case names; `body` is inflated; `received_at` is in UTC; `requests` counts
    every request that it took, with repetitions, redirects and handshakes; `digest` is the SHA-256
    of the body as it was sent, in lower-case hex. `put_off` counts how often the server, or the
    network, put the request off before. `sent` is the body as it was sent, where it was compressed.
    `is_cut`: `body` is no more than its two ends. `may_repeat_secret`: one of the run's own is in
    the whole body, or nobody looked.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    received_at: datetime
    requests: int
    digest: str = ""
    put_off: int = 0
    sent: bytes = b""
    is_cut: bool = False
    may_repeat_secret: bool = True

    @property
    def read_at(self) -> str:
        """When it came, UTC, ISO 8601."""
        return self.received_at.strftime(TIME_FORMAT)

    def record(self, shape: type[T]) -> T:
        """The body as one record. Raises as `decoded`, and `error-in-answer`.

        Members of a record may all be left out, and then an error in its place would look like one.
        """
        if b'error"' in self.body:
            content: Any = self.decoded(msgspec.json.Decoder())
            words = told_in_stream(content) if isinstance(content, dict) else None
            if words is not None:
                raise error_in_answer(Redaction().address(self.url), words, self.status)
        return self.decoded(msgspec.json.Decoder(shape))

    def decoded(self, decoder: msgspec.json.Decoder[T]) -> T:
        """The body as the decoder's type. Raises `SourceFailed`: `not-json`, `unexpected-shape`."""
        place = Redaction().address(self.url)
        body = without_mark(inflate(self.sent)) if self.is_cut else self.body
        try:
            try:
                return decoder.decode(body)
            except msgspec.ValidationError:
                raise
            except msgspec.DecodeError:
                return decoder.decode(_HALF.sub(_mended, body))
        except msgspec.ValidationError as error:
            raise SourceFailed(
                f"{place}: the answer has another shape than documented: {error}",
                "Report this with the version of the server.",
                "unexpected-shape",
                url=place,
                status=self.status,
            ) from error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise SourceFailed(
                f"{place}: the answer is not valid JSON",
                "Look at proxies on the way, then run the audit again.",
                "not-json",
                url=place,
                status=self.status,
            ) from error


def _mended(escape: "re.Match[bytes]") -> bytes:
    return b"\\ufffd" if escape["half"] else escape[0]


def check_content(
    content_type: str, body: bytes, accept: str, url: str, status: int, redaction: Redaction
) -> None:
    """Return where the body is what was asked for.

    Raises `SourceFailed` with code `not-json` or `unexpected-content` naming the first words that
    came, or `truncated` for JSON that ends too early.
    """
    came = content_type.partition(";")[0].strip().lower()
    # More blanks than that are rare: a server sends them to keep a connection that would end.
    start = (body[:_LOOKED_AT_BYTES].lstrip() or body.lstrip()[:_LOOKED_AT_BYTES]).lower()
    is_html = came in ("text/html", "application/xhtml+xml") or start.startswith(_HTML_STARTS)
    if "json" in accept:
        # A body of JSON may name another type on old servers, so the first character decides too.
        if is_html or not ("json" in came or (came in ("", "text/plain") and start[:1] in b"{[")):
            raise _unexpected("not-json", "JSON", came, body, url, status, redaction)
        if not start:
            raise _unexpected("not-json", "JSON", came, body, url, status, redaction)
        end = body[-_LOOKED_AT_BYTES:].rstrip() or body.rstrip()
        if start[:1] in (b"{", b"[") and end[-1:] not in (b"}", b"]"):
            raise truncated(url)
    elif "xml" in accept and (is_html or "xml" not in came):
        raise _unexpected("unexpected-content", "XML", came, body, url, status, redaction)


def _unexpected(
    code: str,
    asked: str,
    came: str,
    body: bytes,
    url: str,
    status: int,
    redaction: Redaction,
) -> SourceFailed:
    words = redaction.line(body[:400].decode("utf-8", "replace"), 80) or "nothing"
    return SourceFailed(
        f"{url}: {asked} was expected, {redaction.line(came, 60) or 'no content type'} came:"
        f" {words}",
        "Check the address, and whether a proxy or a sign-in page answers in the server's place.",
        code,
        url=url,
        status=status,
    )


def told_in_stream(members: Mapping[str, Any]) -> str | None:
    """What a server says of an error in an answer that begins well; None: it tells of none."""
    for name in ERRORS:
        if members.get(name) not in (None, "", [], {}, False):
            body = json.dumps({"error": members[name]}).encode()
            return " ".join(each for each in refusal_words(body, Redaction()) if each)
    return None


def error_in_answer(place: str, words: str, status: int | None = None) -> SourceFailed:
    """The failure that an error in an answer with a good status stands for."""
    return SourceFailed(
        f"{place}: the server reports an error within an answer that begins well: "
        f"{words or 'without words'}",
        "Run the audit again; if it stays, look at the server's own log.",
        "error-in-answer",
        url=place,
        status=status,
    )


def refusal_words(body: bytes, redaction: Redaction) -> tuple[str | None, str]:
    """The server's own code (None where it gives none) and message, redacted, on one line.

    Understands OData errors, with Exchange's deeper messages, and OAuth errors.
    """
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None, ""
    if not isinstance(content, dict):
        return None, ""
    error = content.get("error", content.get("Message"))
    code: object = None
    message: object = error
    if isinstance(error, dict):
        code, message = error.get("code"), _deepest_message(error)
    elif "error_description" in content:
        code, message = error, content["error_description"]
    return (
        redaction.line(code, 80) if isinstance(code, str) and code else None,
        redaction.line(message) if isinstance(message, str) else "",
    )


def _first_detail(details: object) -> str:
    """What the first detail says; Exchange writes its type before it, between bars."""
    for each in details if isinstance(details, list) else ():
        message = each.get("message") if isinstance(each, dict) else None
        if isinstance(message, str) and message.strip():
            return re.sub(r"^\|[^|]*\|", "", message.strip())
    return ""


def _deepest_message(error: dict[str, Any]) -> object:
    detail = _first_detail(error.get("details"))
    if detail:
        message = error.get("message")
        return f"{message}: {detail}" if isinstance(message, str) and message else detail
    inner = error.get("innererror")
    deeper = inner.get("internalexception") if isinstance(inner, dict) else None
    if isinstance(deeper, dict) and isinstance(deeper.get("message"), str):
        return deeper["message"]
    return error.get("message")
