"""The critical path of the published case, and what is always so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules.plan.critical_path import critical_path

# cases/published.json, critical_path
ARCS = [(1, 2, 7), (1, 3, 10), (2, 4, 6), (3, 4, 5), (3, 5, 4), (4, 5, 3), (5, 6, 2)]

forward_arcs = st.lists(
    st.tuples(st.integers(1, 6), st.integers(1, 5), st.integers(0, 20)).map(lambda t: (t[0], t[0] + t[1], t[2])),
    max_size=15,
)


def test_agrees_with_the_published_case() -> None:
    found = critical_path(ARCS)
    assert found.length == 20
    assert found.slack == (2, 0, 2, 0, 4, 0, 0)
    assert found.path == (2, 4, 6, 7)


@given(forward_arcs)
def test_the_path_is_as_long_as_it_says(arcs: list[tuple[int, int, int]]) -> None:
    found = critical_path(arcs)
    assert sum(arcs[n - 1][2] for n in found.path) == found.length
    assert all(slack >= 0 for slack in found.slack)


@given(forward_arcs.filter(bool), st.data())
def test_an_arc_may_take_its_slack_and_not_a_day_more(arcs: list[tuple[int, int, int]], data: st.DataObject) -> None:
    found = critical_path(arcs)
    n = data.draw(st.integers(0, len(arcs) - 1))
    start, end, days = arcs[n]

    def longer(by: int) -> int:
        return critical_path([*arcs[:n], (start, end, days + by), *arcs[n + 1 :]]).length

    assert longer(found.slack[n]) == found.length
    assert longer(found.slack[n] + 1) == found.length + 1


def test_no_work_takes_no_time() -> None:
    assert critical_path([]).length == 0


@pytest.mark.parametrize("arcs", [[(1, 2, 1), (2, 1, 1)], [(1, 2, -1)]])
def test_circles_and_negative_durations_are_refused(arcs: list[tuple[int, int, int]]) -> None:
    with pytest.raises(ValueError, match=r"circle|0 or more"):
        critical_path(arcs)
