"""Reads the table *organization*."""

from msgspec import UNSET, Struct, field

from connectors.dynamics.column_types import Flag, Number, Text
from connectors.dynamics.table import Table


class OrganizationRow(Struct, frozen=True):
    """Table *organization*."""

    organizationid: str
    name: Text = UNSET
    emailconnectionchannel: Number = UNSET
    requireapprovalforuseremail: Flag = UNSET
    requireapprovalforqueueemail: Flag = UNSET
    default_profile: Text = field(name="_defaultemailserverprofileid_value", default=UNSET)
    defaultemailsettings: Text = UNSET
    generatealertsforerrors: Flag = UNSET
    generatealertsforwarnings: Flag = UNSET
    allowunresolvedpartiesonemailsend: Flag = UNSET
    unresolveemailaddressifmultiplematch: Flag = UNSET
    maxuploadfilesize: Number = UNSET
    isfolderbasedtrackingenabled: Flag = UNSET
    maxfolderbasedtrackingmappings: Number = UNSET
    ismailboxinactivebackoffenabled: Flag = UNSET
    ismailboxforcedunlockingenabled: Flag = UNSET
    emailcorrelationenabled: Flag = UNSET
    trackingprefix: Text = UNSET
    performactsyncafter: Text = UNSET
    tracelogmaximumageindays: Number = UNSET


TABLE = Table(
    source="dynamics.organizations",
    logical_name="organization",
    entity_set="organizations",
    privilege="prvReadOrganization",
    one_row=True,
    row=OrganizationRow,
    title="the organisation's settings",
)
READER = TABLE.reader()
