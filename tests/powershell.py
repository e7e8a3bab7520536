"""PowerShell as a grammar of it reads it: nothing is run."""

from collections.abc import Iterator
from typing import Any

from tests.real_programs import need_module


def _parsed(script: str) -> Any:
    need_module("tree_sitter_powershell")
    import tree_sitter
    import tree_sitter_powershell

    language = tree_sitter.Language(tree_sitter_powershell.language())
    return tree_sitter.Parser(language).parse(script.encode()).root_node


def _nodes(of: Any) -> Iterator[Any]:
    yield of
    for each in of.children:
        yield from _nodes(each)


def text_of(node: Any) -> str:
    """The text of a node, as it stands in the script."""
    return str(node.text.decode())


def faults_of(script: str) -> list[str]:
    """What the grammar cannot read, or misses."""
    return [text_of(each) for each in _nodes(_parsed(script)) if each.is_error or each.is_missing]


def commands_of(script: str) -> Iterator[tuple[str, dict[str, str | None]]]:
    """Each command of a script: its name, and its parameters with what follows them, if anything.

    >>> list(commands_of("New-Item -ItemType Directory -Force"))
    [('New-Item', {'ItemType': 'Directory', 'Force': None})]
    """
    for node in _nodes(_parsed(script)):
        if node.type != "command":
            continue
        name = node.child_by_field_name("command_name")
        given: dict[str, str | None] = {}
        last = None
        elements = [each for each in node.children if each.type == "command_elements"]
        for each in [part for own in elements for part in own.children]:
            if each.type == "command_parameter":
                last = text_of(each).removeprefix("-")
                given[last] = None
            elif each.type != "command_argument_sep" and last is not None:
                given[last] = text_of(each)
                last = None
        yield (text_of(name) if name is not None else ""), given
