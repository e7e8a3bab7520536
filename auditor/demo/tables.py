"""The tables of Dynamics that the simulated tenant serves.

Source: Dataverse table reference and the Dynamics 365 on-premises entity reference.
"""

from collections.abc import Collection, Iterator

from auditor.demo.schema import TableDefinition, columns
from connectors.dynamics.client import logical_name
from connectors.dynamics.table import Table
from connectors.sources.catalogue import readers

EMAIL_SERVER_PROFILE = TableDefinition(
    name="emailserverprofile",
    entity_set="emailserverprofiles",
    key="emailserverprofileid",
    privilege="prvReadEmailServerProfile",
    object_type_code=9605,
    columns=columns("""
        emailserverprofileid:K name:S description:M servertype:P emailservertypename:S
        exchangeversion:P useautodiscover:B incomingserverlocation:S outgoingserverlocation:S
        defaultserverlocation:S incomingportnumber:I outgoingportnumber:I incomingusessl:B
        outgoingusessl:B incomingauthenticationprotocol:P outgoingauthenticationprotocol:P
        incomingcredentialretrieval:P outgoingcredentialretrieval:P incominguseimpersonation:B
        outgoinguseimpersonation:B outgoingautograntdelegateaccess:B
        usesamesettingsforoutgoingconnections:B incomingusername:S outgoingusername:S
        incomingpassword:S! outgoingpassword:S! isincomingpasswordset:B isoutgoingpasswordset:B
        usedefaulttenantid:B exchangeonlinetenantid:S incomingpartnerapplication:L
        outgoingpartnerapplication:L oauthclientid:S+ oauthclientsecret:S+!
        isoauthclientsecretset:B+ aadresourceid:S+ keyvaultreferenceid:L+ managedidentityid:L+
        acsenabledforoutgoingemail:B+ acsendpointurl:S+ acsemailservicename:S+
        acsresourcegroupname:S+ processemailsreceivedafter:D minpollingintervalinminutes:I
        maxconcurrentconnections:I timeoutmailboxconnection:B
        timeoutmailboxconnectionafteramount:I moveundeliveredemails:B sendemailalert:B
        encodingcodepage:S owneremailaddress:S lastteststarttime:D lasttesttotalexecutiontime:N
        lasttestexecutionstatus:P lastauthorizationstatus:P lasttestvalidationstatus:P
        lasttestrequest:M lasttestresponse:M lastcrmmessage:M statecode:T statuscode:U
        ownerid:O owningbusinessunit:L owninguser:L owningteam:L organizationid:L createdon:D
        modifiedon:D versionnumber:N
    """),
)
MAILBOX = TableDefinition(
    name="mailbox",
    entity_set="mailboxes",
    key="mailboxid",
    privilege="prvReadMailbox",
    object_type_code=9606,
    columns=columns("""
        mailboxid:K name:S emailaddress:S username:S emailserverprofile:L regardingobjectid:L
        emailrouteraccessapproval:P isemailaddressapprovedbyo365admin:B
        incomingemaildeliverymethod:P outgoingemaildeliverymethod:P actdeliverymethod:P
        enabledforincomingemail:B enabledforoutgoingemail:B enabledforact:B
        incomingemailstatus:P outgoingemailstatus:P actstatus:P mailboxstatus:P
        testemailconfigurationscheduled:B testemailconfigurationretrycount:I
        testmailboxaccesscompletedon:D postponetestemailconfigurationuntil:D
        postponemailboxprocessinguntil:D postponesendinguntil:D receivingpostponeduntil:D
        receivingpostponeduntilforact:D processemailreceivedafter:D lastsyncstartedon:D
        lastsuccessfulsynccompletedon:D processinglastattemptedon:D lastautodiscoveredon:D
        lastsyncerroroccurredon:D lastmailboxforcedunlockoccurredon:D lastsyncerror:S
        lastsyncerrorcode:I lastsyncerrorcount:I lastsyncerrormachinename:S
        itemsprocessedforlastsync:I itemsfailedforlastsync:I mailboxprocessingcontext:I
        processingstatecode:I processedtimes:I transientfailurecount:I forcedunlockcount:I
        noactcount:I noemailcount:I averagetotalduration:I lastduration:I
        nextscheduledactsyncinseconds:I+ hostid:S isforwardmailbox:B isserviceaccount:B
        isactsyncorgflagset:B orgmarkedasprimaryforexchangesync:B processanddeleteemails:B
        allowemailconnectortousecredentials:B ispasswordset:B password:S! credentialinfo:S-
        dataencryptionkey:S-! isdataencryptionkeyset:B- oauthaccesstoken:S+!
        oauthrefreshtoken:S+! isoauthaccesstokenset:B+ isoauthrefreshtokenset:B+
        oauthtokenexpireson:D+ lastactiveon:D! lastmessageid:S! undeliverablefolder:S
        folderhierarchy:M exchangesyncstatexml:M tagemailsafter:D+ lasttaggedmessageid:S+! ewsurl:S
        exchangecontactsimportstatus:P officeappsdeploymentstatus:P verboseloggingenabled:I
        statecode:T statuscode:U ownerid:O owningbusinessunit:L owninguser:L owningteam:L
        organizationid:L createdon:D modifiedon:D versionnumber:N
    """),
)
ORGANIZATION = TableDefinition(
    name="organization",
    entity_set="organizations",
    key="organizationid",
    privilege="prvReadOrganization",
    object_type_code=1019,
    columns=columns("""
        organizationid:K name:S initialversion:S languagecode:I emailconnectionchannel:P
        defaultemailserverprofileid:L defaultemailsettings:S requireapprovalforuseremail:B
        requireapprovalforqueueemail:B allowunresolvedpartiesonemailsend:B
        resolvesimilarunresolvedemailaddress:B unresolveemailaddressifmultiplematch:B
        ignoreinternalemail:B emailcorrelationenabled:B isfolderbasedtrackingenabled:B
        maxfolderbasedtrackingmappings:I isappointmentattachmentsyncenabled:B
        isassignedtaskssyncenabled:B iscontactmailingaddresssyncenabled:B
        isresourcebookingexchangesyncenabled:B isemailserverprofilecontentfilteringenabled:B
        isemailmonitoringallowed:B isemailaddressvalidationenabled:B+ isdelegateaccessenabled:B
        ismailboxforcedunlockingenabled:B ismailboxinactivebackoffenabled:B
        mailboxintermittentissueminrange:I mailboxpermanentissueminrange:I
        notifymailboxownerofemailserverlevelalerts:B generatealertsforerrors:B
        generatealertsforinformation:B generatealertsforwarnings:B
        incomingemailexchangeemailretrievalbatchsize:I emailsendpollingperiod:I
        performactsyncafter:D tracelogmaximumageindays:I daysbeforeemaildescriptionismigrated:I
        syncoptinselection:B syncoptinselectionstatus:P trackingprefix:S trackingtokenidbase:I
        trackingtokeniddigits:I enablesmartmatching:B allowoutlookscheduledsyncs:B
        allowofflinescheduledsyncs:B allowaddressbooksyncs:B minoutlooksyncinterval:I
        maxuploadfilesize:I blockedattachments:M officeappsautodeploymentenabled:B
        plugintracelogsetting:P orgdborgsettings:M tokenkey:S! telemetryinstrumentationkey:S+!
        bingmapsapikey:S createdon:D modifiedon:D versionnumber:N
    """),
)
SYSTEM_USER = TableDefinition(
    name="systemuser",
    entity_set="systemusers",
    key="systemuserid",
    privilege="prvReadUser",
    object_type_code=8,
    columns=columns("""
        systemuserid:K fullname:S internalemailaddress:S domainname:S personalemailaddress:S
        windowsliveid:S isdisabled:B accessmode:P azurestate:P+ deletedstate:P+ azuredeletedon:D+
        islicensed:B issyncwithdirectory:B isintegrationuser:B setupuser:B
        defaultfilterspopulated:B isemailaddressapprovedbyo365admin:B
        incomingemaildeliverymethod:P outgoingemaildeliverymethod:P emailrouteraccessapproval:P
        caltype:P invitestatuscode:P defaultmailbox:L applicationid:K applicationiduri:S
        azureactivedirectoryobjectid:K disabledreason:S userlicensetype:I businessunitid:L
        queueid:L activedirectoryguid:K! latestupdatetime:D! isactivedirectoryuser:B!
        organizationid:K createdon:D modifiedon:D versionnumber:N
    """),
)
QUEUE = TableDefinition(
    name="queue",
    entity_set="queues",
    key="queueid",
    privilege="prvReadQueue",
    object_type_code=2020,
    columns=columns("""
        queueid:K name:S description:M emailaddress:S emailrouteraccessapproval:P
        incomingemaildeliverymethod:P outgoingemaildeliverymethod:P
        incomingemailfilteringmethod:P queueviewtype:P isemailaddressapprovedbyo365admin:B
        defaultmailbox:L ignoreunsolicitedemail:B allowemailcredentials:B emailusername:S
        emailpassword:S statecode:T statuscode:U ownerid:O owningbusinessunit:L owninguser:L
        owningteam:L organizationid:L createdon:D modifiedon:D versionnumber:N
    """),
)
USER_SETTINGS = TableDefinition(
    name="usersettings",
    entity_set="usersettingscollection",
    key="systemuserid",
    privilege="prvReadUserSettings",
    object_type_code=150,
    columns=columns("""
        systemuserid:K incomingemailfilteringmethod:P isresourcebookingexchangesyncenabled:B
        issendasallowed:B synccontactcompany:B timezonecode:I autocreatecontactonpromote:I
        outlooksyncinterval:I offlinesyncinterval:I addressbooksyncinterval:I
        ignoreunsolicitedemail:B trackingtokenid:I createdon:D modifiedon:D versionnumber:N
    """),
)
TIME_ZONE_DEFINITION = TableDefinition(
    name="timezonedefinition",
    entity_set="timezonedefinitions",
    key="timezonedefinitionid",
    object_type_code=4810,
    columns=columns("""
        timezonedefinitionid:K timezonecode:I standardname:S daylightname:S userinterfacename:S
        bias:I retiredorder:I createdon:D modifiedon:D versionnumber:N
    """),
)
TRACE_LOG = TableDefinition(
    name="tracelog",
    entity_set="tracelogs",
    key="tracelogid",
    privilege="prvReadTraceLog",
    object_type_code=8050,
    columns=columns("""
        tracelogid:K text:S level:P tracestatus:B tracecode:I errortypedisplay:S errordetails:S
        machinename:S traceparameterxml:M tracedetailxml:M traceactionxml:M regardingobjectid:L
        regardingobjectownerid:L regardingobjectowningbusinessunit:L parenttracelogid:L
        isunique:B canbedeleted:B collationlevel:I organizationid:L createdon:D modifiedon:D
        versionnumber:N
    """),
)
EMAIL = TableDefinition(
    name="email",
    entity_set="emails",
    key="activityid",
    privilege="prvReadActivity",
    object_type_code=4202,
    columns=columns("""
        activityid:K subject:S description:M statecode:T statuscode:U directioncode:B
        deliveryattempts:I deliveryprioritycode:P emailremindertype:P delayedemailsendtime:D
        receivingmailboxid:L+ acceptingentityid:L+ sendermailboxid:L emailsender:L senton:D
        postponeemailprocessinguntil:D notifications:P messageid:S trackingtoken:S submittedby:S
        torecipients:S sender:S ownerid:O createdon:D modifiedon:D versionnumber:N
    """),
)
ACTIVITY_PARTY = TableDefinition(
    name="activityparty",
    entity_set="activityparties",
    key="activitypartyid",
    privilege="prvReadActivity",
    object_type_code=135,
    columns=columns("""
        activitypartyid:K activityid:L partyid:L participationtypemask:P addressused:S
        unresolvedpartyname:S ispartydeleted:B donotemail:B versionnumber:N
    """),
)
MAILBOX_TRACKING_FOLDER = TableDefinition(
    name="mailboxtrackingfolder",
    entity_set="mailboxtrackingfolders",
    key="mailboxtrackingfolderid",
    privilege="prvReadMailboxTrackingFolder",
    object_type_code=9608,
    columns=columns("""
        mailboxtrackingfolderid:K exchangefolderid:S exchangefoldername:S
        folderonboardingstatus:I mailboxid:L regardingobjectid:L createdon:D modifiedon:D
        versionnumber:N
    """),
)
PROCESSING_STEP = TableDefinition(
    name="sdkmessageprocessingstep",
    entity_set="sdkmessageprocessingsteps",
    key="sdkmessageprocessingstepid",
    privilege="prvReadSdkMessageProcessingStep",
    object_type_code=4608,
    columns=columns("""
        sdkmessageprocessingstepid:K name:S stage:P mode:P statecode:T statuscode:U rank:I
        ismanaged:B sdkmessageid:L sdkmessagefilterid:L plugintypeid:L configuration:S
        createdon:D modifiedon:D versionnumber:N
    """),
)
SOLUTION = TableDefinition(
    name="solution",
    entity_set="solutions",
    key="solutionid",
    privilege="prvReadSolution",
    object_type_code=7100,
    columns=columns("""
        solutionid:K uniquename:S friendlyname:S version:S ismanaged:B isvisible:B installedon:D
        publisherid:L createdon:D modifiedon:D versionnumber:N
    """),
)
BUSINESS_UNIT = TableDefinition(
    name="businessunit",
    entity_set="businessunits",
    key="businessunitid",
    privilege="prvReadBusinessUnit",
    object_type_code=10,
    columns=columns("""
        businessunitid:K name:S isdisabled:B parentbusinessunitid:L createdon:D modifiedon:D
        versionnumber:N
    """),
)
TEAM = TableDefinition(
    name="team",
    entity_set="teams",
    key="teamid",
    privilege="prvReadTeam",
    object_type_code=9,
    columns=columns("""
        teamid:K name:S teamtype:P isdefault:B businessunitid:L administratorid:L emailaddress:S
        createdon:D modifiedon:D versionnumber:N
    """),
)
ROLE = TableDefinition(
    name="role",
    entity_set="roles",
    key="roleid",
    privilege="prvReadRole",
    object_type_code=1036,
    columns=columns("""
        roleid:K name:S businessunitid:L roletemplateid:L parentrootroleid:L ismanaged:B
        createdon:D modifiedon:D versionnumber:N
    """),
)
PRIVILEGE = TableDefinition(
    name="privilege",
    entity_set="privileges",
    key="privilegeid",
    object_type_code=1023,
    columns=columns("""
        privilegeid:K name:S accessright:I canbebasic:B canbelocal:B canbedeep:B canbeglobal:B
        versionnumber:N
    """),
)
ROLE_PRIVILEGE = TableDefinition(
    name="roleprivileges",
    entity_set="roleprivilegescollection",
    key="roleprivilegeid",
    privilege="prvReadRole",
    object_type_code=12,
    columns=columns(
        "roleprivilegeid:K roleid:K privilegeid:K privilegedepthmask:I versionnumber:N"
    ),
)
FIELD_SECURITY_PROFILE = TableDefinition(
    name="fieldsecurityprofile",
    entity_set="fieldsecurityprofiles",
    key="fieldsecurityprofileid",
    privilege="prvReadFieldSecurityProfile",
    object_type_code=1200,
    columns=columns("fieldsecurityprofileid:K name:S description:M versionnumber:N"),
)
FIELD_PERMISSION = TableDefinition(
    name="fieldpermission",
    entity_set="fieldpermissions",
    key="fieldpermissionid",
    privilege="prvReadFieldSecurityProfile",
    object_type_code=1201,
    columns=columns("""
        fieldpermissionid:K entityname:S attributelogicalname:S canread:P cancreate:P canupdate:P
        fieldsecurityprofileid:L versionnumber:N
    """),
)


def _further(known: Collection[str]) -> Iterator[TableDefinition]:
    """Tables that a reader asks for and that are not written down here: they hold no rows."""
    for number, reader in enumerate(readers()):
        table = getattr(reader.read, "__self__", None)
        if isinstance(table, Table) and table.entity_set not in known:
            key, *rest = (logical_name(each) for each in reader.columns)
            words = [f"{key}:K", "createdon:D", "modifiedon:D"]
            words += [
                f"{name}:{'L' if name != wire else 'S'}"
                for name, wire in zip(rest, reader.columns[1:], strict=True)
                if name not in ("createdon", "modifiedon")
            ]
            yield TableDefinition(
                name=table.logical_name,
                entity_set=table.entity_set,
                key=key,
                privilege=table.privilege,
                object_type_code=10_000 + number,
                columns=columns(" ".join(words)),
            )


TABLES = {
    table.entity_set: table
    for table in (
        EMAIL_SERVER_PROFILE,
        MAILBOX,
        ORGANIZATION,
        SYSTEM_USER,
        QUEUE,
        USER_SETTINGS,
        TIME_ZONE_DEFINITION,
        TRACE_LOG,
        EMAIL,
        ACTIVITY_PARTY,
        MAILBOX_TRACKING_FOLDER,
        PROCESSING_STEP,
        SOLUTION,
        BUSINESS_UNIT,
        TEAM,
        ROLE,
        PRIVILEGE,
        ROLE_PRIVILEGE,
        FIELD_SECURITY_PROFILE,
        FIELD_PERMISSION,
    )
}
"""Every table by its entity set."""
TABLES |= {table.entity_set: table for table in _further(TABLES)}
