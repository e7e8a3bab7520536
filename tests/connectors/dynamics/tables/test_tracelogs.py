"""Of an alert's text only its general meaning is ever held."""

import re

import msgspec
import pytest
import responses

from connectors.dynamics.client import Dynamics
from connectors.dynamics.tables.tracelogs import READER, RECEIVING, AlertRow, code_in, substance_of
from rules.alert_causes import AlertCause
from tests.connectors.microsoft_365 import SignedIn, read, rows, transport

CONFLICT = (
    "Appointments, contacts, and tasks can't be synchronized because the email address of the "
    "mailbox anna@contoso.example is configured with another Microsoft Dynamics 365 organization."
)


@pytest.mark.parametrize(
    ("text", "substance"),
    [
        (CONFLICT, "another-organization"),
        (CONFLICT.replace("organization", "organisation").upper(), "another-organization"),
        ("The mailbox is configured with another one. Ask your organization.", "english"),
        ("Email cannot be received for the mailbox Anna.", "english (receiving)"),
        ("Die E-Mail für das Postfach Anna kann nicht empfangen werden.", "unreadable"),
        ("予定、連絡先、およびタスクは同期できません", "unreadable"),
    ],
)
def test_a_text_is_reduced_to_what_it_says_in_general(text, substance):
    assert substance_of(text).removesuffix(RECEIVING) == substance.removesuffix(RECEIVING)
    assert substance_of(substance) == substance


def test_a_decoded_row_holds_no_word_of_the_text():
    answer = msgspec.json.encode([{"tracelogid": "1", "level": 3, "text": CONFLICT}])
    (row,) = msgspec.json.decode(answer, type=list[AlertRow])
    assert row.text == f"another-organization{RECEIVING}"
    assert b"anna" not in msgspec.msgpack.encode(row)


@pytest.mark.parametrize("text", [None, msgspec.UNSET])
def test_a_text_that_is_not_there_stays_so(text):
    assert AlertRow(tracelogid="1", text=text).text is text


SAID = {
    "8005E259": "privilege-missing",
    "8005E272": "account-refused",
    "8005E273": "account-disabled",
    "8005E274": "not-reached-by-graph",
    "MailboxNotEnabledForRESTAPI": "not-reached-by-graph",
    "8005E276": "license-or-access-mode",
    "Test and Enable failed because no user was found with the email address": "address-unknown",
    "NoUserFoundWithGivenClaims": "account-recreated",
    "Email Server Error Code: Http server returned 401 Unauthorized exception.": "unauthorized",
    "Email Server Error Code: Http server returned Forbidden exception.": "ews-refused",
    "Http server returned ServiceUnavailable exception.": "server-busy",
    "ErrorInternalServerTransientError": "server-busy",
    "IncomingMailboxInternalCrmError": "server-busy",
    "Crm.80040216": "server-busy",
    "ErrorMailboxStoreUnavailable": "server-busy",
    "InvalidIncomingEmailServerProfile": "no-profile",
    "InvalidIncomingEmailServerProfileConfiguration HostNotFound": "host-not-found",
    "InvalidIncomingEmailServerProfileConfiguration": "host-not-found",
    "Socket returned exception TimedOut": "connection-timed-out",
    "MailboxDisabled": "mailbox-disabled",
    "ErrorInvalidLicense": "exchange-license-missing",
    "ErrorNonExistentMailbox": "no-mailbox-behind-address",
    "The SMTP address has no mailbox associated with it": "no-mailbox-behind-address",
    "ErrorImpersonateUserDenied": "may-not-impersonate",
    "The account does not have permission to impersonate the requested user": (
        "may-not-impersonate"
    ),
    "ErrorQuotaExceeded. Exchange server returned 403 error.": "mailbox-full",
    "UnknownOutgoingEmailIntegrationError ErrorSubmissionQuotaExceeded": "sending-quota-reached",
    "OutgoingEmailAuthenticationError 535 5.7.8": "sending-sign-in-refused",
    "Crm.80048306": "mailbox-of-another-owner",
    "UnknownIncomingEmailIntegrationError -2147209462": "team-without-role",
    "UnknownIncomingEmailIntegrationError -2147220891": "extension-failed",
    "IsvUnexpected -2147220956": "extension-failed",
    "UnknownIncomingEmailIntegrationError -2147220970": "unexpected",
    "UnknownIncomingEmailIntegrationError -2147218677": "recipient-invalid",
    "UnknownIncomingEmailIntegrationError -2147220192": "privilege-missing",
    "UnknownIncomingEmailIntegrationError -2147167669": "address-of-an-unlicensed-user",
    "Crm.80040265 ISV code aborted the operation.": "extension-failed",
    "Crm.80040220.PrivilegeDenied (-2147220960)": "privilege-missing",
    "UserPrivilegeError": "privilege-missing",
    "Web server returned ConnectFailure": "connection-refused",
    "SmtpException: Syntax error, command unrecognized.": "smtp-port-of-another-kind",
    "A failure occurred in CrmSecurity (-2147220970, inner -2147220906)": "approver-without-role",
    "NoCorrelationMatch": "nobody-accepts",
    "NoRecipientMatch": "recipient-unknown",
    "InvalidSender": "sender-invalid",
    "InvalidForwardMailItem": "not-forwarded-as-attachment",
    "Exchange.server returned 203 error": "appointment-of-another",
    "Exchange.server returned 383 error": "time-zone",
    "The mailbox requires an approval by a Microsoft 365 administrator.": (
        "not-approved-by-microsoft-365"
    ),
    "One or more email addresses have not been approved.": "not-approved",
    "The mailbox location could not be determined.": "mailbox-not-located",
    "The credentials are incorrect or have insufficient permissions.": "credentials-refused",
    "An error occurred while establishing a secure connection.": "no-secure-connection",
    "The Organizer field is not present.": "organizer-not-on-form",
    "User does not have send-as privilege.": "send-as-not-allowed",
    "An error occurred while establishing a secure connection to the email server. Http server "
    "returned Forbidden exception.": "ews-refused",
    "Socket returned exception InvalidIncomingEmailServerProfileConfiguration HostNotFound.": (
        "host-not-found"
    ),
    "The location of the mailbox M could not be determined while receiving.": "mailbox-not-located",
    "Some mailboxes stand still because their email addresses haven't been approved.": (
        "not-approved"
    ),
    "The address is not approved and the mailbox has been disabled.": "not-approved",
    "Sync error -2147218683": "recipient-unknown",
    "Exchange.server returned 403 error.": "ews-refused",
    "AADSTS7000222: The provided client secret keys are expired.": "application-secret-refused",
    "AADSTS700016: Application with identifier": "application-unknown",
    "AADSTS90002: Tenant not found.": "tenant-unknown",
    CONFLICT: "another-organization",
}


@pytest.mark.parametrize(("text", "cause"), SAID.items())
def test_a_known_code_is_recognised_wherever_it_stands(text, cause):
    substance = substance_of(f"Für das Postfach anna@contoso.example: {text}")
    assert substance.removesuffix(RECEIVING) == cause
    assert substance_of(substance) == substance
    assert code_in(f"<code>{text.upper()}</code>") == cause
    assert code_in(cause) == cause


def test_a_code_counts_before_a_sentence_that_stands_beside_it():
    opening = "The mailbox location could not be determined while receiving."
    assert _said(f"{opening} ErrorInvalidLicense") == "exchange-license-missing"
    assert _said(opening) == "mailbox-not-located"


def _said(text):
    return substance_of(text).removesuffix(RECEIVING)


@pytest.mark.parametrize(
    ("text", "receiving"),
    [
        ("Email cannot be received for the mailbox Anna.", True),
        ("UnknownIncomingEmailIntegrationError -2147220970", True),
        ("Appointments, contacts, and tasks can't be synchronized.", True),
        ("Email cannot be sent for the mailbox Anna.", False),
        ("An error occurred while sending the email message.", False),
        ("UnknownOutgoingEmailIntegrationError -2147220970", False),
        ("ErrorServerBusy", False),
        ("Die E-Mail kann nicht empfangen werden.", False),
    ],
)
def test_whether_an_alert_is_about_receiving_is_told_or_not_concluded(text, receiving):
    assert AlertRow(tracelogid="1", text=text).is_about_receiving is receiving


def test_every_cause_is_told_by_some_alert():
    assert set(SAID.values()) == {cause.id for cause in AlertCause}


@pytest.mark.parametrize("cause", AlertCause)
def test_a_cause_reads_as_a_clause_and_names_the_next_step(cause):
    assert not cause.says.endswith(".")
    assert cause.remedy.endswith(".")
    assert all(phrase == phrase.casefold() for phrase in cause.phrases)


def test_the_most_telling_code_of_a_row_counts():
    row = AlertRow(
        tracelogid="1",
        text="Http server returned 401 Unauthorized for anna@contoso.example",
        errordetails="<address>anna@contoso.example</address>",
        traceparameterxml="<p>8005E273 anna@contoso.example</p>",
    )
    assert row.cause is AlertCause.ACCOUNT_DISABLED
    assert row.errordetails == "unrecognised"
    assert b"anna" not in msgspec.msgpack.encode(row)


@pytest.mark.parametrize("text", [None, msgspec.UNSET, "english", "unreadable"])
def test_where_no_code_is_recognised_there_is_no_cause(text):
    assert AlertRow(tracelogid="1", text=text, errordetails="unrecognised").cause is None


URL = "https://contoso.crm.dynamics.com"
API = f"{URL}/api/data/v9.2"


def alerts(*ids, following=None):
    link = {"@odata.nextLink": following} if following else {}
    return {"value": [{"tracelogid": id, "modifiedon": None} for id in ids], **link}


@responses.activate
@pytest.mark.parametrize(
    ("oldest", "expected"),
    [("a", "abcd"), ("d", "abcd"), ("older", ["a", "b", "c", "d", "older"]), (None, "abcd")],
)
def test_the_oldest_alert_is_read_once_whether_it_is_among_the_newest_or_not(oldest, expected):
    """It is asked for by itself, which is no sign that the server repeats rows."""
    responses.get(f"{API}/RetrieveVersion()", json={"Version": "9.2.1.1"})
    responses.get(f"{API}/WhoAmI()", json={"UserId": "auditor"})
    columns = [{"LogicalName": name} for name in ("tracelogid", "modifiedon")]
    responses.get(re.compile(rf"{API}/EntityDefinitions"), json={"value": columns})
    path = rf"{API}/systemusers\(auditor\)/Microsoft\.Dynamics\.CRM\.RetrieveUserSetOf"
    privilege = {"PrivilegeName": READER.privilege, "Depth": "Global"}
    responses.get(re.compile(path), json={"RolePrivileges": [privilege]})
    second = f"{API}/tracelogs?$skiptoken=2"
    newest = re.compile(rf"{re.escape(API)}/tracelogs.*modifiedon%20desc")
    responses.get(newest, json=alerts("a", "b", following=second))
    responses.get(re.compile(re.escape(second)), json=alerts("c", "d"))
    first = re.compile(rf"{re.escape(API)}/tracelogs.*modifiedon%20asc")
    responses.get(first, json=alerts(*[oldest] if oldest else []))
    reading = read(READER, Dynamics(URL, transport(), SignedIn()))
    assert [row.tracelogid for row in rows(reading)] == list(expected)
    assert (reading.state.status, reading.state.code) == ("read", "")
    assert reading.state.records == len(expected)
