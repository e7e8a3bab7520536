"""What the alerts of server-side synchronization are about, told by the codes they carry.

The sentences of alerts vary with direction and language, the codes in them do not. Source:
Microsoft support articles on email and Exchange synchronization of Dataverse, read 2026-11-23;
"Microsoft Entra authentication and authorization error codes", of which those few are taken whose
meaning has stayed and that an application signing in by itself can meet.
"""

from enum import Enum


class AlertCause(Enum):
    """What an alert is recognised to be about.

    Of several in one alert a code counts before a sentence, and else the first listed: what
    opens many alerts, and so tells least, stands last.
    `phrases` are codes and words, in lower case, any of which shows it; `says` is a clause that
    an administrator can read, and `remedy` what to do next. `of_one_message`: it is about single
    messages or appointments, so that the mailbox as a whole goes on.
    """

    ANOTHER_ORGANIZATION = (
        "another-organization",
        (),
        "the mailbox is configured with another organisation",
        "Decide which organisation synchronizes the appointments of the mailbox; there run Test & "
        "Enable Mailbox with the option to sync with Exchange from this organisation only.",
    )
    NOT_APPROVED_BY_MICROSOFT_365 = (
        "not-approved-by-microsoft-365",
        ("approval by a microsoft 365 admin", "approval by an office 365 admin"),
        "no Microsoft 365 administrator has approved the mailbox",
        "Let a person who is System Administrator in Dynamics 365 and Global or Exchange "
        "administrator in Microsoft 365, or to whom one of these administrators gave the role "
        "Delegated Mailbox Approver, approve the email address; then Test & Enable Mailbox.",
    )
    NOT_APPROVED = (
        "not-approved",
        (
            "have not been approved",
            "has not been approved",
            "haven't been approved",
            "haven\u2019t been approved",
            "hasn't been approved",
            "hasn\u2019t been approved",
            "is not approved",
            "isn't approved",
            "isn\u2019t approved",
        ),
        "the email address is not approved",
        "Approve the email address of the mailbox (Approve Email), then Test & Enable Mailbox.",
    )
    APPROVER_WITHOUT_ROLE = (
        "approver-without-role",
        ("-2147220906",),
        "whoever approved the address lacks the role for it",
        "Let a Global or Exchange administrator who is System Administrator, or a person with the "
        "role Delegated Mailbox Approver, approve the address.",
    )
    APPLICATION_SECRET_REFUSED = (
        "application-secret-refused",
        ("aadsts7000215", "aadsts7000222"),
        "Entra refuses the secret of the profile's application, which is wrong or has run out",
        "Make a new client secret for the application in the mail tenant (Microsoft Entra, App "
        "registrations), enter it in the profile, then test and enable its mailboxes.",
    )
    APPLICATION_UNKNOWN = (
        "application-unknown",
        ("aadsts700016", "aadsts7000112"),
        "the mail tenant does not have the profile's application, or has it switched off",
        "Correct the application's id and the tenant in the profile, or let a Cloud Application "
        "administrator of the mail tenant enable the application (Microsoft Entra, Enterprise "
        "applications). Then test and enable the profile's mailboxes.",
    )
    TENANT_UNKNOWN = (
        "tenant-unknown",
        ("aadsts90002",),
        "Microsoft Entra does not know the tenant that the profile names",
        "Correct the tenant's id in the profile, then test and enable its mailboxes.",
    )
    ACCOUNT_DISABLED = (
        "account-disabled",
        ("8005e273",),
        "the Microsoft 365 account behind the mailbox is disabled",
        "Allow the account to sign in (Microsoft 365 admin centre, Active users), then Test & "
        "Enable Mailbox.",
    )
    NOT_REACHED_BY_GRAPH = (
        "not-reached-by-graph",
        ("8005e274", "mailboxnotenabledforrestapi"),
        "Microsoft Graph cannot open the mailbox: it has no licence, is inactive or is on premises",
        "Give the account an Exchange Online licence; where the mailbox is on Exchange Server, "
        "assign a profile of the kind Exchange Server (Hybrid).",
    )
    EXCHANGE_LICENSE_MISSING = (
        "exchange-license-missing",
        ("errorinvalidlicense",),
        "the mailbox has no valid Exchange Online licence",
        "Assign an Exchange Online licence to the account, or turn the mailbox of a queue into a "
        "shared mailbox.",
    )
    LICENSE_OR_ACCESS_MODE = (
        "license-or-access-mode",
        ("8005e276",),
        "the user has no licence or an unfit access mode",
        "Give the user a licence and the access mode Read-Write, then Test & Enable Mailbox.",
    )
    ADDRESS_OF_AN_UNLICENSED_USER = (
        "address-of-an-unlicensed-user",
        ("-2147167669",),
        "the user, or the owner of another mailbox with the same address, has no licence or an "
        "unfit access mode",
        "Give the user a licence and the access mode Read-Write. Where the user has both, look for "
        "another mailbox with the same email address whose owner has none, and change its address. "
        "Then Test & Enable Mailbox.",
    )
    TEAM_WITHOUT_ROLE = (
        "team-without-role",
        ("-2147209462",),
        "the queue is owned by a team that has no security role",
        "Give the team that owns the queue a security role that may read and write email.",
    )
    MAILBOX_OF_ANOTHER_OWNER = (
        "mailbox-of-another-owner",
        ("80048306",),
        "the owner of the mailbox record may not use it",
        "Assign the mailbox record to the user it belongs to, then Test & Enable Mailbox.",
    )
    SEND_AS_NOT_ALLOWED = (
        "send-as-not-allowed",
        ("send-as privilege", "send as privilege"),
        "the sender does not let others send in his or her name",
        "Let the sender allow it in the personal options, and give the user the privilege Send "
        "Email as Another User.",
        True,
    )
    PRIVILEGE_MISSING = (
        "privilege-missing",
        (
            "8005e259",
            "80040220",
            "-2147220960",
            "privilegedenied",
            "userprivilegeerror",
            "-2147220192",
        ),
        "the user, team or owner of the queue lacks a privilege",
        "Give the owner a security role with the privilege that the alert's details name, at least "
        "user-level read and write on Mailbox and create on Email.",
    )
    ADDRESS_UNKNOWN = (
        "address-unknown",
        ("no user was found with the email address", "no user was found with the given"),
        "nobody in the tenant has the email address",
        "Correct the email address, or assign a profile for the tenant where the mailbox lives.",
    )
    ACCOUNT_RECREATED = (
        "account-recreated",
        ("nouserfoundwithgivenclaims",),
        "the account was deleted and created anew",
        "Remove the old account for good in Microsoft Entra; up to three days may pass until the "
        "mailbox is found again.",
    )
    NO_MAILBOX_BEHIND_ADDRESS = (
        "no-mailbox-behind-address",
        ("errornonexistentmailbox", "smtp address has no mailbox"),
        "Exchange has no mailbox for the address that is used to sign in",
        "Enter the user principal name (user@domain) of an account with a mailbox in the profile.",
    )
    MAY_NOT_IMPERSONATE = (
        "may-not-impersonate",
        ("errorimpersonateuserdenied", "permission to impersonate"),
        "the profile's account may not impersonate the mailbox",
        "Grant the account of the profile the role ApplicationImpersonation in Exchange Server "
        "(New-ManagementRoleAssignment).",
    )
    MAILBOX_FULL = (
        "mailbox-full",
        ("errorquotaexceeded",),
        "the Exchange mailbox is full",
        "Archive or delete email in the Exchange mailbox, or raise its quota.",
    )
    SENDING_QUOTA_REACHED = (
        "sending-quota-reached",
        ("errorsubmissionquotaexceeded",),
        "the mailbox has sent as much as Exchange allows in a day",
        "Spread the email over more mailboxes, or send it with a tool made for bulk email.",
    )
    HOST_NOT_FOUND = (
        "host-not-found",
        ("hostnotfound", "invalidincomingemailserverprofileconfiguration"),
        "the profile names a host or a port that does not exist",
        "Correct server location and port in the profile, or the name in DNS.",
    )
    CONNECTION_TIMED_OUT = (
        "connection-timed-out",
        ("exception timedout", "socket returned exception"),
        "the mail server does not answer at that port",
        "Correct the port in the profile, or open the firewall for Dynamics 365.",
    )
    CONNECTION_REFUSED = (
        "connection-refused",
        ("connectfailure",),
        "no connection to the mail server comes about",
        "Open the firewall for the addresses of Dynamics 365's region, and check location and port "
        "in the profile.",
    )
    NO_PROFILE = (
        "no-profile",
        ("invalidincomingemailserverprofile",),
        "the mailbox has no profile, or an inactive one",
        "Assign an active email server profile to the mailbox, then Test & Enable Mailbox.",
    )
    SMTP_PORT_OF_ANOTHER_KIND = (
        "smtp-port-of-another-kind",
        ("command unrecognized", "command unrecognised"),
        "the outgoing port expects another kind of encryption",
        "Set the outgoing port of the profile to 587.",
    )
    SENDING_SIGN_IN_REFUSED = (
        "sending-sign-in-refused",
        ("outgoingemailauthenticationerror", "535 5.7.8", "535-5.7.8"),
        "the outgoing server refuses the sign-in or shows a certificate that is not trusted",
        "Sign in by OAuth or with valid credentials, and see that the server's certificate is "
        "valid.",
    )
    MAILBOX_NOT_LOCATED = (
        "mailbox-not-located",
        ("location could not be determined", "could not be determined while"),
        "auto-discover does not find the mailbox",
        "For a mailbox on Exchange Server: repair auto-discover of the email domain, or switch it "
        "off in the profile and enter the server location. For one in Exchange Online: leave the "
        "profile as it is and look for the mailbox, its licence and its tenant.",
    )
    MAILBOX_DISABLED = (
        "mailbox-disabled",
        ("mailboxdisabled",),
        "the mailbox is deactivated or not enabled for email",
        "Activate the mailbox, then Test & Enable Mailbox.",
    )
    EXTENSION_FAILED = (
        "extension-failed",
        (
            "isvaborted",
            "isvunexpected",
            "-2147220891",
            "-2147220956",
            "80040265",
            "isv code aborted",
        ),
        "a plug-in or workflow on the record failed",
        "Find the synchronous plug-in step or workflow that the alert's details name, and repair "
        "it or switch it off.",
        True,
    )
    RECIPIENT_INVALID = (
        "recipient-invalid",
        ("-2147218677",),
        "a message has an invalid address in To or Cc",
        "Nothing has to be set: such a message is not tracked. Track it by hand where it matters.",
        True,
    )
    NOT_FORWARDED_AS_ATTACHMENT = (
        "not-forwarded-as-attachment",
        ("invalidforwardmailitem",),
        "email reaches the forward mailbox otherwise than as an attachment",
        "Let the forwarding rule forward as an attachment, and set the incoming method of the "
        "mailbox it comes from to Forward Mailbox.",
        True,
    )
    NOBODY_ACCEPTS = (
        "nobody-accepts",
        ("nocorrelationmatch",),
        "no user or queue accepts the message by its filter",
        "Choose in the personal options, or on the queue, which messages are to be tracked.",
        True,
    )
    RECIPIENT_UNKNOWN = (
        "recipient-unknown",
        ("norecipientmatch", "-2147218683"),
        "no recipient of the message is a user or queue",
        "Enter the address that the message was sent to on a user or queue, or let the mailbox "
        "accept all messages.",
        True,
    )
    SENDER_INVALID = (
        "sender-invalid",
        ("invalidsender",),
        "a message has no valid sender",
        "Nothing has to be set: such messages, made by Exchange itself, are not tracked.",
        True,
    )
    ORGANIZER_NOT_ON_FORM = (
        "organizer-not-on-form",
        ("organizer field is not present", "organizer field isn't present"),
        "the appointment form lacks the field Organizer",
        "Add the field Organizer to the form of appointments and publish it.",
        True,
    )
    TIME_ZONE = (
        "time-zone",
        ("returned 383",),
        "Exchange refuses the time zone of the user",
        "Choose another time zone with the same offset in the user's personal options.",
    )
    APPOINTMENT_OF_ANOTHER = (
        "appointment-of-another",
        ("returned 203",),
        "an appointment belongs to another organizer, which is mostly harmless",
        "Nothing has to be set; look at the appointment only if somebody misses it.",
        True,
    )
    EWS_REFUSED = (
        "ews-refused",
        ("returned forbidden", "returned 403", "403 forbidden", "(403)"),
        "Exchange refuses Exchange Web Services for the mailbox",
        "Allow Exchange Web Services for organisation and mailbox (EwsEnabled) and put Dynamics "
        "365 among the applications that may use it; it takes up to two hours to count.",
    )
    ACCOUNT_REFUSED = (
        "account-refused",
        ("8005e272",),
        "Exchange refuses the account of the profile",
        "Correct user name and password in the profile, and see that the profile fits the place "
        "where the mailbox lives.",
    )
    UNAUTHORIZED = (
        "unauthorized",
        ("401 unauthorized", "returned 401", "returned unauthorized", "(401)"),
        "Exchange refuses the sign-in",
        "See that user and mailbox have the same address, that the mailbox lives where its profile "
        "looks for it, that it is licensed, and that no password is used with Exchange Online.",
    )
    CREDENTIALS_REFUSED = (
        "credentials-refused",
        ("incorrect or have insufficient permissions", "credentials are incorrect"),
        "the credentials are wrong or may not open the mailbox",
        "Correct the credentials in the profile or on the mailbox, or grant its account "
        "impersonation.",
    )
    SERVER_BUSY = (
        "server-busy",
        (
            "serviceunavailable",
            "returned 503",
            "503 service",
            "(503)",
            "errorserverbusy",
            "errorinternalservertransienterror",
            "errormailboxstoreunavailable",
            "incomingmailboxinternalcrmerror",
            "80040216",
        ),
        "the server was busy or down for a while",
        "Wait a cycle and look again; where it stays, lower the connections at once of the profile "
        "or see the throttling policy of its account.",
    )
    UNEXPECTED = (
        "unexpected",
        ("-2147220970",),
        "an unexpected error, which mostly passes",
        "Wait a cycle and look again; where it stays, read the details of the alert.",
    )
    NO_SECURE_CONNECTION = (
        "no-secure-connection",
        ("establishing a secure connection",),
        "no secure connection to the mail server comes about",
        "See that the mail server offers TLS 1.2 with a certificate in force for its name.",
    )

    def __init__(
        self,
        id: str,
        phrases: tuple[str, ...],
        says: str,
        remedy: str,
        of_one_message: bool = False,
    ) -> None:
        self.id = id
        self.phrases = phrases
        self.says = says
        self.remedy = remedy
        self.of_one_message = of_one_message
        self.codes = tuple(each for each in phrases if " " not in each)
        self.sentences = tuple(each for each in phrases if " " in each)


def cause_in(text: str) -> AlertCause | None:
    """What a text in lower case is about: by a code in it, else by a sentence; None: neither."""
    for cause in AlertCause:
        if any(code in text for code in cause.codes):
            return cause
    for cause in AlertCause:
        if any(sentence in text for sentence in cause.sentences):
            return cause
    return None
