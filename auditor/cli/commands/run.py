"""`auditor run`: audits configured environments."""

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
    dask: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Have the audits done by the workers of the Dask cluster whose scheduler is at "
            "this address, such as tls://dask.contoso.com:8786.",
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
    shard: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER/COUNT",
            help="Audit this share of the environments alone, such as 3/8, where several runs "
            "share the work. Those with the same label of --group-by are in one share.",
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
    import contextlib

    from auditor.cli.audits.auditing import perform
    from auditor.cli.audits.elsewhere.on_processes import Processes, process_count
    from auditor.cli.audits.elsewhere.tasks import done_elsewhere
    from auditor.cli.audits.journals import terms_of
    from auditor.cli.audits.notifying import receivers_of
    from auditor.cli.audits.remembering import opened_memory
    from auditor.cli.audits.side_by_side import usual_jobs
    from auditor.cli.audits.tasks import live_tasks
    from auditor.cli.loading import load_configuration
    from auditor.cli.report_files.overviews import labelled, overviews_of
    from auditor.cli.report_files.report_paths import check_paths
    from auditor.cli.report_files.targets import configured_targets, targets_of
    from auditor.cli.setup.discovering import tell_differences
    from auditor.cli.terminal.messages import log_line
    from auditor.configuration import select
    from auditor.usage import UsageProblem

    if all_environments and environment:
        raise UsageProblem("name environments or give --all, not both")
    terms = terms_of(resume, resume_within)
    configuration = load_configuration(given.config)
    # A label or a share is of all, where nothing else says which are meant.
    is_of_all = all_environments or (not environment and bool(label or shard))
    environments = select(configuration, environment or (), every=is_of_all)
    if label:
        environments = labelled(environments, label)
    if shard is not None:
        from auditor.fleet.shards import shard_of, sharded

        of_all = len(environments)
        environments = sharded(environments, shard_of(shard), group_by)
        if not environments:
            log_line(f"no environment falls to the share {shard}; nothing was read")
            raise typer.Exit(0)
        if not given.quiet:
            log_line(
                f"share {shard}: {len(environments)} of {of_all} environments, compared with each"
                " other and with none of another share"
            )
    names = [each.name for each in environments]
    targets = targets_of(given.reports, names)
    if snapshot is not None:
        files = [target.path for target in targets if target.path is not None]
        check_paths([*files, snapshot], names)
    around = contextlib.ExitStack()
    if dask is None:
        tasks = live_tasks(configuration, environments, given, snapshot, terms=terms)
        at_once = jobs or usual_jobs()
        count = process_count(configuration, environments, at_once, given)
        if count > 1:
            workers = around.enter_context(Processes(count))
            tasks = done_elsewhere(tasks, configuration, given, workers, snapshot, terms)
    else:
        from auditor.cli.audits.elsewhere.on_cluster import Cluster
        from auditor.cli.audits.elsewhere.tasks import check_options, cluster_tasks

        check_options(given, snapshot, resume=resume)
        cluster = around.enter_context(Cluster(dask))
        tasks = cluster_tasks(configuration, environments, given, cluster)
        at_once = jobs or cluster.most_at_once
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
    with around:
        code = perform(tasks, targets, given, "run", at_once, memory, overviews, receivers)
    raise typer.Exit(code)
