"""Input made to hurt: one clear error, in a process that lives, with either loader of YAML."""

from __future__ import annotations

import subprocess
import sys

import pytest

from aop_rules.source import yaml_text

READ = """
import sys
from aop_rules.errors import InputError
from aop_rules.source import yaml_text
from aop_rules.source.read import read_text
import yaml
if sys.argv[1] == "pure":
    yaml_text.Loader = yaml.SafeLoader
text = eval(sys.argv[3])
try:
    read_text(text, "x", sys.argv[2])
except InputError as error:
    print([problem.code for problem in error.problems])
"""
HOSTILE = {
    "'[' * 100_000": "TOO_DEEP",
    "'a: ' + '[' * 200_000": "TOO_DEEP",
    "'{' * 200_000": "KEY_NOT_TEXT",
    "'- ' * 100_000": "TOO_DEEP",
    "'[{\"a\":' * 30_000": "TOO_DEEP",
    "'? ' * 100_000": "KEY_NOT_TEXT",
    "'a: &a [x]\\n' + ''.join(f'b{n}: &b{n} [*a, *a, *a]\\n' for n in range(5000))": "ALIAS",
    "'a: ' + '9' * 1_000_000": "NUMBER_TOO_LONG",
    "'a: ' + 'x' * 1_000_000": "TEXT_TOO_LONG",
    "'a: 1e' + '9' * 18_000": "NUMBER_TOO_LONG",
    "'a: 1\\n' * 100_000": "DUPLICATE_KEY",
    "b'\\xff' * 1_000_000": "NOT_UTF8",
    "'\"' + '\\\\\\\\' * 900_000": "SYNTAX",
}


def run(loader: str, format_: str, expression: str) -> list[str]:
    command = [sys.executable, "-c", READ, loader, format_, expression]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    codes: list[str] = [code.strip("' ") for code in done.stdout.strip("[]\n ").split(",")]
    return codes


@pytest.mark.parametrize("expression", HOSTILE)
def test_yaml_made_to_hurt_is_one_kind_of_error(expression: str) -> None:
    assert set(run("c", "yaml", expression)) == {f"SOURCE_{HOSTILE[expression]}"}


@pytest.mark.parametrize("expression", ["'[' * 100_000", "'- ' * 100_000", "'a: &a [x]\\nb: [*a, *a]'"])
def test_the_pure_loader_is_as_safe(expression: str) -> None:
    assert len(run("pure", "yaml", expression)) == 1


@pytest.mark.parametrize("expression", ["'[' * 200_000", "'{\"a\":' * 40_000", "'\"' * 100_001", "'-' * 1_000_000"])
def test_json_made_to_hurt_is_one_error(expression: str) -> None:
    assert len(run("c", "json", expression)) == 1


@pytest.mark.parametrize(
    "expression",
    [
        "'a = ' + '[' * 200_000",
        "'a.' * 100_000 + 'a = 1'",
        "'a = ' + '{a = ' * 100_000",
        "'a = ' + '9' * 5_000",
        "'[a' + '.a' * 90_000",
    ],
)
def test_toml_made_to_hurt_is_one_error(expression: str) -> None:
    assert len(run("c", "toml", expression)) == 1


def test_the_c_loader_is_used_where_it_was_built() -> None:
    import yaml

    assert yaml_text.Loader is (yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader)
