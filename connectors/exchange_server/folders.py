"""Opens a mailbox of an Exchange Server for its owner (impersonation) and counts in two folders.

Nothing but counts is asked for: no item, no subject, no sender. Source: Microsoft Learn
"Impersonation and EWS in Exchange"; "GetFolder", "FindFolder".

Tested in `tests/end_to_end/test_exchange_server_mailboxes.py`.
"""

from typing import Any

from msgspec import Struct

from connectors.exchange_server.ews import Ews
from connectors.transport.guard.reads import WriteRefused
from rules.facts import Version

UNDELIVERABLE = "Undeliverable"
"""The folder into which Dynamics 365 moves what it could not take in."""
DENIED = frozenset({"ErrorImpersonateUserDenied", "ErrorImpersonationDenied"})
"""What a server says where the account may not stand in for others."""
NO_MAILBOX = "ErrorNonExistentMailbox"
_MOST_ITEMS = 2**31 - 1
"""What the type of a count in the schema holds."""


class Opened(Struct, frozen=True):
    """What opening a mailbox showed; `code` is the server's where it could not be opened.

    `undeliverable_items` None: it has no such folder.
    """

    code: str | None = None
    inbox_items: int | None = None
    undeliverable_items: int | None = None


def opened(ews: Ews, address: str) -> Opened:
    """The counts of one mailbox, or the code of the server's refusal. Raises `SourceFailed`."""
    from exchangelib.errors import ResponseMessageError

    ews.begin()
    try:
        found = ews.in_time(lambda: _counted(ews, _account(ews.protocol, address)))
    except WriteRefused:
        raise
    except ResponseMessageError as error:
        found = Opened(code=type(error).__name__)
    except Exception as error:
        raise ews.failure(error) from error
    ews.check_whole()
    return found


def version_of(build: Version) -> Any:
    """What the library needs to know of a server; None for a build that it does not know."""
    from exchangelib.version import Build
    from exchangelib.version import Version as LibraryVersion

    major, minor, *rest = (*build, 0, 0)
    # The newest value that servers document as valid in a request.
    newest = "Exchange2016" if (major, minor) >= (15, 1) else None
    try:
        return LibraryVersion(Build(major, minor, *rest[:2]), api_version=newest)
    except (KeyError, ValueError):
        return None


def _account(protocol: Any, address: str) -> Any:
    from exchangelib import IMPERSONATION, UTC, Account

    account = Account(
        primary_smtp_address=address,
        config=protocol.config,
        access_type=IMPERSONATION,
        locale="en_US",
        default_timezone=UTC,
    )
    # Of its own it would take a protocol that outlives the run, with sessions of its own.
    account.protocol = protocol
    return account


def _counted(ews: Ews, account: Any) -> Opened:
    from exchangelib.fields import FieldPath
    from exchangelib.folders import Folder, FolderCollection, Inbox, MsgFolderRoot, Root
    from exchangelib.properties import DistinguishedFolderId, Mailbox
    from exchangelib.restriction import Q

    of = Mailbox(email_address=account.primary_smtp_address)
    root = Root(account=account)

    def distinguished(kind: Any) -> Any:
        id = DistinguishedFolderId(id=kind.DISTINGUISHED_FOLDER_ID, mailbox=of)
        return kind(_distinguished_id=id, root=root)

    def count() -> set[Any]:
        return {FieldPath(field=Folder.get_field_by_fieldname("total_count"))}

    inbox = distinguished(Inbox)
    (found,) = FolderCollection(account=account, folders=[inbox]).get_folders(count())
    if isinstance(found, Exception):
        raise found
    parents = [inbox, distinguished(MsgFolderRoot)]
    within = FolderCollection(account=account, folders=parents).find_folders(
        q=Q(name=UNDELIVERABLE), depth="Shallow", additional_fields=count()
    )
    undeliverable = []
    for each in within:
        if isinstance(each, Exception):
            raise each
        if each.name == UNDELIVERABLE:
            undeliverable.append(_count_of(ews, each))
    return Opened(
        inbox_items=_count_of(ews, found),
        undeliverable_items=sum(undeliverable) if undeliverable else None,
    )


def _count_of(ews: Ews, folder: Any) -> int:
    """How many items a folder has. Raises `SourceFailed` where that was not told."""
    count = folder.total_count
    if not isinstance(count, int) or not 0 <= count <= _MOST_ITEMS:
        raise ews.spoiled()
    return count
