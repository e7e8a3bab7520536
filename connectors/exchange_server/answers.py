"""What an answer of Exchange tells without signing in, and what a refusal of it means."""

import re
from collections.abc import Mapping

from connectors.exchange_server.builds import build_of
from connectors.transport.answers import Answer
from connectors.transport.errors import SourceFailed
from connectors.transport.redaction import Redaction
from connectors.transport.statuses import refusal

BUILD_HEADER = "x-owa-version"
POLICY_HEADER = "x-ews-policy-reason"
FRONT_END_HEADER = "x-feserver"

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_NUMBERS = (b"MajorVersion", b"MinorVersion", b"MajorBuildNumber", b"MinorBuildNumber")
_VERSION_INFO = re.compile(rb"<(?:[\w.-]+:)?ServerVersionInfo\s[^<>]*>")
_NUMBER = re.compile(rb"""\s(M\w+)\s*=\s*["'](\d{1,5})["']""")
_ERROR = re.compile(r"\berror\s*=")
_SCHEME = re.compile(r"[a-z][a-z0-9-]{0,30}")


def wire_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers by lower-case name."""
    return {name.lower(): value for name, value in headers.items()}


def schemes_of(answer: Answer) -> tuple[str, ...]:
    """The ways of signing in that the answer offers, lower-case and sorted.

    Parameters, such as a realm, are distinguished from schemes by their equals sign. A token that
    is refused where none was sent tells of what stands before the server, and of nothing else.
    """
    offered = _QUOTED.sub('""', answer.headers.get("www-authenticate", "")).lower()
    words = (part.split()[0] for part in offered.split(",") if part.strip())
    schemes = {word for word in words if _SCHEME.fullmatch(word)}
    if schemes == {"bearer"} and _ERROR.search(offered):
        return ()
    return tuple(sorted(schemes))


def build_told(answer: Answer) -> str | None:
    """The build that the headers tell; None where a proxy or a hardened server strips it."""
    text = answer.headers.get(BUILD_HEADER, "").strip()
    return text if build_of(text) is not None else None


def build_in(answer: Answer) -> str | None:
    """The build that the body's `ServerVersionInfo` tells, whatever it stands in; None: none does.

    The answer to a sign-in that was refused, or that leads elsewhere, is not looked at.
    """
    if 300 <= answer.status < 400 or answer.status in (401, 403, 407):
        return None
    found = _VERSION_INFO.search(answer.body)
    if found is None:
        return None
    told = {name: int(digits) for name, digits in _NUMBER.findall(found[0])}
    build = ".".join(str(told[name]) for name in _NUMBERS if name in told)
    return build if set(_NUMBERS) <= told.keys() and build_of(build) is not None else None


def judge(answer: Answer, place: str, redaction: Redaction) -> SourceFailed | None:
    """The failure that an answer of EWS stands for; None for one that is no refusal.

    Exchange Online refuses EWS with 403 and a policy reason. A 403 without it has another cause.
    """
    policy = answer.headers.get(POLICY_HEADER)
    if answer.status == 403 and policy is not None:
        return SourceFailed(
            f"{place}: Exchange Online refuses Exchange Web Services here: "
            f"{redaction.line(policy, 120)}",
            "Point the profile to Exchange Online's own address, or allow EWS in the tenant.",
            "ews-refused-by-policy",
            url=place,
            status=403,
        )
    if answer.status == 403:
        return SourceFailed(
            f"{place}: the server refuses Exchange Web Services to whoever asks from here (403)",
            "Look for a firewall or address filter in front of the server, and at the settings of "
            "its EWS virtual directory.",
            "forbidden",
            url=place,
            status=403,
        )
    if answer.status == 401:
        return SourceFailed(
            f"{place}: the server refused the user name or password (401)",
            "Correct `username` and `password` in the section `exchange_server.auth`.",
            "unauthorized",
            url=place,
            status=401,
        )
    if 300 <= answer.status < 400:
        where = redaction.address(answer.headers.get("location", "")) or "nowhere"
        return SourceFailed(
            f"{place}: the server redirects to {where}, which was not followed",
            "Check the server location in the profile; EWS answers at its own address.",
            "redirected",
            url=place,
            status=answer.status,
        )
    if answer.status >= 400 and not (answer.status == 500 and b"Envelope" in answer.body):
        return refusal(answer, place, redaction)
    return None
