"""`auditor run`: audits configured environments.

Tested in `tests/end_to_end/test_many_environments.py` and `tests/end_to_end/test_exit_codes.py`.
"""

from typing import Annotated

import typer

from auditor.cli.options import Options, with_options


@with_options()
def command(
    given: Options,
    environment: Annotated[
        list[str] | None,
        typer.Argument(metavar="ENVIRONMENT", help="As the configuration names it."),
    ] = None,
    all_environments: Annotated[
        bool, typer.Option("--all", help="Audit every environment of the configuration.")
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Audit so many environments at the same time. Default: what suits this computer.",
        ),
    ] = None,
    overview: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FORMAT=PATH",
            help="Write one page for all environments; repeatable: html, json, markdown, "
            "prometheus.",
        ),
    ] = None,
    label: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            help="Audit the environments alone that have this label; repeatable.",
        ),
    ] = None,
    group_by: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="Group the overview by this label of environments."),
    ] = None,
    snapshot: Annotated[
        str | None,
        typer.Option(
            metavar="PATH", help="Also store everything that was read, for `auditor replay`."
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Go on with a run that was killed, ran out of time or lost the network: what it "
            "had read is not read again.",
        ),
    ] = False,
    resume_within: Annotated[
        str,
        typer.Option(
            metavar="DURATION", help="With --resume: how long ago that run may have begun."
        ),
    ] = "6h",
) -> None:
    """Audit the environments named, or the only one there is."""
    from auditor.cli.audits.auditing import live_tasks, perform
    from auditor.cli.audits.journals import terms_of
    from auditor.cli.audits.notifying import receivers_of
    from auditor.cli.audits.remembering import opened_memory
    from auditor.cli.audits.side_by_side import usual_jobs
    from auditor.cli.loading import load_configuration
    from auditor.cli.report_files.overviews import labelled, overviews_of
    from auditor.cli.report_files.report_paths import check_paths
    from auditor.cli.report_files.targets import configured_targets, targets_of
    from auditor.cli.setup.discovering import tell_differences
    from auditor.configuration import select
    from auditor.usage import UsageProblem

    if all_environments and environment:
        raise UsageProblem("name environments or give --all, not both")
    terms = terms_of(resume, resume_within)
    configuration = load_configuration(given.config)
    environments = select(configuration, environment or (), every=all_environments)
    if label:
        environments = labelled(environments, label)
    names = [each.name for each in environments]
    targets = targets_of(given.reports, names)
    if snapshot is not None:
        files = [target.path for target in targets if target.path is not None]
        check_paths([*files, snapshot], names)
    tasks = live_tasks(configuration, environments, given, snapshot, terms=terms)
    if (section := configuration.report) is not None:
        directory = configuration.directory / section.directory
        targets = (*configured_targets(section.formats, directory, section.keep), *targets)
    overviews = overviews_of(
        overview or (),
        environments,
        configuration.directory / section.directory if section is not None else None,
        group_by,
    )
    memory = opened_memory(configuration, given)
    receivers = receivers_of(configuration, given)
    if all_environments and not given.quiet:
        tell_differences(configuration)
    side_by_side = jobs or usual_jobs()
    raise typer.Exit(
        perform(tasks, targets, given, "run", side_by_side, memory, overviews, receivers)
    )
