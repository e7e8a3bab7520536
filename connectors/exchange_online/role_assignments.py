"""Reads who holds which management role ("Get-ManagementRoleAssignment").

All assignments are asked for, since a role that is no more cannot be asked for by name.
"""

from collections.abc import Iterator

from msgspec import UNSET, Struct

from connectors.columnar.page import Page
from connectors.exchange_online.client import ExchangeOnline
from connectors.exchange_online.permissions import CONFIGURATION, cmdlet_grant
from connectors.exchange_online.values import Flag, Text
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Progress, Reader

SOURCE = "exchange_online.role-assignments"
IMPERSONATION = "ApplicationImpersonation"
"""The role that opens every mailbox, taken from Exchange Online in 2025."""


class RoleAssignmentRow(Struct, frozen=True):
    """One assignment of a role to a group, a user or an application."""

    Name: Text = UNSET
    Role: Text = UNSET
    RoleAssigneeName: Text = UNSET
    Enabled: Flag = UNSET
    RoleAssignmentDelegationType: Text = UNSET

    @property
    def delegates(self) -> bool:
        """Whether it lets its holder give the role to others, and do nothing with it itself.

        Each organisation has such an assignment of each role from the beginning, named so.
        """
        kind = self.RoleAssignmentDelegationType
        if isinstance(kind, str):
            return kind.startswith("Delegating")
        return isinstance(self.Name, str) and self.Name.endswith("-Delegating")


def read(exchange: ExchangeOnline, progress: Progress, earlier: EarlierReadings) -> Iterator[Page]:
    """All assignments, those that delegate included."""
    return exchange.cmdlet(
        "Get-ManagementRoleAssignment",
        RoleAssignmentRow,
        progress,
        source=SOURCE,
        grant=cmdlet_grant(CONFIGURATION),
    )


READER = Reader(
    source=SOURCE,
    section="exchange_online.cmdlets",
    row=RoleAssignmentRow,
    read=read,
    grant=cmdlet_grant(CONFIGURATION),
)
