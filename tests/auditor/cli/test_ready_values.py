"""A value that has its type already is taken as it stands; Typer converts and refuses the rest."""

import inspect
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
import typer

from auditor.cli.ready_values import ReadyCommand

Given = dict[str, Any]
REFUSAL: type[Exception] = typer.BadParameter.__bases__[0]


def _run(arguments: list[str], cls: type[Any]) -> Given:
    given: Given = {}
    app = typer.Typer(add_completion=False, rich_markup_mode=None)

    def loud(value: str | None) -> str | None:
        return value and value.upper()

    @app.command(cls=cls)
    def command(
        name: str,
        more: Annotated[list[str] | None, typer.Argument()] = None,
        kind: Literal["json", "markdown"] = "json",
        size: int | None = None,
        days: int = 30,
        word: Annotated[str | None, typer.Option(callback=loud)] = None,
        only: list[str] | None = None,
        path: Path | None = None,
        paths: list[Path] | None = None,
        same: Annotated[bool | None, typer.Option("--same/--other")] = None,
        verbose: Annotated[bool, typer.Option("--verbose")] = False,
    ) -> None:
        given.update(locals())

    app(args=arguments, standalone_mode=False)
    return {name: value for name, value in given.items() if name != "given"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["n"],
        ["n", "a", "b"],
        ["n", "--kind", "markdown", "--word", "quiet"],
        ["n", "--size", "5", "--days", "7"],
        ["n", "--path", __file__, "--paths", __file__],
        ["n", "--paths", __file__, "--paths", f"{__file__}.none"],
        ["n", "--path", f"{__file__}.none"],
        ["n", "--only", "mailbox:a", "--only", "mailbox:b", "--other", "--verbose"],
    ],
)
def test_a_command_is_given_what_typer_alone_would_give_it(arguments: list[str]) -> None:
    assert _run(arguments, ReadyCommand) == _run(arguments, typer.core.TyperCommand)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Missing argument"),
        (["n", "--kind", "csv"], "'csv' is not one of 'json', 'markdown'"),
        (["n", "--size", "many"], "'--size'"),
    ],
)
def test_typer_refuses_what_is_missing_or_wrong(arguments: list[str], told: str) -> None:
    with pytest.raises(REFUSAL) as refused:
        _run(arguments, ReadyCommand)
    assert told in refused.value.format_message()  # type: ignore[attr-defined]


def test_pydantic_is_not_loaded_for_texts_and_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    _refuse_to_convert(monkeypatch)
    arguments = ["n", "a", "b", "--only", "mailbox:a", "--only", "c", "--path", __file__]
    given = _run([*arguments, "--paths", __file__], ReadyCommand)
    assert (given["more"], given["only"]) == (["a", "b"], ["mailbox:a", "c"])
    assert (given["path"], given["paths"]) == (Path(__file__), [Path(__file__)])


def test_nor_where_only_its_signature_names_the_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    _refuse_to_convert(monkeypatch)
    given: Given = {}
    app = typer.Typer(add_completion=False, rich_markup_mode=None)

    def named(config: Annotated[Path | None, typer.Option()] = None) -> None:
        raise NotImplementedError

    def command(**values: Any) -> None:
        given.update(values)

    command.__signature__ = inspect.signature(named)  # type: ignore[attr-defined]
    app.command(cls=ReadyCommand)(command)
    app(args=["--config", __file__], standalone_mode=False)
    assert given == {"config": Path(__file__)}


def _refuse_to_convert(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a text is converted")

    monkeypatch.setattr(typer.core.TyperOption, "process_value", refuse)
    monkeypatch.setattr(typer.core.TyperArgument, "process_value", refuse)
