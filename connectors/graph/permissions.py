"""The permissions that Microsoft Graph asks for, and how each is given.

Source: Microsoft Graph, "Permissions reference" (application permissions).
"""

from connectors.transport.errors import SourceFailed

GRAPH = "00000003-0000-0000-c000-000000000000"
ROLES = {
    "Application.Read.All": "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
    "MailboxSettings.Read": "40f97065-369a-49f4-947c-6a255697ae91",
    "Organization.Read.All": "498476ce-e0fe-48b0-b801-37ba7e2685c6",
    "Policy.Read.All": "246dd0d5-5bd0-4def-940b-0421030a5b68",
    "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
}
"""Every permission that an audit needs, with its id."""


def grant(permission: str) -> str:
    """How an administrator gives the auditor's application this permission."""
    return (
        f"Give the auditor's application the Microsoft Graph permission {permission} "
        "(application) and consent to it: `az ad app permission add --id CLIENT_ID "
        f"--api {GRAPH} --api-permissions {ROLES[permission]}=Role`, then "
        "`az ad app permission admin-consent --id CLIENT_ID`."
    )


def explained(failure: SourceFailed, permission: str) -> SourceFailed:
    """The failure; one that refuses access names the permission that it lacks."""
    if failure.status == 403:
        return failure.but(
            reason=f"The permission {permission} is missing: {failure.reason}",
            remedy=grant(permission),
        )
    return failure
