"""Editions hold every published statement, and the right one is chosen by version."""

import json
from datetime import date
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.edition import CELLS, EDITIONS, PROTOCOLS, Statement, choose, load, read

PUBLISHED: dict[str, dict[str, str]] = json.loads(
    (Path(__file__).parent / "data" / "statements.json").read_text("utf-8")
)

EVERY_STATEMENT = [
    pytest.param(edition_id, statement, id=statement.id)
    for edition_id in EDITIONS
    for statement in load(edition_id).statements
]


@pytest.mark.parametrize("edition_id", EDITIONS)
def test_every_published_statement_is_on_file_once_and_in_order(edition_id: str) -> None:
    on_file = [(s.id, s.kind) for s in load(edition_id).statements]
    assert on_file == list(PUBLISHED[edition_id].items())


def test_statements_of_all_editions_have_ids_of_their_own() -> None:
    ids = [s.id for edition_id in EDITIONS for s in load(edition_id).statements]
    assert len(ids) == len(set(ids)) == 70 + 50 + 50 + 73


@pytest.mark.parametrize(("edition_id", "statement"), EVERY_STATEMENT)
def test_a_statement_stands_on_its_own(edition_id: str, statement: Statement) -> None:
    assert statement.source.startswith("https://")
    assert statement.section
    assert statement.paraphrase[0].isupper()
    assert statement.paraphrase.endswith(".")
    assert len(statement.paraphrase.split()) >= 5
    assert (statement.kind == "matrix") == (statement.cell is not None)
    assert (statement.kind == "matrix") == (not statement.topics)


@pytest.mark.parametrize("edition_id", EDITIONS)
def test_a_paraphrase_is_not_used_twice_in_an_edition(edition_id: str) -> None:
    paraphrases = [s.paraphrase for s in load(edition_id).statements]
    assert len(paraphrases) == len(set(paraphrases))


@pytest.mark.parametrize(("edition_id", "rows"), list(zip(EDITIONS, (13, 10, 6, 15), strict=True)))
def test_every_row_has_its_three_cells(edition_id: str, rows: int) -> None:
    edition = load(edition_id)
    assert len(edition.rows) == rows
    for row in edition.rows:
        cells = edition.cells(row.deployment, row.email_system)
        assert tuple(cell.cell for cell in cells) == CELLS
        assert tuple(cell.id for cell in cells) == row.statements
        assert row.deployment in edition.deployments
        assert row.protocols
        assert set(row.protocols) <= set(PROTOCOLS)


@pytest.mark.parametrize("edition_id", EDITIONS)
def test_references_inside_an_edition_lead_to_its_own_statements(edition_id: str) -> None:
    edition = load(edition_id)
    for excluded in edition.ruled_out:
        for statement_id in excluded.statements:
            assert edition.statement(statement_id).kind != "matrix"
        deployments = (excluded.deployment,) if excluded.deployment else edition.deployments
        for deployment in deployments:
            assert edition.row(deployment, excluded.email_system) is None
    for row in edition.rows:
        if row.footnote is not None:
            assert edition.statement(row.footnote).topics == ("fips-footnote",)


@pytest.mark.parametrize("edition_id", EDITIONS)
def test_the_text_and_its_reading_are_dated(edition_id: str) -> None:
    edition = load(edition_id)
    assert "2017" <= edition.text_date < edition.read_date.isoformat()
    assert edition.title
    assert edition.products


def test_scope_statements_are_those_that_only_say_what_the_text_covers() -> None:
    found = {e: [s.id for s in load(e).scope_statements] for e in EDITIONS}
    assert found == {
        "crm-2016": ["S17-40", "S17-41"],
        "customer-engagement-9": ["OP9-31"],
        "online": ["CUR-19"],
        "customer-engagement-2018": ["ON9-46"],
    }


def test_an_unknown_edition_is_refused_by_naming_the_known_ones() -> None:
    with pytest.raises(KeyError, match=r"crm-2015.*crm-2016, customer-engagement-9, online"):
        load("crm-2015")


def test_a_row_that_lacks_a_cell_is_refused_by_naming_it() -> None:
    text = (resources.files("rules") / "editions" / "online.toml").read_text("utf-8")
    broken = text.replace('cell = "protocol"', 'cell = "email"', 1)
    with pytest.raises(ValueError, match=r"Exchange Online, online: nothing is said of protocol"):
        read(broken)


def test_a_cell_that_says_nothing_is_refused_by_naming_it() -> None:
    text = (resources.files("rules") / "editions" / "online.toml").read_text("utf-8")
    broken = text.replace('says = "supported"\n', "", 1)
    with pytest.raises(ValueError, match=r"Exchange Online, online: nothing is said of email"):
        read(broken)


def test_a_kind_that_does_not_exist_is_refused_by_naming_the_field() -> None:
    text = (resources.files("rules") / "editions" / "online.toml").read_text("utf-8")
    with pytest.raises(ValueError, match=r"kind"):
        read(text.replace('kind = "duty"', 'kind = "hint"'))


def test_an_unknown_statement_is_refused_by_naming_the_edition() -> None:
    with pytest.raises(KeyError, match=r"online has no statement S17-01"):
        load("online").statement("S17-01")


def test_an_edition_tells_which_statements_are_its_own() -> None:
    assert "CUR-31" in load("online")
    assert "S17-55" not in load("online")


def test_service_pack_1_satisfies_a_row_that_names_2013_and_not_the_reverse() -> None:
    edition = load("crm-2016")
    on_premises = edition.row("on-premises", "Exchange Server 2013 SP1")
    assert on_premises is not None
    assert on_premises.email_system == "Exchange Server 2013"
    assert edition.row("online", "Exchange Server 2013") is None
    assert edition.row("online", "Exchange Server 2013 SP1") is not None


def test_exchange_2010_online_was_supported_with_a_service_pack_only() -> None:
    row = load("customer-engagement-2018").row("online", "Exchange Server 2010")
    assert row is not None
    assert row.condition == "Service Pack 3"
    assert load("online").excludes("online", "Exchange Server 2010") == ("CUR-43",)


def test_the_same_matter_is_found_in_each_edition_by_its_topic() -> None:
    found = {e: [s.id for s in load(e).on("non-default-ports")] for e in EDITIONS}
    assert found == {
        "crm-2016": ["S17-54"],
        "customer-engagement-9": [],
        "online": [],
        "customer-engagement-2018": ["ON9-59"],
    }


NRS = "not-recommended-or-supported"

# What each edition says of a matter beside the matrix; None where it is silent.
# Columns: crm-2016, customer-engagement-2018, customer-engagement-9, online.
MATTERS: dict[str, tuple[str | None, str | None, str | None, str | None]] = {
    "untested-provider": ("not-supported",) * 4,
    "outlook-on-the-web": ("not-supported",) * 4,
    "profile-for-each-place": ("allowed-with-duty",) * 4,
    "manual-tracking": ("not-supported",) * 4,
    "customer-key": ("supported", "supported", None, "supported"),
    "fips-footnote": ("conditional", "conditional", "conditional", None),
    "server-to-server": ("supported", "supported", None, "supported"),
    "credentials-by-user-or-queue": (NRS, NRS, None, NRS),
    "credentials-in-profile": (NRS, NRS, None, NRS),
    "impersonation": (NRS, NRS, None, NRS),
    "auto-discover-off": (NRS, NRS, None, NRS),
    "other-profile": (NRS, NRS, None, NRS),
    "non-default-ports": (NRS, "removed", None, None),
    "other-tenant": ("not-supported", "not-supported", None, "supported-with-limits"),
    "app-for-outlook-across-tenants": (None, None, None, "not-supported"),
    "cross-tenant-approval": (None, None, None, "duty"),
    "packet-inspection": (None, None, None, "not-supported"),
    "packet-interception": (None, None, None, "not-supported"),
    "exchange-in-smtp-out": ("not-supported",) * 4,
    "pop3-in-exchange-out": ("not-supported",) * 4,
    "mailbox-on-exchange-server": (None, None, "not-supported", "not-supported"),
    "mailbox-outside": (None, None, "not-supported", "not-supported"),
    "mass-email": ("not-supported",) * 4,
    "protocol-extension": ("not-supported",) * 4,
    "custom-provider": ("not-supported",) * 4,
    "exchange-2003": ("not-supported",) * 4,
    "exchange-2007": ("not-supported",) * 4,
    "exchange-2010": (None, None, None, "not-supported"),
    "fips-online": ("conditional", "conditional", None, "conditional"),
    "fips-on-premises": ("conditional", "conditional", "conditional", None),
    "fips-examples": ("fact",) * 4,
    "mfa-online": ("not-supported", "not-supported", None, "not-supported"),
    "mfa-on-premises": ("not-supported",) * 4,
    "email-router": ("advice", "advice", "advice", None),
    "mixed-methods": ("not-recommended",) * 4,
    "scope": ("scope",) * 4,
    "choice-of-method": ("scope", None, None, None),
    "silence": ("silence", None, None, None),
}


@pytest.mark.parametrize("topic", MATTERS)
def test_editions_differ_on_a_matter_as_published(topic: str) -> None:
    columns = ("crm-2016", "customer-engagement-2018", "customer-engagement-9", "online")
    for edition_id, kind in zip(columns, MATTERS[topic], strict=True):
        assert [s.kind for s in load(edition_id).on(topic)] == ([kind] if kind else [])


def test_no_matter_is_left_out() -> None:
    found = {topic for e in EDITIONS for s in load(e).statements for topic in s.topics}
    assert found == set(MATTERS)


@pytest.mark.parametrize(
    ("edition_id", "email_system", "newer"),
    [
        ("crm-2016", "Exchange Server Subscription Edition", True),
        ("customer-engagement-9", "Exchange Server Subscription Edition", True),
        ("online", "Exchange Server Subscription Edition", True),
        ("crm-2016", "Exchange Server 2019", True),
        ("customer-engagement-2018", "Exchange Server 2019", True),
        ("customer-engagement-9", "Exchange Server 2019", False),
        ("crm-2016", "Exchange Server 2016", False),
        ("crm-2016", "Exchange Server 2010", False),
    ],
)
def test_a_product_newer_than_the_text_is_told(
    edition_id: str, email_system: str, newer: bool
) -> None:
    product = load(edition_id).newer_than_text(email_system)
    assert (product is not None) == newer
    if product is not None:
        assert product.released > date(2017, 12, 31)
        assert email_system in product.known


@given(st.lists(st.integers(0, 99)))
def test_online_is_judged_by_the_online_edition_from_9_on(rest: list[int]) -> None:
    assert choose("online", (9, *rest)).edition == "online"
    assert choose("online", (10, *rest)).edition == "online"
    assert choose("online", ()).edition == "online"


@given(st.lists(st.integers(0, 99)))
def test_online_8_is_judged_by_crm_2016_with_a_note(rest: list[int]) -> None:
    choice = choose("online", (8, *rest))
    assert choice.edition == "crm-2016"
    assert "before 9.0" in choice.notes[0]


def test_online_before_8_has_no_edition() -> None:
    choice = choose("online", (7, 1, 2))
    assert choice.edition is None
    assert "7.1.2" in choice.reason


@given(st.lists(st.integers(0, 9999), max_size=3))
def test_on_premises_9_is_judged_by_its_own_edition(rest: list[int]) -> None:
    assert choose("on-premises", (9, *rest)).edition == "customer-engagement-9"


@given(st.integers(0, 2), st.lists(st.integers(0, 9999), max_size=2))
def test_8_is_judged_by_crm_2016_with_a_note_below_8_2(minor: int, rest: list[int]) -> None:
    choice = choose("on-premises", (8, minor, *rest))
    assert choice.edition == "crm-2016"
    assert bool(choice.notes) == (minor < 2)


@given(st.integers(0, 7) | st.integers(10, 99), st.lists(st.integers(0, 9999), max_size=3))
def test_other_versions_have_no_edition_and_a_reason(major: int, rest: list[int]) -> None:
    choice = choose("on-premises", (major, *rest))
    assert choice.edition is None
    assert str(major) in choice.reason


@given(st.lists(st.integers(0, 20), max_size=4).map(tuple))
def test_a_chosen_edition_speaks_of_the_deployment(version: tuple[int, ...]) -> None:
    choice = choose("on-premises", version)
    if choice.edition is not None:
        assert "on-premises" in load(choice.edition).deployments
        assert version[0] in (8, 9)


def test_what_is_not_known_chooses_nothing() -> None:
    assert choose(None, (9, 1)).edition is None
    assert choose("on-premises", ()).edition is None
    assert "version" in choose("on-premises", ()).reason


def test_8_3_never_existed_and_chooses_nothing() -> None:
    assert choose("on-premises", (8, 3)).edition is None
