"""The wire row of an Exchange Server: what it told, and why it told no more."""

from msgspec import Struct

BUILDS = "exchange_server.builds"


class HostRow(Struct, frozen=True):
    """One host that was asked; None: not told, or not found out.

    `schemes` are the offered ways to sign in, lower-case, with commas between; empty for none.
    `learned` names what told the build. `code`, `reason` and `remedy` are set where it could not
    be read.
    """

    id: str
    host: str
    port: int
    host_found: bool | None = None
    public: bool | None = None
    connects: bool | None = None
    schemes: str | None = None
    front_end: str | None = None
    build: str | None = None
    learned: str | None = None
    signed_in: bool | None = None
    code: str | None = None
    reason: str | None = None
    remedy: str | None = None
