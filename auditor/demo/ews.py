"""Exchange Servers of the simulated tenant: EWS as servers from 2007 to Subscription Edition speak.

Each is a server of its own, distinguished by the port that it answers on.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from xml.etree import ElementTree

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

PATH = "/EWS/Exchange.asmx"

_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
_MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
_ERRORS = "http://schemas.microsoft.com/exchange/services/2006/errors"
_REQUEST_VERSIONS: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("Exchange2007", (8, 0)),
    ("Exchange2007_SP1", (8, 1)),
    ("Exchange2010", (14, 0)),
    ("Exchange2010_SP1", (14, 1)),
    ("Exchange2010_SP2", (14, 2)),
    ("Exchange2013", (15, 0)),
    ("Exchange2013_SP1", (15, 0, 847)),
    ("Exchange2015", (15, 1)),
    ("Exchange2016", (15, 1)),
)
"""What a request may ask for, with the first build that knows it ("RequestServerVersion")."""
_SCHEMAS = ((15, 2, "V2017_07_11"), (15, 1, "V2016_10_10"), (15, 0, "V2_23"))
"""What servers since 2013 name in an answer's `Version`: no product, and no valid request."""

Refuse = Callable[[Request], Response | None]


class ExchangeServer(msgspec.Struct):
    """One server: its build, four numbers, and what it lets be seen without signing in.

    `schemes` are offered as they stand. `tells_build` None: as its product does (2013 and later);
    False: a proxy strips the header. `policy` refuses everything as Exchange Online does;
    `forbidden` refuses it without a word. `requests` counts what came; `proofs` holds every
    complete credential proof: the scheme of a Basic header, a token, or an NTLM type 3 message,
    and `operations` what was asked for.
    `mailboxes` are those that live there, by address, with the items in the Inbox and in the folder
    Undeliverable (None: it has none); `impersonates`: the account may open them for their owners.
    """

    build: str
    schemes: tuple[str, ...] = ("Negotiate", "NTLM")
    tells_build: bool | None = None
    policy: str | None = None
    forbidden: bool = False
    mailboxes: Mapping[str, tuple[int, int | None]] = {}
    impersonates: bool = True
    requests: int = 0
    proofs: list[str] = msgspec.field(default_factory=list)
    operations: list[str] = msgspec.field(default_factory=list)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The build as numbers."""
        return tuple(int(part) for part in self.build.split("."))


class ExchangeWebServices:
    """Answers for one server; `account` is DOMAIN\\user and its password.

    `refuse_windows` goes on with a Windows sign-in and gives None once the connection has one;
    `knows_token` tells whether a token is one that the server takes.
    """

    def __init__(
        self,
        server: ExchangeServer,
        account: tuple[str, str],
        refuse_windows: Refuse,
        knows_token: Callable[[str], bool],
    ) -> None:
        self._server = server
        self._account = account
        self._refuse_windows = refuse_windows
        self._knows_token = knows_token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        response = await self._answer(request)
        for name, value in self._signature().items():
            response.headers[name] = value
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        server = self._server
        server.requests += 1
        body = await request.body()
        if request.url.path.lower() != PATH.lower():
            return Response("The resource cannot be found.", 404, media_type="text/html")
        if server.policy is not None:
            return Response(status_code=403, headers={"X-EWS-Policy-Reason": server.policy})
        if server.forbidden:
            return Response("403 - Forbidden: Access is denied.", 403, media_type="text/html")
        self._note_proof(request.headers.get("authorization", ""))
        refusal = self._refuse(request)
        if refusal is not None:
            return refusal
        if request.method != "POST":
            return Response("<definitions/>", media_type="text/xml")
        return self._speak(body)

    def _signature(self) -> dict[str, str]:
        server = self._server
        modern = server.numbers >= (15,)
        found = {"X-Powered-By": "ASP.NET"}
        if modern:
            found["X-FEServer"] = "EX01"
        if server.tells_build if server.tells_build is not None else modern:
            found["X-OWA-Version"] = server.build
        return found

    def _note_proof(self, header: str) -> None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() in ("basic", "bearer"):
            self._server.proofs.append(scheme)
        elif token:
            try:
                message = base64.b64decode(token, validate=True)
            except (ValueError, binascii.Error):
                return
            # Negotiate wraps the same message.
            if b"NTLMSSP\0\x03\0\0\0" in message:
                self._server.proofs.append(scheme)

    def _refuse(self, request: Request) -> Response | None:
        offered = [scheme.partition(" ")[0].lower() for scheme in self._server.schemes]
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if "basic" in offered and scheme.lower() == "basic":
            return None if self._knows(token) else self._challenge()
        if "bearer" in offered and scheme.lower() == "bearer":
            return None if self._knows_token(token) else self._challenge()
        if scheme.lower() not in ("", *offered) or not {"ntlm", "negotiate"} & set(offered):
            return self._challenge()
        refusal = self._refuse_windows(request)
        if refusal is None:
            return None
        goes_on = refusal.headers.get("www-authenticate", "").startswith(("NTLM ", "Negotiate "))
        return refusal if goes_on else self._challenge()

    def _knows(self, token: str) -> bool:
        try:
            given = base64.b64decode(token, validate=True).decode()
        except (ValueError, binascii.Error):
            return False
        return given == ":".join(self._account)

    def _challenge(self) -> Response:
        response = Response(status_code=401)
        for scheme in self._server.schemes:
            response.headers.append("WWW-Authenticate", scheme)
        return response

    def _speak(self, body: bytes) -> Response:
        try:
            envelope = ElementTree.fromstring(body)
        except ElementTree.ParseError:
            return Response(status_code=400)
        wanted = envelope.find(f"{{{_SOAP}}}Header/{{{_TYPES}}}RequestServerVersion")
        version = wanted.get("Version", "") if wanted is not None else "Exchange2007"
        if not self._accepts(version):
            return self._fault(version)
        operation = envelope.find(f"{{{_SOAP}}}Body/*")
        name = "" if operation is None else operation.tag.rpartition("}")[2]
        self._server.operations.append(name)
        if name in ("GetFolder", "FindFolder"):
            return self._folders(name, envelope)
        if name != "ConvertId" or self._server.numbers < (8, 1):
            return self._fault(version)
        message = (
            f'<m:ConvertIdResponse xmlns:m="{_MESSAGES}"><m:ResponseMessages>'
            '<m:ConvertIdResponseMessage ResponseClass="Error">'
            "<m:MessageText>Id is malformed.</m:MessageText>"
            "<m:ResponseCode>ErrorInvalidIdMalformed</m:ResponseCode>"
            "<m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>"
            "</m:ConvertIdResponseMessage></m:ResponseMessages></m:ConvertIdResponse>"
        )
        return self._envelope(200, message)

    def _folders(self, operation: str, envelope: ElementTree.Element) -> Response:
        """The folders of the mailbox that the caller stands in for."""
        path = f"{{{_SOAP}}}Header/{{{_TYPES}}}ExchangeImpersonation/{{{_TYPES}}}ConnectingSID"
        named = envelope.find(f"{path}/{{{_TYPES}}}PrimarySmtpAddress")
        if named is None or not self._server.impersonates:
            words = "The account does not have permission to impersonate the requested user."
            return self._fault_of("ErrorImpersonateUserDenied", words)
        found = self._server.mailboxes.get((named.text or "").lower())
        if found is None:
            words = "The SMTP address has no mailbox associated with it."
            return self._fault_of("ErrorNonExistentMailbox", words)
        inbox, undeliverable = found
        if operation == "GetFolder":
            folders = f"<m:Folders>{_folder('Inbox', inbox)}</m:Folders>"
            return self._envelope(200, _answered(operation, [folders]))
        parents = list(envelope.iter(f"{{{_TYPES}}}DistinguishedFolderId"))
        inside = "" if undeliverable is None else _folder("Undeliverable", undeliverable)
        roots = []
        for parent in parents:
            shown = inside if parent.get("Id") == "inbox" else ""
            roots.append(
                f'<m:RootFolder TotalItemsInView="{int(bool(shown))}" '
                f'IncludesLastItemInRange="true"><t:Folders>{shown}</t:Folders></m:RootFolder>'
            )
        return self._envelope(200, _answered(operation, roots))

    def _accepts(self, version: str) -> bool:
        starts = dict(_REQUEST_VERSIONS)
        return version in starts and self._server.numbers >= starts[version]

    def _fault(self, version: str) -> Response:
        """Exchange 2007 calls a version that it does not know a fault of the schema."""
        code, words = "ErrorInvalidServerVersion", "The specified server version is invalid."
        if self._server.numbers < (14,):
            code = "ErrorSchemaValidation"
            words = "The request failed schema validation: The 'Version' attribute is invalid."
        return self._fault_of(code, words)

    def _fault_of(self, code: str, words: str) -> Response:
        fault = (
            f'<s:Fault><faultcode xmlns:a="{_TYPES}">a:{code}</faultcode>'
            f'<faultstring xml:lang="en-US">{words}</faultstring><detail>'
            f'<e:ResponseCode xmlns:e="{_ERRORS}">{code}</e:ResponseCode>'
            f'<e:Message xmlns:e="{_ERRORS}">{words}</e:Message></detail></s:Fault>'
        )
        return self._envelope(500, fault)

    def _envelope(self, status: int, content: str) -> Response:
        names = ("MajorVersion", "MinorVersion", "MajorBuildNumber", "MinorBuildNumber")
        told = dict(zip(names, map(str, self._server.numbers), strict=True))
        schema = self._schema()
        if schema:
            told["Version"] = schema
        attributes = " ".join(f'{name}="{value}"' for name, value in told.items())
        text = (
            f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{_SOAP}"><s:Header>'
            f'<h:ServerVersionInfo {attributes} xmlns:h="{_TYPES}"/></s:Header>'
            f"<s:Body>{content}</s:Body></s:Envelope>"
        )
        return Response(text, status, media_type="text/xml; charset=utf-8")

    def _schema(self) -> str | None:
        numbers = self._server.numbers
        for major, minor, name in _SCHEMAS:
            if numbers[:2] >= (major, minor):
                return name
        known = [name for name, start in _REQUEST_VERSIONS if numbers >= start]
        # The first release of 2007 names none.
        return None if numbers < (8, 1) else known[-1]


def _folder(name: str, items: int) -> str:
    return (
        f'<t:Folder><t:FolderId Id="{name}=" ChangeKey="AQ=="/><t:FolderClass>IPF.Note'
        f"</t:FolderClass><t:DisplayName>{name}</t:DisplayName><t:TotalCount>{items}</t:TotalCount>"
        "<t:ChildFolderCount>0</t:ChildFolderCount><t:UnreadCount>0</t:UnreadCount></t:Folder>"
    )


def _answered(operation: str, contents: list[str]) -> str:
    messages = "".join(
        f'<m:{operation}ResponseMessage ResponseClass="Success"><m:ResponseCode>NoError'
        f"</m:ResponseCode>{content}</m:{operation}ResponseMessage>"
        for content in contents
    )
    return (
        f'<m:{operation}Response xmlns:m="{_MESSAGES}" xmlns:t="{_TYPES}"><m:ResponseMessages>'
        f"{messages}</m:ResponseMessages></m:{operation}Response>"
    )


class ByAddress:
    """Hands a request to the application of the address and port it came in on."""

    def __init__(
        self, usual: Callable[..., object], others: Mapping[tuple[str, int], ExchangeWebServices]
    ) -> None:
        self._usual = usual
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        application = self._others.get(tuple(scope.get("server") or ("", 0)))
        if application is not None:
            await application(scope, receive, send)
        else:
            await self._usual(scope, receive, send)  # type: ignore[misc]
