"""How findings combine: the theorems of the lattice, and the same thing written as plainly as it can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st

from aop_rules.decision.finding import Finding
from aop_rules.decision.outcome import (
    PROPOSAL_LADDER,
    SITUATION_LADDER,
    Outcome,
    Verdict,
    calls_for,
    combine,
    ladder,
)
from aop_rules.plan.values import Words
from aop_rules.rules.effect import GATES, Effect

SAID = Words(en="so it is", vi="là vậy")


def finding(effect: Effect, judgement: str = "holds", **more: object) -> Finding:
    gate = effect in GATES
    told = {"rule": effect.lower(), "version": 1, "hard": False, "blocks": gate, "kind": "event", "subject": "e"}
    rest = {"label": SAID, "message": SAID, "needs": None, "facts": ()}
    return Finding(effect=effect, judgement=judgement, **{**told, **rest, **more})  # type: ignore[arg-type]


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    effect = draw(st.sampled_from(Effect))
    may_be_hard = effect is Effect.FORBID or effect.is_situation
    return finding(
        effect,
        draw(st.sampled_from(["holds", "holds", "unknown", "error"])),
        hard=may_be_hard and draw(st.booleans()),
        blocks=draw(st.booleans()),
        rule=draw(st.sampled_from("abc")),
        room=draw(st.one_of(st.none(), st.integers(-3, 3))),
    )


many = st.lists(findings(), max_size=7)
both = st.booleans()
SUPPORT, VETO = finding(Effect.SUPPORT), finding(Effect.FORBID)


def level(verdict: Verdict, asks: bool) -> int:
    return ladder(asks).index(verdict.outcome)


# ── what asks for a yes ─────────────────────────────────────────────────────────────────────────────────────────────


@given(many)
def test_a_veto_beats_everything(others: list[Finding]) -> None:
    assert combine([*others, VETO], True).outcome is Outcome.DECLINE


@given(many)
def test_a_hard_veto_stays_hard(others: list[Finding]) -> None:
    verdict = combine([*others, finding(Effect.FORBID, hard=True, rule="never")], True)
    assert (verdict.outcome, verdict.hard) == (Outcome.DECLINE, True)
    assert verdict.deciding[0].hard


@given(many, st.sampled_from(GATES), st.sampled_from(["unknown", "error"]))
def test_missing_data_on_a_gate_blocks_a_yes(others: list[Finding], gate: Effect, judgement: str) -> None:
    supported = gate is Effect.SUPPORT and any(f.effect is Effect.SUPPORT and f.holds for f in others)
    verdict = combine([*others, finding(gate, judgement)], True)
    assert supported or verdict.outcome in (Outcome.NEED_DATA, Outcome.DECLINE)


@given(st.lists(st.sampled_from([finding(gate, "unknown") for gate in GATES]), max_size=5))
def test_a_known_veto_beats_missing_data(unknown: list[Finding]) -> None:
    verdict = combine([SUPPORT, *unknown, VETO], True)
    assert verdict.outcome is Outcome.DECLINE
    assert verdict.deciding == (VETO,)


@given(many)
def test_without_support_it_is_declined(others: list[Finding]) -> None:
    unsupported = [f for f in others if f.effect is not Effect.SUPPORT]
    verdict = combine(unsupported, True)
    assert verdict.outcome is Outcome.DECLINE
    assert verdict.hard == any(f.hard and f.holds and f.effect is Effect.FORBID for f in unsupported)


@given(many)
def test_an_open_support_blocks(others: list[Finding]) -> None:
    rest = [f for f in others if not (f.effect is Effect.FORBID and f.holds) and f.effect is not Effect.SUPPORT]
    assert combine([*rest, finding(Effect.SUPPORT, "unknown")], True).outcome is Outcome.NEED_DATA


def test_another_support_that_cannot_be_told_does_not_matter() -> None:
    assert combine([SUPPORT, finding(Effect.SUPPORT, "unknown")], True).outcome is Outcome.ACCEPT


def test_the_ladder_of_proposals() -> None:
    rungs = [
        Effect.INFORM,
        Effect.CONDITION,
        Effect.FIT,
        Effect.DEFER,
        Effect.REQUIRE_APPROVAL,
        Effect.NEED_DATA,
        Effect.FORBID,
    ]
    assert [combine([SUPPORT, finding(effect)], True).outcome for effect in rungs] == list(PROPOSAL_LADDER)


# ── situations ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_ladder_of_situations() -> None:
    rungs = [
        Effect.KEEP,
        Effect.WATCH,
        Effect.NEED_DATA,
        Effect.INVESTIGATE,
        Effect.REQUIRE_APPROVAL,
        Effect.ADJUST_ACTIONS,
        Effect.REALLOCATE,
        Effect.TRIGGER_CONTINGENCY,
        Effect.ESCALATE_GOAL_REVIEW,
    ]
    assert [combine([finding(effect)], False).outcome for effect in rungs] == list(SITUATION_LADDER)


def test_nothing_found_keeps_the_course() -> None:
    assert combine([], False) == Verdict(Outcome.KEEP_COURSE, False, ())


@given(many)
def test_what_cannot_be_told_never_keeps_the_course(others: list[Finding]) -> None:
    verdict = combine([*others, finding(Effect.ADJUST_ACTIONS, "unknown", blocks=True)], False)
    assert level(verdict, False) >= SITUATION_LADDER.index(Outcome.NEED_DATA)


# ── both ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(many.flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))), both)
def test_rule_order_never_matters(two: tuple[list[Finding], list[Finding]], asks: bool) -> None:
    one, other = (combine(found, asks) for found in two)
    assert (one.outcome, one.hard) == (other.outcome, other.hard)
    assert sorted(map(repr, one.deciding)) == sorted(map(repr, other.deciding))


@given(many.filter(bool), both)
def test_an_equal_finding_twice_changes_nothing(found: list[Finding], asks: bool) -> None:
    once, twice = combine(found, asks), combine([*found, *found], asks)
    assert (once.outcome, once.hard, set(once.deciding)) == (twice.outcome, twice.hard, set(twice.deciding))


@given(many, findings().filter(lambda f: f.effect is not Effect.SUPPORT), both)
@example([finding(Effect.NEED_DATA)], finding(Effect.FORBID, "unknown"), True)
def test_adding_a_finding_never_improves(found: list[Finding], more: Finding, asks: bool) -> None:
    assert level(combine([*found, more], asks), asks) >= level(combine(found, asks), asks)


@given(many, both)
def test_every_deciding_finding_calls_for_the_outcome(found: list[Finding], asks: bool) -> None:
    verdict = combine(found, asks)
    assert all(calls_for(f, asks) is verdict.outcome for f in verdict.deciding)
    assert verdict.hard == any(f.hard and f.holds for f in verdict.deciding)


@given(many, both)
def test_what_only_informs_changes_nothing(found: list[Finding], asks: bool) -> None:
    assert combine([*found, finding(Effect.INFORM)], asks) == combine(found, asks)


@given(many, both)
def test_sentences_and_figures_decide_nothing(found: list[Finding], asks: bool) -> None:
    reworded = [replace(f, message=Words(en="other", vi="khác"), priority=1, rule="z") for f in found]
    one, other = combine(found, asks), combine(reworded, asks)
    assert (one.outcome, one.hard) == (other.outcome, other.hard)


# ── the same, plainly ───────────────────────────────────────────────────────────────────────────────────────────────


ASKING: tuple[tuple[Effect | None, Outcome], ...] = (
    (Effect.FORBID, Outcome.DECLINE),
    (None, Outcome.NEED_DATA),
    (Effect.NEED_DATA, Outcome.NEED_DATA),
    (Effect.REQUIRE_APPROVAL, Outcome.ESCALATE),
    (Effect.DEFER, Outcome.DEFER),
    (Effect.FIT, Outcome.ADJUST_TO_FIT),
    (Effect.CONDITION, Outcome.ACCEPT_WITH_CONDITIONS),
)
STANDING: tuple[tuple[Effect | None, Outcome], ...] = (
    (Effect.ESCALATE_GOAL_REVIEW, Outcome.ESCALATE_GOAL_REVIEW),
    (Effect.TRIGGER_CONTINGENCY, Outcome.TRIGGER_CONTINGENCY),
    (Effect.REALLOCATE, Outcome.REALLOCATE),
    (Effect.ADJUST_ACTIONS, Outcome.ADJUST_ACTIONS),
    (Effect.REQUIRE_APPROVAL, Outcome.ESCALATE),
    (Effect.INVESTIGATE, Outcome.INVESTIGATE),
    (None, Outcome.NEED_DATA),
    (Effect.NEED_DATA, Outcome.NEED_DATA),
    (Effect.WATCH, Outcome.WATCH),
)
"""The worst first; None stands for what cannot be told and matters."""


def plainly(found: Sequence[Finding], asks: bool) -> tuple[Outcome, bool]:
    """The table of the design, read line by line."""
    held = {f.effect for f in found if f.holds}
    hard = {f.effect for f in found if f.holds and f.hard}
    supported, asked_for = Effect.SUPPORT in held, any(f.open and f.effect is Effect.SUPPORT for f in found)
    doubtful = any(f.open for f in found if not (supported and f.effect is Effect.SUPPORT))
    best = Outcome.ACCEPT if asks else Outcome.KEEP_COURSE
    rows = [row for row in (ASKING if asks else STANDING) if row[0] in held or (row[0] is None and doubtful)]
    effect, outcome = rows[0] if rows else (None, best)
    if asks and outcome is not Outcome.DECLINE and not supported and not asked_for:
        return Outcome.DECLINE, False
    return outcome, effect in hard


@given(many, both)
def test_it_is_the_table_read_line_by_line(found: list[Finding], asks: bool) -> None:
    verdict = combine(found, asks)
    assert (verdict.outcome, verdict.hard) == plainly(found, asks)
