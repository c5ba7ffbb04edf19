"""The states of an alert over closed periods, held to an obvious reference, to Prometheus and to the founding example."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules.alerts.lifecycle import Judged, Result, Step, Terms, followed
from one_kpi import after, alert, reading, states, watched
from strategies import ROOT

RESULTS: tuple[Result, ...] = ("breached", "between", "recovered", "unknown", "error")
results = st.lists(st.sampled_from(RESULTS), max_size=14)
terms = st.builds(Terms, st.integers(1, 4), st.integers(0, 3))


def series(results: Sequence[Result], terms: Terms = Terms()) -> list[Judged]:  # noqa: B008 - a frozen value
    return [Judged(f"p{n}", result, terms) for n, result in enumerate(results)]


def names(steps: Sequence[Step]) -> list[str]:
    return [step.state for step in steps]


# ── published, and the founding example ─────────────────────────────────────────────────────────────────────────────

PUBLISHED: list[dict[str, Any]] = json.loads((ROOT / "tests" / "alerts" / "published.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case["source"])
def test_a_published_timeline_comes_out(case: dict[str, Any]) -> None:
    """Prometheus counts what follows the first evaluation, we count the first as well; what recovers still fires there."""
    engine = watched(case["x"], breach=f"> {case['gt']}", **{"for": case["hold"] + 1, "keep": case["keep"]})
    seen = states(engine, len(case["x"]))

    assert [{"recovering": "firing", "resolved": None}.get(each, each) for each in seen] == case["states"]
    assert seen[-2:] == ["recovering", "resolved"]


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case["source"])
def test_a_published_timeline_comes_out_of_figures_that_were_wrong_at_first(case: dict[str, Any]) -> None:
    lines = {"breach": f"> {case['gt']}", "for": case["hold"] + 1, "keep": case["keep"]}
    engine, months = watched([200 - x for x in case["x"]], **lines), len(case["x"])
    engine.record_all(reading(n, x, 1, known=after(months)) for n, x in enumerate(case["x"], 1))
    found = alert(engine, after(months))
    in_time = alert(watched(case["x"], **lines), after(months))

    assert found is not None and in_time is not None and found.steps == in_time.steps
    told = [{"recovering": "firing", "resolved": None}.get(step.state, step.state) for step in found.steps]
    assert told == case["states"]


def test_the_marketing_ratio_fires_and_resolves_as_the_founding_example_says() -> None:
    engine = watched(
        ["6.1", "8.9", "7.4", "6.8", "6.4", "6.2"], breach="> 7", recover="<= 6.5", **{"for": 2, "keep": 1}
    )

    assert states(engine, 6) == ["ok", "pending", "firing", "firing", "recovering", "resolved"]


# ── one thing at a time ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_pending_alert_that_clears_vanishes() -> None:
    steps = followed(series(["breached", "between", "breached", "breached"], Terms(2, 1)))

    assert names(steps) == ["pending", "ok", "pending", "firing"]


def test_what_waits_for_one_period_fires_at_once() -> None:
    assert names(followed(series(["breached", "recovered", "recovered"]))) == ["firing", "resolved", "ok"]


def test_a_new_breach_while_it_recovers_fires_on() -> None:
    steps = followed(series(["breached", "recovered", "breached", "recovered", "recovered"], Terms(1, 1)))

    assert names(steps) == ["firing", "recovering", "firing", "recovering", "resolved"]
    assert {step.fired for step in steps} == {"p0"}


def test_more_periods_to_wait_make_it_pending_again() -> None:
    looks = [*series(["breached", "breached"], Terms(2)), *(Judged(f"q{n}", "breached", Terms(4)) for n in range(2))]

    assert names(followed(looks)) == ["pending", "firing", "pending", "firing"]


def test_another_threshold_makes_it_pending_again() -> None:
    looks = [*series(["breached", "breached"], Terms(2, 0, "> 7%"))]
    looks += [Judged(f"q{n}", "breached", Terms(2, 0, "> 8%")) for n in range(2)]
    steps = followed(looks)

    assert names(steps) == ["pending", "firing", "pending", "firing"]
    assert (steps[2].since, steps[2].fired, steps[3].fired) == ("q0", "", "q1")


@pytest.mark.parametrize(("result", "state"), [("unknown", "no_data"), ("error", "error")])
def test_a_period_that_nobody_can_judge_leaves_all_as_it_was(result: Result, state: str) -> None:
    steps = followed(series([result, "breached", result, "breached", result, "recovered", result], Terms(2, 1)))

    assert names(steps) == [state, "pending", "pending", "firing", "firing", "recovering", "recovering"]
    assert [step.known for step in steps[1:3]] == ["known", "unknown" if result == "unknown" else "error"]


# ── an obvious reference ────────────────────────────────────────────────────────────────────────────────────────────


def meaning(seen: Sequence[Result], needed: int, keep: int) -> str:
    """The state after the last period, by looking at the whole row again for each question. Slow on purpose."""
    if not seen:
        return "ok"
    *before, last = seen
    was = meaning(before, needed, keep)
    if last in ("unknown", "error"):
        return was if was in ("pending", "firing", "recovering") else {"unknown": "no_data", "error": "error"}[last]
    known = [each for each in seen if each not in ("unknown", "error")]
    if was in ("firing", "recovering"):
        back = len(known) - next((n for n in range(len(known), 0, -1) if known[n - 1] != "recovered"), 0)
        return "firing" if back == 0 else "recovering" if back <= keep else "resolved"
    over = max((n for n in range(len(before) + 1) if _over(before[:n], needed, keep)), default=0)
    fresh = [each for each in seen[over:] if each not in ("unknown", "error")]
    row = len(fresh) - next((n for n in range(len(fresh), 0, -1) if fresh[n - 1] != "breached"), 0)
    return "ok" if row == 0 else "firing" if row >= needed else "pending"


def _over(seen: Sequence[Result], needed: int, keep: int) -> bool:
    return bool(seen) and meaning(seen, needed, keep) == "resolved"


@given(st.lists(st.sampled_from(RESULTS), max_size=8), st.integers(1, 3), st.integers(0, 2))
def test_the_states_are_those_of_the_reference(seen: list[Result], needed: int, keep: int) -> None:
    expected = [meaning(seen[: n + 1], needed, keep) for n in range(len(seen))]

    assert names(followed(series(seen, Terms(needed, keep)))) == expected


@given(results, terms)
def test_what_comes_later_changes_nothing_before(seen: list[Result], by: Terms) -> None:
    whole = followed(series(seen, by))

    assert all(followed(series(seen[:n], by)) == whole[:n] for n in range(len(seen)))


@given(results, terms, st.integers(0, 13), st.sampled_from(RESULTS))
def test_a_restated_period_changes_nothing_before_it(seen: list[Result], by: Terms, at: int, now: Result) -> None:
    if at >= len(seen):
        return
    restated = [*seen[:at], now, *seen[at + 1 :]]

    assert followed(series(seen, by))[:at] == followed(series(restated, by))[:at]


@given(results, terms)
def test_resolved_comes_only_after_firing(seen: list[Result], by: Terms) -> None:
    found = names(followed(series(seen, by)))
    for n, state in enumerate(found):
        if state == "resolved":
            assert found[n - 1] in ("firing", "recovering")
