"""The README shows what really happens: its screens are played, and its two commands are what they claim to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens import ROOT, blocks, renewed, stage

PAGE = (ROOT / "README.md").read_text(encoding="utf-8")
FIRST, TESTS = [block.text for block in blocks(PAGE) if block.language == "sh"]


def test_the_readme_shows_what_really_happens(tmp_path: Path) -> None:
    assert renewed(PAGE, stage(tmp_path / "stage")) == PAGE, "run `python docs/screens.py`"


@pytest.mark.parametrize("command", [FIRST, TESTS])
def test_each_command_is_one_line_that_sets_up_its_own_environment(command: str) -> None:
    assert command.count("\n") == 1
    assert command.startswith("python3 -m venv .venv") and " && " in command
    assert "://" not in command, "names no registry"


def test_the_two_commands_do_not_share_an_environment() -> None:
    assert FIRST.split()[3] != TESTS.split()[3]


def test_the_first_screen_is_that_of_the_first_command() -> None:
    screen = next(block.text for block in blocks(PAGE) if block.language == "console")
    assert screen.startswith(f"$ {FIRST.split(' && ')[-1]}")


def test_the_first_screen_says_what_it_is_before_anything_else() -> None:
    opening = PAGE.split("```")[0].split("\n\n")[1]
    assert "keep course" in opening and "adjust" in opening
