"""The Web API answers as Dataverse does: selection, filters, pages, errors, metadata."""

import pytest

ALL_NAMES = [f"Person {n}" for n in range(25)]


def names(answer) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["name"] for row in answer.json()["value"]]


@pytest.mark.parametrize("path", ["WhoAmI", "WhoAmI()"])
def test_who_am_i(get, tenant, path: str) -> None:
    answer = get(path).json()
    assert answer["UserId"] == tenant.state.organisation.caller_id
    assert answer["OrganizationId"] == tenant.state.organisation.id


@pytest.mark.parametrize(
    "path",
    [
        "RetrieveCurrentOrganization(AccessType=Microsoft.Dynamics.CRM.EndpointAccessType'Default')",
        "RetrieveCurrentOrganization(AccessType=@p1)"
        "?@p1=Microsoft.Dynamics.CRM.EndpointAccessType'Default'",
        "RetrieveCurrentOrganization(AccessType='Default')",
    ],
)
def test_both_forms_of_the_organisation_function(get, tenant, path: str) -> None:
    detail = get(path).json()["Detail"]
    assert detail["TenantId"] == tenant.tenant_id
    assert detail["OrganizationVersion"] == "9.2.24113.211"


def test_version_and_service_document(get) -> None:
    assert get("RetrieveVersion()").json()["Version"] == "9.2.24113.211"
    sets = {entry["name"] for entry in get("").json()["value"]}
    assert {"mailboxes", "emailserverprofiles", "organizations", "systemusers"} <= sets


def test_select_gives_the_columns_asked_for_the_key_and_the_etag(get) -> None:
    row = get("mailboxes?$select=name,lastsyncerror&$top=1").json()["value"][0]
    assert set(row) == {"@odata.etag", "name", "lastsyncerror", "mailboxid"}
    assert row["lastsyncerror"] is None


def test_without_select_every_readable_column_comes(get) -> None:
    row = get("mailboxes?$top=1").json()["value"][0]
    assert row["_regardingobjectid_value"]
    assert "ewsurl" in row
    assert not {"password", "oauthaccesstoken", "emailserverprofilename"} & set(row)


@pytest.mark.parametrize(
    "column", ["nosuch", "password", "regardingobjectid", "emailserverprofilename", "Name"]
)
def test_one_column_that_cannot_be_read_fails_the_query(get, column: str) -> None:
    answer = get(f"mailboxes?$select=name,{column}")
    assert answer.status_code == 400
    assert answer.json()["error"] == {
        "code": "0x80060888",
        "message": f"Could not find a property named '{column}' "
        "on type 'Microsoft.Dynamics.CRM.mailbox'.",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("emailaddress eq 'PERSON3@contoso.example'", ["Person 3"]),
        ("noemailcount ge 23", ["Person 23", "Person 24"]),
        ("noemailcount lt 2 or noemailcount eq 5", ["Person 0", "Person 1", "Person 5"]),
        ("not (noemailcount gt 1)", ["Person 0", "Person 1"]),
        ("emailaddress eq null", ["Person 9", "Person 19"]),
        ("isforwardmailbox eq true", []),
        ("createdon gt 2026-01-24T07:59:59Z and statecode eq 0", ["Person 23", "Person 24"]),
        ("createdon le 2026-01-01T09:00:00+01:00", ["Person 0"]),
        (
            "startswith(name,'person 2') and noemailcount ne 2",
            [f"Person {n}" for n in range(20, 25)],
        ),
        ("_regardingobjectid_value eq 00000002-ad17-4e11-8000-000000000007", ["Person 7"]),
        ("statecode eq 1", []),
    ],
)
def test_filters(get, text: str, expected: list[str]) -> None:
    assert names(get(f"mailboxes?$select=name&$filter={text.replace('+', '%2B')}")) == expected


@pytest.mark.parametrize(
    "text", ["statecode", "statecode eq", "nosuch eq 1", "(statecode eq 0", "statecode like 0", "'"]
)
def test_a_filter_that_cannot_be_read_is_a_bad_request(get, text: str) -> None:
    answer = get(f"mailboxes?$filter={text}")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("option", ["$skip=1", "$search=x", "$format=json", "$top=x"])
def test_options_that_dataverse_lacks_are_refused(get, option: str) -> None:
    assert get(f"mailboxes?{option}").status_code == 400


def test_order_and_top(get) -> None:
    answer = get("mailboxes?$select=name&$orderby=noemailcount desc&$top=2")
    assert names(answer) == ["Person 24", "Person 23"]
    assert "@odata.nextLink" not in answer.json()


@pytest.mark.parametrize("size", [1, 7, 24, 25, 26])
def test_pages_give_every_row_once(get, session, size: int) -> None:
    answer = get("mailboxes?$select=name", Prefer=f"odata.maxpagesize={size}")
    assert answer.headers["Preference-Applied"] == f"odata.maxpagesize={size}"
    found = names(answer)
    while link := answer.json().get("@odata.nextLink"):
        assert "$skiptoken=" in link
        assert len(names(answer)) == size
        answer = session.get(link, headers={"Prefer": f"odata.maxpagesize={size}"}, timeout=60)
        found += names(answer)
    assert found == ALL_NAMES


def test_a_page_size_beats_top(get) -> None:
    answer = get("mailboxes?$select=name&$top=3", Prefer="odata.maxpagesize=10")
    assert len(names(answer)) == 10


def test_pages_keep_the_filter_and_the_order(get, session) -> None:
    query = "mailboxes?$select=name&$filter=noemailcount ge 20&$orderby=noemailcount desc"
    first = get(query, Prefer="odata.maxpagesize=3")
    second = session.get(first.json()["@odata.nextLink"], timeout=60)
    assert names(first) + names(second) == [f"Person {n}" for n in (24, 23, 22, 21, 20)]


def test_count_counts_what_the_filter_leaves(get) -> None:
    assert get("mailboxes?$count=true&$top=1").json()["@odata.count"] == 25
    assert get("mailboxes?$count=true&$filter=noemailcount lt 4").json()["@odata.count"] == 4
    assert get("mailboxes/$count").text == "25"


def test_annotations_come_only_when_asked_for(get) -> None:
    name = "_regardingobjectid_value@Microsoft.Dynamics.CRM.lookuplogicalname"
    path = "mailboxes?$select=_regardingobjectid_value,statecode&$top=1"
    assert name not in get(path).json()["value"][0]
    annotated = get(path, Prefer='odata.include-annotations="*"').json()["value"][0]
    assert annotated[name] == "systemuser"
    assert "statecode@OData.Community.Display.V1.FormattedValue" in annotated


def test_one_record_by_its_key(get) -> None:
    answer = get("mailboxes(00000001-ad17-4e11-8000-000000000004)?$select=name").json()
    assert answer["name"] == "Person 4"
    missing = get("mailboxes(00000001-ad17-4e11-8000-00000000ffff)")
    assert missing.status_code == 404
    assert missing.json()["error"]["code"] == "0x80040217"


@pytest.mark.parametrize("path", ["nosuchset", "Mailboxes", "NoSuchFunction()", "mailboxes/x"])
def test_an_unknown_segment_is_not_found(get, path: str) -> None:
    answer = get(path)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "0x8006088a"


def test_metadata_tells_readable_and_secured_columns(get, tenant) -> None:
    tenant.faults.secured_columns["mailboxes"] = {"emailaddress"}
    answer = get(
        "EntityDefinitions(LogicalName='mailbox')/Attributes"
        "?$select=LogicalName,AttributeType,IsValidForRead,IsSecured"
    )
    columns = {entry["LogicalName"]: entry for entry in answer.json()["value"]}
    assert columns["password"]["IsValidForRead"] is False
    assert columns["emailserverprofile"]["AttributeType"] == "Lookup"
    assert columns["emailaddress"]["IsSecured"] is True
    assert columns["name"]["IsSecured"] is False
    row = get("mailboxes?$select=emailaddress,name&$top=1").json()["value"][0]
    assert (row["emailaddress"], row["name"]) == (None, "Person 0")


def test_metadata_of_one_table(get) -> None:
    path = "EntityDefinitions(LogicalName='mailbox')?$select=EntitySetName,PrimaryIdAttribute"
    answer = get(path).json()
    assert answer["EntitySetName"] == "mailboxes"
    assert answer["PrimaryIdAttribute"] == "mailboxid"
    assert get("EntityDefinitions(LogicalName='nosuch')").status_code == 404


def test_a_missing_column_is_gone_from_metadata_and_rows(get, tenant) -> None:
    tenant.faults.missing_columns["mailboxes"] = {"ewsurl"}
    listed = get("EntityDefinitions(LogicalName='mailbox')/Attributes?$select=LogicalName").json()
    assert "ewsurl" not in {entry["LogicalName"] for entry in listed["value"]}
    assert "ewsurl" not in get("mailboxes?$top=1").json()["value"][0]
    assert get("mailboxes?$select=ewsurl").status_code == 400


def test_nothing_but_get_is_allowed(session, get, tenant) -> None:
    assert get("WhoAmI").status_code == 200
    answer = session.post(f"{tenant.url}/api/data/v9.2/mailboxes", json={}, timeout=60)
    assert answer.status_code == 405
    assert tenant.requests[-1].method == "POST"


def test_answers_are_compressed_when_accepted(get) -> None:
    assert get("mailboxes").headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in get("mailboxes", Accept_Encoding="identity").headers
