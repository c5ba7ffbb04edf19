"""No flip is nearer than the one that is told: held to a search that looks at every value of small plans."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from small_flips import Data, World, nearer_alone, nearer_together, tiny_events, tiny_pasts, tiny_plans, world

from aop_rules.decision.outcome import ladder

few = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))


@few
@given(tiny_plans(), tiny_pasts(), tiny_events())
def test_an_exhaustive_search_finds_no_nearer_flip(plan: Data, past: list[Data], event: Data) -> None:
    each = world(plan, past, event)
    assert not list(nearer_alone(each))
    assert not list(nearer_together(each))
    _check_verified(each)


def _check_verified(each: World) -> None:
    """What is told is so: better at the flip, not yet better one step before it."""
    rungs = ladder(True)
    now = rungs.index(each.found.decision.outcome)
    for flip in each.found.single:
        assert flip.outcome is not None and rungs.index(flip.outcome) < now
        assert flip.inside is not None and (flip.inside.outcome is None or rungs.index(flip.inside.outcome) >= now)
    if each.found.joint:
        assert rungs.index(each.found.joint.outcome) < now
        assert all(less.outcome is None or rungs.index(less.outcome) >= now for less in each.found.joint.inside)
