"""What follows from facts: the same for every engine and every order, known apart from possible, and never endless."""

from __future__ import annotations

import subprocess
import sys
import threading
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_cases import Cases

from aop_rules.errors import EngineError
from aop_rules.inference import chain_reference, durable
from aop_rules.inference.chain import ChainRule, Fact, Firing, Inference, Pattern, checked, derivation
from aop_rules.inference.chainer import Chainer
from aop_rules.inference.durable import MESSAGES_MAX, available
from aop_rules.inference.shards import name_hash, shards, work
from aop_rules.limits import DURABLE_SHARD_RULES, FACTS_MAX

needs_durable = pytest.mark.skipif(not available(), reason="durable-rules does not import here")
OFF_TRACK, TRIGGERED, APPLIES, WATCHES, COVERS = 1, 2, 3, 100, 101
RULES = [
    ChainRule(1, (Pattern(OFF_TRACK, (0,)), Pattern(WATCHES, (1, 0))), Pattern(TRIGGERED, (1,))),
    ChainRule(2, (Pattern(TRIGGERED, (0,)), Pattern(COVERS, (1, 0))), Pattern(APPLIES, (1,))),
]
LINKS = [(WATCHES, 20, 10), (COVERS, 30, 20), (WATCHES, 21, 11), (COVERS, 30, 21)]


@pytest.fixture(params=["reference", pytest.param("durable", marks=needs_durable)])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def brute(rules: list[ChainRule], seeds: set[Fact]) -> tuple[set[Fact], set[Firing]]:
    """Every fact for every pattern, again and again: nothing could be plainer."""
    facts = set(seeds)
    while True:
        firings = set()
        for rule in rules:
            for premises in product(facts, repeat=len(rule.body)):
                binding: dict[int, int] = {}
                fits = all(
                    fact[0] == pattern.predicate
                    and len(fact) == 1 + len(pattern.variables)
                    and all(binding.setdefault(v, n) == n for v, n in zip(pattern.variables, fact[1:], strict=True))
                    for pattern, fact in zip(rule.body, premises, strict=True)
                )
                if fits:
                    head = (rule.head.predicate, *(binding[v] for v in rule.head.variables))
                    firings.add(Firing(rule.code, premises, head))
        new = {firing.conclusion for firing in firings} - facts
        if not new:
            return facts, firings
        facts |= new


@given(st.integers(0, 10**9))
@settings(max_examples=60, deadline=None)
def test_the_reference_is_the_plainest_fixpoint(seed: int) -> None:
    cases = Cases(seed)
    rules = [rule for rule in cases.rules(6, 4, 2) if len(rule.body) < 3]
    known, possible, links = cases.facts(2, 4, 3), cases.facts(1, 4, 3), cases.links(4, 2, 3)
    certain, _ = brute(rules, {*known, *links})
    everything, firings = brute(rules, {*known, *links, *possible})
    found = chain_reference.infer(rules, known, possible, links)
    assert found.known == certain
    assert found.possible == everything - certain
    assert found.firings == tuple(sorted(firings))


@needs_durable
@given(st.integers(0, 10**9))
@settings(max_examples=40, deadline=None)
def test_durable_rules_is_the_reference(seed: int) -> None:
    cases = Cases(seed)
    rules = cases.rules(cases.rng.choice([3, 12, 30]))
    chainer = Chainer(rules, "durable")
    for _ in range(25):
        seeds = cases.facts(3), cases.facts(cases.rng.randrange(3)), cases.links(6)
        assert chainer.infer(*seeds) == chain_reference.infer(rules, *seeds)


def test_conclusions_chain(engine: str) -> None:
    found = Chainer(RULES, engine).infer(known=[(OFF_TRACK, 10)], links=LINKS)  # type: ignore[arg-type]
    assert (APPLIES, 30) in found.known
    assert found.possible == frozenset()


def test_a_possible_fact_chains_as_possible(engine: str) -> None:
    chainer = Chainer(RULES, engine)  # type: ignore[arg-type]
    found = chainer.infer(known=[(OFF_TRACK, 10)], possible=[(OFF_TRACK, 11)], links=LINKS)
    assert found.possible == {(OFF_TRACK, 11), (TRIGGERED, 21)}
    assert (APPLIES, 30) in found.known  # known by one way, possible by another: known
    alone = chainer.infer(known=[], possible=[(OFF_TRACK, 11)], links=LINKS)
    assert alone.possible == {(OFF_TRACK, 11), (TRIGGERED, 21), (APPLIES, 30)}


def test_one_fact_may_satisfy_two_patterns(engine: str) -> None:
    same = ChainRule(1, (Pattern(5, (0,)), Pattern(5, (0,)), Pattern(5, (0,))), Pattern(6, (0,)))
    loop = ChainRule(2, (Pattern(100, (0, 1)), Pattern(100, (1, 2))), Pattern(7, (2,)))
    found = Chainer([same, loop], engine).infer([(5, 3)], [], [(100, 4, 4)])  # type: ignore[arg-type]
    assert {(6, 3), (7, 4)} <= found.known


def test_rules_that_feed_themselves_end(engine: str) -> None:
    rules = [
        ChainRule(1, (Pattern(1, (0,)),), Pattern(1, (0,))),
        ChainRule(2, (Pattern(1, (0,)), Pattern(100, (0, 1))), Pattern(1, (1,))),
    ]
    ring = [(100, n, (n + 1) % 9) for n in range(9)]
    found = Chainer(rules, engine).infer([(1, 0)], [], ring)  # type: ignore[arg-type]
    assert {fact for fact in found.known if fact[0] == 1} == {(1, n) for n in range(9)}


def test_order_and_repetition_never_matter(engine: str) -> None:
    cases = Cases(11)
    rules, facts, links = cases.rules(20), cases.facts(5), cases.links(8)
    one = Chainer(rules, engine).infer(facts, facts[:1], links)  # type: ignore[arg-type]
    other = Chainer([*rules[::-1], *rules], engine)  # type: ignore[arg-type]
    assert other.infer([*facts[::-1], *facts], facts[:1], links[::-1]) == one


def test_a_chainer_remembers_nothing(engine: str) -> None:
    chainer = Chainer(RULES, engine)  # type: ignore[arg-type]
    first = chainer.infer([(OFF_TRACK, 10)], [], LINKS)
    assert chainer.infer([], [], LINKS).firings == ()
    assert chainer.infer([(OFF_TRACK, 10)], [], LINKS) == first


def test_threads_share_a_chainer(engine: str) -> None:
    chainer, found = Chainer(RULES, engine), list[Inference]()  # type: ignore[arg-type]

    def ask() -> None:
        found.extend(chainer.infer([(OFF_TRACK, 10)], [], LINKS) for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [chainer.infer([(OFF_TRACK, 10)], [], LINKS)] * 80


def test_a_derivation_is_the_shortest_chain_premises_first() -> None:
    short = ChainRule(3, (Pattern(OFF_TRACK, (0,)), Pattern(102, (0, 1))), Pattern(APPLIES, (1,)))
    found = chain_reference.infer([*RULES, short], [(OFF_TRACK, 10)], [], LINKS)
    assert [firing.rule for firing in derivation(found, (APPLIES, 30))] == [1, 2]
    found = chain_reference.infer([*RULES, short], [(OFF_TRACK, 10)], [], [*LINKS, (102, 10, 30)])
    assert [firing.rule for firing in derivation(found, (APPLIES, 30))] == [3]
    assert derivation(found, (OFF_TRACK, 10)) == ()


def test_a_known_fact_is_explained_from_known_facts_alone() -> None:
    rules = [ChainRule(1, (Pattern(1, (0,)),), Pattern(2, (0,))), ChainRule(2, (Pattern(2, (0,)),), Pattern(3, (0,)))]
    found = chain_reference.infer(rules, [(1, 0)], [(2, 0)], [])
    assert [firing.rule for firing in derivation(found, (3, 0))] == [1, 2]


def test_what_does_not_follow_has_no_derivation() -> None:
    with pytest.raises(EngineError):
        derivation(chain_reference.infer(RULES, [], [], LINKS), (APPLIES, 30))


@given(st.integers(0, 10**9))
@settings(max_examples=40, deadline=None)
def test_a_derivation_stands_on_what_was_given(seed: int) -> None:
    cases = Cases(seed)
    found = chain_reference.infer(cases.rules(15), cases.facts(3), cases.facts(1), cases.links(6))
    for fact in found.known | found.possible:
        true = set(found.given if fact in found.known else found.given | found.supposed)
        for firing in derivation(found, fact):
            assert true.issuperset(firing.premises)
            true.add(firing.conclusion)
        assert fact in true


@pytest.mark.parametrize(
    "rule",
    [
        ChainRule(1, (), Pattern(1, (0,))),
        ChainRule(1, (Pattern(1, (0,)), Pattern(2, (1,))), Pattern(3, (0,))),
        ChainRule(1, (Pattern(100, (0, 1)), Pattern(101, (0, 1))), Pattern(3, (0,))),
        ChainRule(1, (Pattern(100, (0, 0)),), Pattern(3, (0,))),
        ChainRule(1, (Pattern(1, (0,)),), Pattern(3, (1,))),
        ChainRule(1, (Pattern(-1, (0,)),), Pattern(3, (0,))),
        ChainRule(1, (Pattern(1, (0,)),) * 7, Pattern(3, (0,))),
    ],
)
def test_a_rule_that_is_not_well_formed_is_refused(rule: ChainRule) -> None:
    with pytest.raises(EngineError):
        Chainer([rule])


@pytest.mark.parametrize("fact", [(1,), (1, 2, 3, 4), (1, -1), (1, True), (1, 2**40), (1, "x")])
def test_a_fact_that_is_not_well_formed_is_refused(fact: Fact, engine: str) -> None:
    with pytest.raises(EngineError):
        Chainer(RULES, engine).infer([fact])  # type: ignore[arg-type]


def test_too_many_facts_or_firings_are_one_clear_error(engine: str) -> None:
    chainer = Chainer(RULES, engine)  # type: ignore[arg-type]
    with pytest.raises(EngineError, match="facts"):
        chainer.infer([(OFF_TRACK, n) for n in range(FACTS_MAX + 1)])
    dense = ChainRule(1, tuple(Pattern(100, (n, n + 1)) for n in range(6)), Pattern(1, (0,)))
    with pytest.raises(EngineError, match="firings"):
        Chainer([dense], engine).infer([], [], [(100, a, b) for a in range(12) for b in range(12)])  # type: ignore[arg-type]


def test_shards_stay_under_what_the_engine_bears() -> None:
    rules = checked(Cases(3).rules(500))
    for shard in shards(rules):
        assert len(shard.rules) + 1 <= DURABLE_SHARD_RULES
        names = [name for messages in shard.messages.values() for attributes in messages for name in attributes]
        assert len({name_hash(name) for name in names}) == len(names)


def test_message_ids_have_hashes_of_their_own() -> None:
    assert len({name_hash(str(number)) for number in range(MESSAGES_MAX + 2)}) == MESSAGES_MAX + 2


@given(st.integers(0, 10**9))
@settings(max_examples=40, deadline=None)
def test_the_bound_of_work_is_a_bound(seed: int) -> None:
    cases = Cases(seed)
    rules = cases.rules(10)
    seeds = [*cases.facts(4), *cases.links(8)]
    assert len(chain_reference.infer(rules, seeds, [], []).firings) <= work(rules, seeds)


@needs_durable
def test_an_error_of_the_engine_is_ours_and_leaves_it_usable(monkeypatch: pytest.MonkeyPatch) -> None:
    chainer = Chainer(RULES, "durable")
    assert chainer._durable is not None
    monkeypatch.setattr(durable, "MESSAGES_IN_ALL_MAX", 2)
    assert chainer.infer([(OFF_TRACK, 10)], [], LINKS) == chain_reference.infer(RULES, [(OFF_TRACK, 10)], [], LINKS)
    monkeypatch.undo()
    real = chainer._durable._engine

    class Failing:
        error = real.error
        delete_state, start_action_for_state = real.delete_state, real.start_action_for_state
        complete_and_start_action = real.complete_and_start_action
        calls = 0

        def assert_fact(self, handle: int, message: str) -> tuple[int, int]:
            self.calls += 1
            if self.calls > 3:
                raise real.error("asked to fail")
            answer: tuple[int, int] = real.assert_fact(handle, message)
            return answer

    chainer._durable._engine = Failing()
    with pytest.raises(EngineError, match="asked to fail"):
        chainer.infer([(OFF_TRACK, 10)], [], LINKS)
    chainer._durable._engine = real
    assert (APPLIES, 30) in chainer.infer([(OFF_TRACK, 10)], [], LINKS).known


LARGE = """
import gc
from aop_rules.errors import EngineError
from aop_rules.inference import chain_reference
from aop_rules.inference.chain import ChainRule, Pattern as P
from aop_rules.inference.chainer import Chainer

def both(rules, *seeds):
    for engine in ("durable", "auto", "reference"):
        answers.append(Chainer(rules, engine).infer(*seeds))
    assert answers[-1] == answers[-2] == answers[-3]
    return answers[-1]

answers = []
steps = [ChainRule(n, (P(n, (0,)),), P(n + 1, (0,))) for n in range(1000)]
assert (1000, 5) in both(steps, [(0, 5)], [(0, 6)], []).known
star = [ChainRule(n, (P(0, (0,)), P(1, (0, 1))), P(2 + n, (1,))) for n in range(1000)]
both(star, [(0, 1)], [], [(1, 1, n) for n in range(5)])
huge = [ChainRule(n, (P(n % 50, (0,)), P(100, (0, 1)), P(n % 7, (1,))), P(n % 60, (1,))) for n in range(10_000)]
both(huge, [(0, 1), (1, 2)], [(2, 3)], [(100, n, n + 1) for n in range(10)])
both([ChainRule(7, (P(1, (0,)), P(1, (0,))), P(1, (0,)))] * 5000, [(1, n) for n in range(300)], [], [])
for n in (5, 8, 12):
    both([ChainRule(0, (P(9, (0, 1)), P(9, (1, 2)), P(9, (2, 3))), P(5, (3,)))], [], [],
         [(9, a, b) for a in range(n) for b in range(n)])
for _ in range(300):
    Chainer(star[:40], "durable").infer([(0, 1)], [], [(1, 1, 2)])
gc.collect()
try:
    everywhere = [(n, s) for n in range(50) for s in range(300)]
    Chainer(huge, "auto").infer(everywhere, [], [(100, a, b) for a in range(60) for b in range(60)])
except EngineError as error:
    print("stopped:", error)
print("done")
"""


@needs_durable
def test_large_and_odd_programs_finish() -> None:
    """In a process of its own, since what is feared is a crash or a hang."""
    root = Path(__file__).resolve().parents[2]
    ran = subprocess.run(
        [sys.executable, "-c", LARGE],
        cwd=root,
        env={"PYTHONPATH": str(root)},
        timeout=60,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert ran.stdout.endswith("done\n")
