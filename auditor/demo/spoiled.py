"""Answers that are spoiled on their way: bodies that are no JSON, never end, or say too little.

Each entry of `SPOILED` takes the application's own answer and sends another in its place.
"""

import asyncio
import gzip
import re
import zlib
from collections.abc import Awaitable, Callable, Iterable
from functools import cache
from typing import Any

import msgspec
import zstandard
from starlette.types import ASGIApp, Scope, Send

_BOMB_MEBIBYTES = 600
_MEBIBYTE = bytes(1 << 20)
_DEEP = b"[" * 100_000
_ERROR = b'{"code":"0x80040216","message":"An unexpected error occurred."}'
_WARNING = b'["The result set was cut short. Use -ResultSize Unlimited."]'
_NUMBER = re.compile(rb'(":)\s*-?\d+(?=[,}])')
_TEXT = re.compile(rb'(":")(?![0-9a-f]{8}-[0-9a-f-]{27}")([^"\\]{2,}")')
_WORDS = re.compile(rb'(":"[^"\\]*[a-z] [^"\\]*)"')
_LISTING = re.compile(rb'"value":\[')
_PARAMETER = re.compile(rb"&?_again=\d+")


class Whole(msgspec.Struct):
    """An answer as the application gave it, all of it; `credentials` are those of the request."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    address: bytes
    credentials: bytes = b""


Spoiler = Callable[[Whole, Send], Awaitable[None]]


async def spoil(how: str, application: ASGIApp, scope: Scope, receive: Any, send: Send) -> None:
    """Answer one request with what `how`, a key of `SPOILED`, makes of the real answer."""
    query = scope["query_string"]
    # Which time a link without end is followed is nothing that the application knows.
    scope = {**scope, "query_string": _PARAMETER.sub(b"", query)}
    credentials = dict(scope["headers"]).get(b"authorization", b"").rpartition(b" ")[2]
    found = Whole(200, [], b"", _address(scope, query), credentials)

    async def keep(message: Any) -> None:
        if message["type"] == "http.response.start":
            found.status, found.headers = message["status"], list(message["headers"])
        else:
            found.body += message.get("body", b"")

    await application(scope, receive, keep)
    if dict(found.headers).get(b"content-encoding") == b"gzip":
        found.body = gzip.decompress(found.body)
    await SPOILED[how](found, send)


def _address(scope: Scope, query: bytes) -> bytes:
    host = dict(scope["headers"]).get(b"host", b"127.0.0.1")
    path = scope.get("raw_path") or scope["path"].encode()
    address: bytes = b"https://" + host + path + (b"?" + query if query else b"")
    return address


def _body(change: Callable[[bytes], bytes]) -> Spoiler:
    async def send_changed(whole: Whole, send: Send) -> None:
        await _send(send, whole, change(whole.body))

    return send_changed


def _as(body: Callable[[bytes], bytes], **headers: str) -> Spoiler:
    async def send_as(whole: Whole, send: Send) -> None:
        named = [(name.replace("_", "-").encode(), told.encode()) for name, told in headers.items()]
        await _send(send, whole, body(whole.body), named)

    return send_as


def _status(status: int, body: bytes = b"") -> Spoiler:
    async def send_status(whole: Whole, send: Send) -> None:
        whole.status = status
        await _send(send, whole, body)

    return send_status


async def _send(
    send: Send, whole: Whole, body: bytes, headers: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    replaced = {b"content-length", b"content-encoding"} | {name for name, _ in headers}
    kept = [pair for pair in whole.headers if pair[0].lower() not in replaced]
    length = (b"content-length", str(len(body)).encode())
    await send(
        {
            "type": "http.response.start",
            "status": whole.status,
            "headers": [*kept, *headers, length],
        }
    )
    await send({"type": "http.response.body", "body": body})


def _first(pattern: re.Pattern[bytes], replacement: bytes) -> Callable[[bytes], bytes]:
    """The first value of a row is another; where there are no rows, the first of all."""

    def change(body: bytes) -> bytes:
        listing = _LISTING.search(body)
        begin = listing.end() if listing else 0
        rows = pattern.sub(lambda match: match[1] + replacement, body[begin:], count=1)
        return body[:begin] + rows

    return change


def _beside(member: bytes, value: bytes) -> Callable[[bytes], bytes]:
    return lambda body: (
        body[:-1] + b',"' + member + b'":' + value + b"}" if body.endswith(b"}") else body
    )


async def _credentials_in_refusal(whole: Whole, send: Send) -> None:
    """A refusal that repeats the credentials that came, in its body and in its headers."""
    if not whole.credentials:
        await _send(send, whole, whole.body)
        return
    whole.status, said = 403, whole.credentials.decode("latin-1")
    message = f"The request was made with {said}."
    error = {"code": said, "message": message, "details": [{"message": message}]}
    headers = [
        (
            b"www-authenticate",
            b'Bearer error="invalid_token", error_description="' + said.encode() + b'"',
        ),
        (b"x-ms-diagnostics", b'2000003;reason="' + said.encode() + b'"'),
        (b"x-ews-policy-reason", b"refused to " + said.encode()),
        (b"content-type", b"application/json"),
    ]
    await _send(send, whole, msgspec.json.encode({"error": error}), headers)


async def _credentials_repeated(whole: Whole, send: Send) -> None:
    """Each text of several words ends in the token that came with the request."""
    said = b" " + whole.credentials if whole.credentials else b""
    await _send(send, whole, _WORDS.sub(lambda match: match[1] + said + b'"', whole.body))


def _torn(body: bytes) -> bytes:
    packed = bytearray(gzip.compress(body))
    for place in range(len(packed) // 2, min(len(packed) // 2 + 8, len(packed))):
        packed[place] ^= 0x5A
    return bytes(packed)


@cache
def _gzip_bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join([*(packer.compress(_MEBIBYTE) for _ in range(_BOMB_MEBIBYTES)), packer.flush()])


@cache
def _zstd_bomb() -> bytes:
    packer = zstandard.ZstdCompressor().compressobj()
    return b"".join([*(packer.compress(_MEBIBYTE) for _ in range(_BOMB_MEBIBYTES)), packer.flush()])


def _linked(link: Callable[[bytes, int], bytes]) -> Spoiler:
    """Sends the same rows with a link to a next page, whatever page they are."""

    async def send_linked(whole: Whole, send: Send) -> None:
        found = re.search(rb"[?&]_again=(\d+)", whole.address)
        body = whole.body
        if _LISTING.search(body) and b"@odata.nextLink" not in body:
            address = link(_PARAMETER.sub(b"", whole.address), int(found[1]) if found else 0)
            body = _beside(b"@odata.nextLink", msgspec.json.encode(address.decode()))(body)
        await _send(send, whole, body)

    return send_linked


def _in_two_pages(
    change: Callable[[list[Any]], tuple[list[Any], list[Any]]],
) -> Spoiler:
    """A listing of one page comes as two; `change` gives the rows of each."""

    async def send_one_of_two(whole: Whole, send: Send) -> None:
        body = whole.body
        if _LISTING.search(body) and b"@odata.nextLink" not in body:
            listing = msgspec.json.decode(body)
            is_second = _PARAMETER.search(whole.address) is not None
            listing["value"] = change(listing["value"])[is_second]
            if not is_second:
                listing["@odata.nextLink"] = _again(whole.address, 0).decode()
            body = msgspec.json.encode(listing)
        await _send(send, whole, body)

    return send_one_of_two


def _moved(rows: list[Any]) -> tuple[list[Any], list[Any]]:
    """While the first page was read, its last row was changed, and came after the others."""
    half = (len(rows) + 1) // 2
    changed = [{**row, **_changed_texts(row)} for row in rows[half - 1 : half]]
    return rows[:half], rows[half:] + changed


def _changed_texts(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: f"{value} changed"
        for name, value in row.items()
        if isinstance(value, str) and " " in value
    }


def _again(address: bytes, time: int) -> bytes:
    return address + (b"&" if b"?" in address else b"?") + b"_again=%d" % (time + 1)


async def _in_drips(whole: Whole, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": whole.headers})
    for place in range(len(whole.body)):
        await send(
            {"type": "http.response.body", "body": whole.body[place : place + 1], "more_body": True}
        )
        await asyncio.sleep(1)


async def _without_end(whole: Whole, send: Send) -> None:
    headers = [pair for pair in whole.headers if pair[0].lower() != b"content-length"]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    while not _is_gone(send):
        await send({"type": "http.response.body", "body": b" " * 4096, "more_body": True})
        await asyncio.sleep(0.05)


async def _headers_without_end(whole: Whole, send: Send) -> None:
    transport = _transport(send)
    transport.write(b"HTTP/1.1 200 OK\r\n")
    while not transport.is_closing():
        transport.write(b"X-More: 1\r\n")
        await asyncio.sleep(0.5)


async def _silence(whole: Whole, send: Send) -> None:
    while not _is_gone(send):
        await asyncio.sleep(0.1)


async def _http_1_0(whole: Whole, send: Send) -> None:
    transport = _transport(send)
    head = [b"HTTP/1.0 %d OK" % whole.status]
    head += [name + b": " + told for name, told in whole.headers if name != b"content-encoding"]
    transport.write(b"\r\n".join(head) + b"\r\n\r\n" + whole.body)
    transport.close()


def _transport(send: Send) -> Any:
    return send.__self__.transport  # type: ignore[attr-defined]


def _is_gone(send: Send) -> bool:
    return bool(_transport(send).is_closing())


def _parts(spoiled: bytes) -> Callable[[bytes], bytes]:
    """The first part of a `$batch` is another; what is no batch stays as it is."""

    def change(body: bytes) -> bytes:
        if b'"responses":[' not in body:
            return body
        batch = msgspec.json.decode(body)
        batch["responses"][:1] = [
            {**batch["responses"][0], **part} for part in msgspec.json.decode(spoiled)
        ]
        return msgspec.json.encode(batch)

    return change


SPOILED: dict[str, Spoiler] = {
    "wrong-type": _as(lambda body: body, content_type="application/octet-stream"),
    "no-content": _status(204),
    "corrupt-gzip": _as(_torn, content_encoding="gzip"),
    "gzip-bomb": _as(lambda _: _gzip_bomb(), content_encoding="gzip"),
    "zstd-bomb": _as(lambda _: _zstd_bomb(), content_encoding="zstd"),
    "byte-order-mark": _body(lambda body: b"\xef\xbb\xbf" + body),
    "http-1.0": _http_1_0,
    "a-day-off": _as(lambda body: body, date="Thu, 01 Jan 2015 00:00:00 GMT"),
    "duplicate-keys": _body(lambda body: body.replace(b'{"', b'{"value":null,"', 1)),
    "not-a-number": _body(_first(_NUMBER, b"NaN")),
    "beyond-numbers": _body(_first(_NUMBER, b"1e400")),
    "too-deep": _body(_first(_NUMBER, _DEEP)),
    "not-utf-8": _body(_first(_TEXT, b'\xff\xfe"')),
    "half-a-surrogate": _body(_first(_TEXT, b'\\ud800"')),
    "error-beside-rows": _body(_beside(b"error", _ERROR)),
    "warning-beside-rows": _body(_beside(b"@adminapi.warnings", _WARNING)),
    "credentials-repeated": _credentials_repeated,
    "credentials-in-refusal": _credentials_in_refusal,
    "link-to-itself": _linked(lambda address, time: address),
    "links-without-end": _linked(_again),
    "link-elsewhere": _linked(lambda address, time: b"https://elsewhere.example/next"),
    "link-in-clear": _linked(lambda address, time: address.replace(b"https:", b"http:")),
    "page-twice": _in_two_pages(lambda rows: (rows, rows)),
    "rows-changed-between-pages": _in_two_pages(_moved),
    "part-throttled": _body(_parts(b'[{"status":429,"body":{"error":{"code":"x"}}}]')),
    "part-failed": _body(_parts(b'[{"status":500,"body":{"error":{"code":"x"}}}]')),
    "part-forbidden": _body(_parts(b'[{"status":403,"body":{"error":{"code":"x"}}}]')),
    "part-missing": _body(_parts(b"[]")),
    "part-empty": _body(_parts(b'[{"status":200,"body":null}]')),
    "part-twice": _body(_parts(b"[{},{}]")),
    "drips": _in_drips,
    "without-end": _without_end,
    "headers-without-end": _headers_without_end,
    "silence": _silence,
}
NEVER_ENDING = ("drips", "without-end", "headers-without-end", "silence")
