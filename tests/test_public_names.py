"""The names that others build on: few, sorted, documented with examples that run, and light to import."""

from __future__ import annotations

import doctest
import inspect
import os
import subprocess
import sys
from importlib import import_module

import pytest

import aop_rules
from strategies import ROOT

NAMES = aop_rules.__all__


def test_they_are_sorted_and_at_most_forty() -> None:
    assert list(NAMES) == sorted(set(NAMES))
    assert len(NAMES) <= 40
    assert set(NAMES) <= set(dir(aop_rules))
    assert aop_rules.__version__


@pytest.mark.parametrize("name", NAMES)
def test_each_is_what_its_module_calls_so(name: str) -> None:
    found = getattr(aop_rules, name)
    assert found.__name__ == name
    assert getattr(import_module(found.__module__), name) is found
    assert found.__module__.startswith("aop_rules.")


def test_each_is_typed_for_those_who_import_it() -> None:
    """The lazy table and what a type checker reads name the same things."""
    source = (ROOT / "aop_rules" / "__init__.py").read_text(encoding="utf-8")
    typed = {line.split(" as ")[1] for line in source.splitlines() if line.startswith("    from ") and " as " in line}
    assert typed == set(NAMES)
    assert (ROOT / "aop_rules" / "py.typed").exists()


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute `Motor`"):
        aop_rules.Motor  # noqa: B018


@pytest.mark.parametrize("name", NAMES)
def test_each_is_documented_with_an_example_that_runs(name: str) -> None:
    found = getattr(aop_rules, name)
    assert (inspect.getdoc(found) or "").strip()
    tests = doctest.DocTestFinder(recurse=True).find(found, name, module=import_module(found.__module__))
    shown = any(test.examples for test in tests)
    assert shown, "no example"
    for test in tests:
        assert doctest.DocTestRunner().run(test).failed == 0


@pytest.mark.parametrize("name", [name for name in NAMES if inspect.isclass(getattr(aop_rules, name))])
def test_each_public_method_is_documented(name: str) -> None:
    found = getattr(aop_rules, name)
    own = {key: value for key, value in vars(found).items() if not key.startswith("_") and inspect.isroutine(value)}
    assert [key for key in own if not (inspect.getdoc(getattr(found, key)) or "").strip()] == []


def loaded_by(statement: str) -> set[str]:
    """The first names of all modules that a fresh interpreter has after it."""
    code = f"{statement}\nimport sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    run = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=True
    )
    return set(run.stdout.split())


def test_import_brings_nothing_heavy() -> None:
    heavy = {"networkx", "durable_rules_engine", "durable", "yaml", "pydantic", "click", "hypothesis", "numpy"}
    assert loaded_by("import aop_rules") & heavy == set()


def test_import_starts_no_thread() -> None:
    loaded_by("import aop_rules, threading; assert threading.active_count() == 1")
