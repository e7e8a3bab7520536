"""The cells of an edition's matrix as rules meet them: by the facts of an organization."""

from collections.abc import Iterable, Sequence

from rules.edition import CELLS, CellName, Edition, Row
from rules.email_systems import Product
from rules.facts import Organization
from rules.option_sets import Deployment
from rules.unknown import Unknown, known
from rules.verdict import Fail, Pass, Undetermined, Verdict


def numbered(prefix: str, numbers: Iterable[int]) -> tuple[str, ...]:
    """Statement ids such as `S17-01` for the numbers given."""
    return tuple(f"{prefix}-{number:02}" for number in numbers)


EMAIL_CELLS = (
    *numbered("S17", range(1, 40, 3)),
    *numbered("ON9", range(1, 46, 3)),
    *numbered("OP9", range(1, 31, 3)),
    *numbered("CUR", range(1, 19, 3)),
)
TASK_CELLS = (
    *numbered("S17", range(2, 40, 3)),
    *numbered("ON9", range(2, 46, 3)),
    *numbered("OP9", range(2, 31, 3)),
    *numbered("CUR", range(2, 19, 3)),
)
PROTOCOL_CELLS = (
    *numbered("S17", range(3, 40, 3)),
    *numbered("ON9", range(3, 46, 3)),
    *numbered("OP9", range(3, 31, 3)),
    *numbered("CUR", range(3, 19, 3)),
)


def deployment_covered(organization: Organization, edition: Edition) -> Deployment | None:
    """The organization's deployment where the edition speaks of it, else None.

    Raises `Undecided` where the deployment is unknown.
    """
    deployment = known(organization.deployment)
    return deployment if deployment.value in edition.deployments else None


def row_of(edition: Edition, deployment: Deployment, product: Product) -> Row | None:
    """The row that the email system satisfies; None where the matrix has none."""
    return edition.row(deployment.value, product.value)


def cell(row: Row, name: CellName) -> str:
    """The statement id of one cell of a row."""
    return row.statements[CELLS.index(name)]


def column(edition: Edition, deployment: Deployment, name: CellName) -> tuple[str, ...]:
    """The statement ids of one column of the matrix, for one deployment."""
    return tuple(cell(row, name) for row in edition.rows if row.deployment == deployment.value)


def silence(edition: Edition) -> tuple[str, ...]:
    """The statement that what the matrix leaves out has no stated support, where there is one."""
    return tuple(statement.id for statement in edition.on("silence"))


def undetermined_for(unknown: Unknown, statements: tuple[str, ...]) -> Undetermined:
    """Undetermined by an unknown fact, for these statements only.

    A rule that judges two directions answers with it instead of ending there, since the other
    direction may fail. `rules.possible` looks behind it as behind the end of a rule.
    """
    return Undetermined(
        message=unknown.reason,
        remedy=unknown.remedy,
        cause=unknown.cause,
        evidence=unknown.evidence,
        statements=statements,
        unknown=unknown,
    )


def of_both_directions(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict on a profile from those on its directions: fail, undetermined, pass, the rest.

    A pass takes the evidence and statements of every direction that passes.
    """
    for kind in (Fail, Undetermined):
        for verdict in verdicts:
            if isinstance(verdict, kind):
                return verdict
    passed = [verdict for verdict in verdicts if isinstance(verdict, Pass)]
    if not passed:
        return verdicts[0]
    evidence = dict.fromkeys(each for verdict in passed for each in verdict.evidence)
    statements = dict.fromkeys(each for verdict in passed for each in verdict.statements or ())
    return Pass(passed[0].message, tuple(evidence), statements=tuple(statements))
