"""The one way in which a source fails."""


class SourceFailed(Exception):
    """A source could not be read: why, and what to do about it.

    `reason` is one line naming the address, the status and the server's own words; `remedy` says
    what an administrator can do; `code` is a kebab-case cause such as `timeout` or `forbidden`.
    `status` and `server_code` are the answer's, None where no answer came. `headers` holds the
    refusing answer's headers by lower-case name, without cookies and authentication.
    """

    def __init__(
        self,
        reason: str,
        remedy: str,
        code: str,
        *,
        url: str | None = None,
        status: int | None = None,
        server_code: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy
        self.code = code
        self.url = url
        self.status = status
        self.server_code = server_code
        self.headers = headers or {}

    def but(self, *, reason: str | None = None, remedy: str | None = None) -> "SourceFailed":
        """The same failure in other words; many sources may share the one in hand."""
        return SourceFailed(
            self.reason if reason is None else reason,
            self.remedy if remedy is None else remedy,
            self.code,
            url=self.url,
            status=self.status,
            server_code=self.server_code,
            headers=self.headers,
        )

    def __repr__(self) -> str:
        return f"SourceFailed(code={self.code!r}, reason={self.reason!r})"
