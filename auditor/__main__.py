"""`auditor` and `python -m auditor`: runs one command and gives its exit code."""

import sys


def main(arguments: list[str] | None = None) -> int:
    """Run the command that the arguments name, the process's own when None."""
    # All else is imported where an interruption is a sentence, and no traceback.
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        return _refused("stopped by Ctrl+C", 130)


def _run(arguments: list[str] | None) -> int:
    from auditor.process import beginning

    beginning.begin()
    from auditor.process import foreign_packages, limits
    from auditor.process.standard_streams import NobodyReads, standard_streams

    given = list(sys.argv[1:] if arguments is None else arguments)
    with standard_streams():
        if foreign := foreign_packages.foreign_package():
            return _refused(foreign)
        # What follows imports the packages that were just looked at.
        from auditor.process.interruption import Stopped, stopping_in_order

        if refusal := limits.prepare():
            return _refused(refusal)
        try:
            with stopping_in_order():
                return _called(given)
        except Stopped as stopped:
            return _refused(str(stopped), stopped.exit_code)
        except NobodyReads:
            return 0


def _called(arguments: list[str]) -> int:
    from auditor.cli.application import app
    from auditor.process.standard_streams import NobodyReads, flush_output
    from auditor.usage import UsageProblem
    from connectors.transport.redaction import KNOWN
    from connectors.transport.shutdown import STOPPING

    try:
        try:
            code = app(args=arguments or ["--help"], prog_name="auditor")
        finally:
            KNOWN.forget()
            flush_output()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    except UsageProblem as problem:
        return _refused(problem)
    except NobodyReads:
        raise
    except Exception as error:
        if STOPPING.is_set():
            raise
        return _failed(error, arguments)
    return int(code or 0) if arguments else 2


def _failed(error: Exception, arguments: list[str]) -> int:
    # Known refusals live in modules that a quick command never imports.
    from auditor.configuration.problems import ConfigurationError
    from auditor.process.files import FileNotWritten

    if isinstance(error, (ConfigurationError, FileNotWritten)):
        return _refused(error)
    from auditor.cli.terminal.messages import report_defect, report_limit

    if report_limit(error):
        return 2
    return report_defect(error, next((each for each in arguments if each[:1] != "-"), ""))


def _refused(problem: Exception | str, exit_code: int = 2) -> int:
    from auditor.cli.terminal.messages import log_line

    for line in str(problem).splitlines():
        log_line(line)
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
