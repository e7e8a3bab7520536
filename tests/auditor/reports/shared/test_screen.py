"""Lines on a screen wrap between words, keep their margins, and link only where that is safe."""

import io

import pytest
from rich.text import Text

from auditor.reports.shared.screen import Screen, link, screen


class Terminal(io.BytesIO):
    def isatty(self) -> bool:
        return True


def shown(write, out: io.BytesIO | None = None) -> str:
    out = out or io.BytesIO()
    with screen(out) as on:
        write(on)
    return out.getvalue().decode("utf-8")


def line(text: str, **layout: int) -> list[str]:
    def write(on: Screen) -> None:
        on.line(text, **layout)

    return shown(write).splitlines()


def test_without_a_terminal_lines_are_plain_and_80_wide():
    def write(on: Screen) -> None:
        assert on.width == 80
        on.heading("Heading")
        on.gap()
        on.labelled("label", "[b]text[/b] :smile:", indent=2)

    assert shown(write) == "Heading\n\n  label: [b]text[/b] :smile:\n"


def test_a_terminal_has_colour(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("auditor.reports.shared.screen.locale.getencoding", lambda: "utf-8")
    assert "\x1b[" in shown(lambda on: on.heading("Heading"), Terminal())


def test_a_terminal_is_as_wide_as_it_says(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TERM", "xterm")
    widths = []
    shown(lambda on: widths.append(on.width), Terminal())
    shown(lambda on: widths.append(on.width))
    assert widths == [120, 80]


def test_a_terminal_is_written_to_in_its_own_encoding(monkeypatch):
    monkeypatch.setattr("auditor.reports.shared.screen.locale.getencoding", lambda: "ascii")
    monkeypatch.setattr("auditor.reports.shared.screen.os.name", "posix")
    assert "S\\xfcd" in shown(lambda on: on.line("Süd"), Terminal())
    assert "Süd" in shown(lambda on: on.line("Süd"))


@pytest.mark.parametrize(("last", "lines"), [("b" * 39, 1), ("b" * 40, 2)])
def test_a_line_is_as_long_as_the_screen_and_no_longer(last, lines):
    assert len(line(f"{'a' * 40} {last}")) == lines


def test_further_lines_hang():
    words = " ".join(["word"] * 30)
    first, second = line(words, indent=2, hang=4)
    assert first == "  " + " ".join(["word"] * 15)
    assert second.startswith("      word")
    assert all(len(each) <= 80 for each in (first, second))


def test_a_line_that_hangs_has_less_room():
    first, second, third = line(" ".join(["word"] * 33), hang=4)
    assert [len(each.split()) for each in (first, second, third)] == [16, 15, 2]


@pytest.mark.parametrize(("indent", "widest"), [(60, 20), (70, 20), (59, 21)])
def test_a_deep_margin_leaves_room_for_twenty_columns(indent, widest):
    lines = line("aaaa " * 20, indent=indent)
    assert max(len(each.strip()) for each in lines) == (widest + 1) // 5 * 5 - 1
    assert all(each.startswith(" " * indent) for each in lines)


def test_a_word_longer_than_a_line_stays_whole():
    address = "a" * 100
    assert line(f"see {address} now") == ["see", address, "now"]
    assert line(f"{address} now") == [address, "now"]


def test_wide_characters_take_two_columns():
    assert len(line("日" * 20 + " " + "本" * 20)) == 2
    assert len(line("日" * 20 + " " + "本" * 19)) == 1


def test_styled_text_is_taken_as_it_is():
    assert shown(lambda on: on.line(Text("as [it] is"))) == "as [it] is\n"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("c" * 75, f"Ask: {'c' * 75}\n"),
        ("c" * 76, f"Ask:\n  {'c' * 76}\n"),
        ("a " * 80 + "b", f"Ask:\n  {'a ' * 80}b\n"),
    ],
)
def test_a_command_is_never_broken(command, said):
    assert shown(lambda on: on.command("Ask", command)) == said


@pytest.mark.parametrize(
    ("address", "style"),
    [
        ("https://crm.example/x", "link https://crm.example/x"),
        ("http://crm.example/x", ""),
        ("javascript:https://x", ""),
        ("https://crm.example/\x1b", ""),
        *((f"https://crm.example/{sign}", "") for sign in " ;[]"),
        ("", ""),
    ],
)
def test_a_link_leads_to_a_plain_https_address_alone(address, style):
    assert link(address) == style
