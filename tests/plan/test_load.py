"""A plan loads whole or not at all, from any format, and writes back to itself."""

from __future__ import annotations

import json
import pickle
import string
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules.errors import PlanError
from aop_rules.plan.load import canonical, digest, dump, load_plan, plan_from, read_plan
from aop_rules.plan.model import Plan

HEAD: dict[str, Any] = {"aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": "2026-01-01"}}
BABYCARE = Path(__file__).parents[2] / "examples" / "babycare_house" / "plan.yaml"

ids = st.text(string.ascii_lowercase, min_size=1, max_size=6)
words = st.one_of(
    st.text("abcđê ", min_size=1, max_size=9).filter(str.strip),
    st.fixed_dictionaries({"en": st.just("name"), "vi": st.sampled_from(["tên", "doanh thu"])}),
)
money = st.one_of(st.integers(0, 10**12), st.decimals(0, 10**6, places=2).map(str))
kpi = st.fixed_dictionaries(
    {"name": words, "kind": st.sampled_from(["flow", "stock"])},
    optional={
        "unit": st.sampled_from(["money", "order", "ratio"]),
        "direction": st.sampled_from(["higher", "lower", "band"]),
        "for": st.integers(1, 24),
        "warn": st.sampled_from(["> 5", "< 95% of target", "< target - 20"]),
        "target": st.one_of(money, st.fixed_dictionaries({"constant": money})),
        "owner": st.text(max_size=5),
    },
)
line = st.fixed_dictionaries(
    {"name": words, "amount": money},
    optional={
        "contract": st.booleans(),
        "tolerances": st.lists(st.just({"then": "warn", "at": "90%"}), max_size=2),
        "horizons": st.permutations(["period", "to_date", "year"]),
    },
)
parts = st.fixed_dictionaries(
    {},
    optional={
        "kpis": st.dictionaries(ids, kpi, max_size=3),
        "budget": st.fixed_dictionaries({"lines": st.dictionaries(ids, line, max_size=3)}),
        "not_this_year": st.dictionaries(ids, st.fixed_dictionaries({"name": words, "reason": words}), max_size=2),
        "attributes": st.dictionaries(ids, st.sampled_from(["money", "days", "text"]), max_size=2),
        "rules": st.lists(st.just({"id": "r", "on": "event", "when": "true", "tags": ["a", {"b": 1}]}), max_size=2),
    },
)


def made(extra: dict[str, Any]) -> Plan:
    """The plan as a value, whether or not it would pass the checks: writing does not judge."""
    return Plan.model_validate({**HEAD, **extra})


@given(parts)
@settings(max_examples=150)
def test_dump_writes_what_reads_back_to_the_same_plan(extra: dict[str, Any]) -> None:
    plan = made(extra)
    for again in (dump(plan), json.loads(canonical(plan)), yaml.safe_load(yaml.safe_dump(dump(plan)))):
        assert Plan.model_validate(again) == plan


@given(parts)
@settings(max_examples=50)
def test_digest_depends_on_neither_order_nor_spelling(extra: dict[str, Any]) -> None:
    turned = json.loads(json.dumps({**extra, **HEAD}), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    assert digest(made(turned)) == digest(made(extra))
    assert hash(made(turned)) == hash(made(extra))


def test_digest_sees_every_change() -> None:
    assert digest(plan_from(HEAD)) != digest(plan_from({**HEAD, "version": 2}))
    assert digest(plan_from(HEAD)).startswith("sha256:")


def test_a_default_that_is_written_out_changes_nothing() -> None:
    written = {**HEAD, "language": "en", "year": {"starts": "2026-01-01", "periods": "monthly"}}
    assert digest(plan_from(written)) == digest(plan_from(HEAD))


def test_yaml_json_and_toml_give_one_plan(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(HEAD, sort_keys=False), encoding="utf-8")
    (tmp_path / "a.json").write_text(json.dumps(HEAD), encoding="utf-8")
    toml = 'aop = 1\nid = "shop"\nname = "Shop"\ncurrency = "USD"\n[year]\nstarts = 2026-01-01\n'
    (tmp_path / "a.toml").write_text(toml, encoding="utf-8")
    plans = [load_plan(tmp_path / f"a.{suffix}") for suffix in ("yaml", "json", "toml")]
    assert plans[0] == plans[1] == plans[2] == plan_from(HEAD)


def test_the_smallest_plan_is_five_lines() -> None:
    plan = plan_from(HEAD)
    assert plan.year.starts == date(2026, 1, 1)
    assert not plan.goals


def test_a_problem_in_python_data_is_placed_by_its_path() -> None:
    with pytest.raises(PlanError) as refused:
        plan_from({**HEAD, "goals": {"sales": {"name": "Sales", "kpi": "revenue", "to": 5}}})
    (problem,) = refused.value.problems
    assert problem.place.file == "plan.goals.sales.kpi"


@pytest.mark.parametrize("data", [[], "text", 5, None, {}, {"goals": 5, "kpis": [1], "budget": {"lines": None}}])
def test_what_is_no_plan_at_all_is_a_plan_error(data: Any) -> None:
    with pytest.raises(PlanError):
        plan_from(data)


scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.just(float("nan")))
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ids, inner, max_size=3))
sections = st.sampled_from(list(Plan.model_fields))


@given(st.dictionaries(sections, anything | st.dictionaries(ids, anything, max_size=3), max_size=6))
@settings(max_examples=300)
def test_nothing_but_a_plan_error_ever_comes_out(data: dict[str, Any]) -> None:
    try:
        plan_from({**HEAD, **data})
    except PlanError as refused:
        assert all(problem.code.startswith(("PLAN_", "SOURCE_")) for problem in refused.problems)


@given(parts, st.data())
@settings(max_examples=150)
def test_one_broken_value_never_hides_the_others(extra: dict[str, Any], data: st.DataObject) -> None:
    extra = {**extra, "priorities": ["nowhere"]}
    section = data.draw(st.sampled_from(["kpis", "goals", "risks", "resources", "governance"]))
    _, problems, _ = read_plan_of({**HEAD, **extra, section: data.draw(anything)})
    assert any(p.code == "PLAN_UNKNOWN_ID" and "nowhere" in p.message for p in problems)


def read_plan_of(data: dict[str, Any]) -> Any:
    from aop_rules.source.plain import PlainData

    return read_plan(PlainData(data))


def test_a_plan_cannot_be_changed() -> None:
    plan = made({"attributes": {"lead": "days"}, "rules": [{"id": "r", "tags": ["a"]}]})
    with pytest.raises(TypeError):
        plan.attributes["lead"] = "money"  # type: ignore[index]
    with pytest.raises(TypeError):
        plan.kpis["x"] = None  # type: ignore[index]
    assert plan.rules[0]["tags"] == ("a",)
    assert pickle.loads(pickle.dumps(plan)) == plan  # noqa: S301 - our own value


def test_babycare_house_loads_without_a_warning_and_says_what_its_goals_imply() -> None:
    plan, problems, _ = read_plan(BABYCARE)
    assert plan is not None
    (note,) = problems
    assert note.code == "PLAN_IMPLIED"
    assert "+80 %" in note.message
    assert "−5.714 %" in note.message
