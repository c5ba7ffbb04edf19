"""What several tests start from: the examples with their histories, and small plans and proposals that are valid by construction."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from aop_rules import Engine, Ruleset, read_events
from aop_rules.events import EventBase
from aop_rules.ledger.reading import EventFile, read_event_file
from aop_rules.plan.load import dump, load_plan
from aop_rules.rules.collection import standard_rulesets

Data = dict[str, Any]

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
BABYCARE = EXAMPLES / "babycare_house"

DEFAULT_HISTORY = {"babycare_house": ("2026_jan_may.jsonl",)}
"""By example: what has happened where a case does not say."""

CASES = sorted(EXAMPLES.glob("*/cases/*.yaml"))


def history_of(case: Path) -> tuple[Path, ...]:
    """The history files of one case."""
    expect = case_of(case).expect or {}
    names = expect.get("history", DEFAULT_HISTORY.get(case.parents[1].name, ()))
    return tuple(case.parents[1] / "history" / name for name in names)


@cache
def case_of(case: Path) -> EventFile:
    return read_event_file(case)


@cache
def engine_at(folder: Path, history: tuple[Path, ...] = (), inference: Any = "auto") -> Engine:
    """An engine on an example. Shared between tests: nothing may be recorded in it."""
    (plan,) = folder.glob("plan.*")
    engine = Engine.open(plan, inference=inference)
    engine.record_all(event for file in history for event in read_events(file))
    engine.ledger.write = _shared  # type: ignore[method-assign]
    return engine


def _shared(work: object) -> Any:
    raise AssertionError("this engine is shared between tests: record in one of your own, as `opened` gives")


def babycare(inference: Any = "auto") -> Engine:
    """BabyCare House after five months. Shared: nothing may be recorded in it."""
    return engine_at(
        BABYCARE, tuple(BABYCARE / "history" / name for name in DEFAULT_HISTORY["babycare_house"]), inference
    )


def babycare_plan() -> Data:
    """Its plan as plain data, to be changed at will."""
    return dump(load_plan(BABYCARE / "plan.yaml"))


def babycare_history() -> list[Data]:
    """Its first five months as plain data."""
    (name,) = DEFAULT_HISTORY["babycare_house"]
    return [json.loads(line) for line in (BABYCARE / "history" / name).read_text(encoding="utf-8").splitlines()]


@cache
def standard() -> tuple[Ruleset, ...]:
    """The standard rulesets, read once: most of what opening an engine costs."""
    return standard_rulesets()


def opened(plan: Mapping[str, Any], history: Iterable[Data | EventBase] = (), **how: Any) -> Engine:
    """An engine of one's own, with what has happened."""
    engine = Engine.open(
        plan, [*(standard() if how.pop("standard", True) else ()), *how.pop("rules", ())], standard=False, **how
    )
    engine.record_all(history)
    return engine


def proposal(**parts: Any) -> Data:
    """A proposal of June 2026, or whatever `parts` make of it."""
    return {"event_id": "p", "kind": "proposal", "effective_date": "2026-06-10", **parts}


def everywhere(data: Any, change: Callable[[Any], Any]) -> Any:
    """Plain data with `change` applied to every key and every leaf."""
    if isinstance(data, Mapping):
        return {change(key): everywhere(value, change) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [everywhere(each, change) for each in data]
    return change(data)


# ── small plans ─────────────────────────────────────────────────────────────────────────────────────────────────────

FLOWS = ("shop", "web", "profit")
LINES = ("goods", "ads", "rent")
amounts = st.integers(1, 400).map(lambda n: n * 12_000)


@st.composite
def plans(draw: st.DrawFn) -> Data:
    """A small business: sales in a shop and on the web, a margin with a floor, and any part of the rest of a plan."""
    quarterly = draw(st.booleans())
    plan: Data = {
        "aop": 1,
        "id": "small",
        "name": "Small",
        "currency": draw(st.sampled_from(["VND", "USD"])),
        "year": {"starts": "2026-01-01", "periods": "quarterly" if quarterly else "monthly"},
        "priorities": draw(st.permutations(["sales", "margin"])),
        "goals": {
            "sales": {"kpi": "sales"},
            "margin": {"kpi": "margin", "floor": draw(st.sampled_from(["20%", "35%"]))},
        },
        "kpis": {
            **{flow: {"kind": "flow", "target": {"year": draw(amounts)}} for flow in FLOWS},
            "sales": {
                "kind": "flow",
                "sum_of": ["shop", "web"],
                "target": {"year": draw(amounts)},
                "breach": "< 80% of target",
            },
            "margin": {"kind": "ratio", "unit": "ratio", "numerator": "profit", "denominator": "sales", "basis": "ytd"},
            "money": {"kind": "stock"},
        },
        "budget": {"lines": {line: {"amount": draw(amounts), "contract": line == "rent"} for line in LINES}},
        "policies": {},
    }
    for part in (plan["goals"], plan["kpis"], plan["budget"]["lines"]):
        for name, entry in part.items():
            entry["name"] = f"the {name}"
    if draw(st.booleans()):
        plan["resources"] = {
            "roles": {"clerk": {"name": "clerk", "capacity": draw(st.integers(1, 3))}},
            "hires": draw(st.integers(0, 1)),
        }
    if draw(st.booleans()):
        plan["policies"]["minimum_cash"] = {"kpi": "money", "minimum": draw(amounts)}
    if draw(st.booleans()):
        plan["policies"]["contribution"] = "profit"
    if draw(st.booleans()):
        plan["scope"] = {"includes": ["web"], "excludes": ["spa"]}
    if draw(st.booleans()):
        plan["not_this_year"] = {"second_shop": {"name": "a second shop", "reason": "not now"}}
    if draw(st.booleans()):
        plan["governance"] = {"approvals": [{"above": draw(amounts), "by": "owner"}]}
    return plan


@st.composite
def histories(draw: st.DrawFn, plan: Data) -> list[Data]:
    """Readings and invoices of the first periods of a plan from `plans`; some readings may be missing."""
    quarterly = plan["year"]["periods"] == "quarterly"
    found: list[Data] = []
    missing = draw(st.sampled_from([*[None] * 6, *FLOWS, "money"]))
    closed = 1 if quarterly else 5
    for n in range(1, draw(st.sampled_from([closed, closed, closed, closed - 1])) + 1):
        month = n * 3 if quarterly else n
        name, day = (f"2026-Q{n}" if quarterly else f"2026-{n:02}"), f"2026-{month:02}-28"
        shop, web = draw(amounts), draw(amounts)
        profit = (shop + web) * draw(st.integers(15, 60)) // 100
        for kpi, value in (("shop", shop), ("web", web), ("profit", profit), ("money", 4 * draw(amounts))):
            if kpi != missing:
                reading = {"kind": "kpi_observation", "kpi": kpi, "period": name, "value": value}
                found.append({"event_id": f"r-{kpi}-{name}", "effective_date": day, **reading})
        spent = {"kind": "actual", "line": draw(st.sampled_from(LINES)), "amount": draw(amounts) // 12}
        found.append({"event_id": f"a-{name}", "effective_date": day, **spent})
    return found


@st.composite
def proposals(draw: st.DrawFn) -> Data:
    """Something that asks for a yes, against a plan from `plans`."""
    sums = st.one_of(amounts.map(lambda amount: amount // 12), amounts)
    costs = [{"line": draw(st.sampled_from(LINES)), "amount": draw(sums)} for _ in range(draw(st.integers(0, 2)))]
    gains = [{"kpi": "web", "likely": draw(amounts)}, {"kpi": "margin", "likely": f"{draw(st.integers(5, 90))}%"}]
    return proposal(
        kind=draw(st.sampled_from(["proposal", "opportunity"])),
        category=draw(st.sampled_from(["web", "web", "web", "spa", "second shop", "other"])),
        costs=costs,
        benefits=gains[: draw(st.sampled_from([2, 2, 2, 1, 0]))],
        needs=draw(st.sampled_from([[], [], [{"role": "clerk", "amount": 1}], [{"role": "nobody", "amount": 1}]])),
        hires=draw(st.sampled_from([0, 0, 0, 1])),
        divisible=draw(st.booleans()),
        links={"goals": draw(st.sampled_from([[], ["sales"]]))},
    )
