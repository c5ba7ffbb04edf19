"""Patterns: how they are written, when they make a chain, and what conclusions are about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules.rules.given import Atom, Broken, Chain, broken_chain, parse_atom, signatures

LINKS = {"watches": ("risk", "kpi"), "threatens": ("risk", "goal"), "about": ("event", "*"), "part_of": ("kpi", "kpi")}


def atoms(*texts: str) -> tuple[Atom, ...]:
    return tuple(map(parse_atom, texts))


def chain(rule: str, given_: tuple[str, ...], head: str | None = None, subject: str | None = None) -> Chain:
    return Chain(rule, atoms(*given_), parse_atom(head) if head else None, subject)


names = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)


@given(names, st.lists(names, min_size=1, max_size=2))
def test_an_atom_reads_back(predicate: str, variables: list[str]) -> None:
    atom = Atom(predicate, tuple(variables))
    assert parse_atom(str(atom)) == atom


@pytest.mark.parametrize("text", ["", "off_track", "Off(kpi)", "p()", "p(a, b, c)", "p(a) and q(a)", "p(7)"])
def test_what_is_no_atom_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no pattern \(write"):
        parse_atom(text)


@pytest.mark.parametrize(
    ("given_", "head", "subject"),
    [
        (("off_track(kpi)", "watches(risk, kpi)"), "triggered(risk)", None),
        (("watches(risk, kpi)", "threatens(risk, goal)"), "at_risk(goal)", None),
        (("watches(risk, kpi)",), "triggered(risk)", "kpi"),
        (("part_of(a, b)", "part_of(b, c)"), "late(c)", None),
        ((), "off_track(kpi)", "kpi"),
    ],
)
def test_this_is_a_chain(given_: tuple[str, ...], head: str, subject: str | None) -> None:
    assert broken_chain(atoms(*given_), parse_atom(head), subject) == []


@pytest.mark.parametrize(
    ("given_", "head", "subject", "index", "said"),
    [
        (("off_track(kpi)", "triggered(risk)"), "x(kpi)", None, 1, "`triggered(risk)` is not connected"),
        (("triggered(risk)",), "x(kpi)", "kpi", 0, "not connected"),
        (("watches(a, b)", "watches(a, b)"), "x(a)", None, 1, "takes up `a` and `b` at once"),
        (("part_of(a, a)",), "x(a)", None, 0, "one variable twice"),
        (("off_track(kpi)",), "x(kip)", None, None, "nothing says what `kip` is"),
        (("off_track(kpi)",), "watches(kpi, kpi)", None, None, "links come from the plan"),
        (tuple(f"p{n}(a)" for n in range(7)), "x(a)", None, None, "at most 6"),
    ],
)
def test_this_is_none(given_: tuple[str, ...], head: str, subject: str | None, index: int | None, said: str) -> None:
    (one,) = broken_chain(atoms(*given_), parse_atom(head), subject)
    assert one.index == index
    assert said in one.message


def test_kinds_follow_from_links_and_subjects() -> None:
    chains = [
        chain("a", (), "off_track(kpi)", "kpi"),
        chain("b", ("off_track(x)", "watches(r, x)"), "triggered(r)"),
        chain("c", ("triggered(r)", "threatens(r, g)"), "at_risk(g)"),
    ]
    found, broken = signatures(chains, LINKS)
    assert broken == {}
    assert found.conclusions == {"at_risk": "goal", "off_track": "kpi", "triggered": "risk"}
    assert found.variables["b", "r"] == "risk"
    assert signatures(reversed(chains), LINKS) == (found, broken)


def told(*chains: Chain) -> dict[str, list[Broken]]:
    return signatures(chains, LINKS)[1]


def test_a_predicate_that_nobody_concludes_is_unknown() -> None:
    broken = told(chain("a", (), "off_track(kpi)", "kpi"), chain("b", ("of_track(kpi)", "wotches(r, kpi)"), "x(kpi)"))
    assert [(b.code, b.index, b.hint) for b in broken["b"]] == [
        ("RULE_UNKNOWN_PREDICATE", 0, "did you mean `off_track`?"),
        ("RULE_UNKNOWN_PREDICATE", 1, "did you mean `watches`?"),
    ]


def test_kinds_that_clash_are_told_where_they_do() -> None:
    broken = told(chain("a", (), "off_track(kpi)", "kpi"), chain("b", ("off_track(x)", "threatens(x, g)"), "bad(g)"))
    (one,) = broken["b"]
    assert (one.code, one.index) == ("RULE_KIND_MISMATCH", 1)
    assert one.message == "`threatens` is about a risk, and `x` is a kpi here"


def test_a_declared_conclusion_may_be_spoken_of_before_a_rule_draws_it() -> None:
    found, broken = signatures([chain("a", ("off_track(x)",), "bad(x)")], LINKS, {"off_track": "kpi"})
    assert (found.conclusions, broken) == ({"bad": "kpi", "off_track": "kpi"}, {})


def test_a_link_needs_both_its_ends() -> None:
    (one,) = told(chain("a", ("watches(r)",), "x(r)"))["a"]
    assert (one.code, one.hint) == ("RULE_KIND_MISMATCH", "write `watches(risk, kpi)`")


def test_a_link_cannot_be_concluded() -> None:
    (one,) = told(chain("a", (), "watches(kpi)", "kpi"))["a"]
    assert one.code == "RULE_CONCLUDE"


def test_any_kind_fits_a_star() -> None:
    found, broken = signatures([chain("a", ("about(e, x)", "watches(x, k)"), "noted(x)")], LINKS)
    assert (found.conclusions, broken) == ({"noted": "risk"}, {})


def test_a_long_chain_in_the_worst_order_is_quick() -> None:
    count = 3_000
    chains = [chain(f"r{n:05}", (f"c{n + 1}(x)",), f"c{n}(x)") for n in range(count)]
    found, broken = signatures([*chains, chain("start", (), f"c{count}(kpi)", "kpi")], LINKS)
    assert broken == {}
    assert found.conclusions["c0"] == "kpi"
