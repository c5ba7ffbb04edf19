"""The best set under caps: a model of whole numbers, solved objective by objective, then by the rules for ties."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from aop_rules.errors import InputError
from aop_rules.exact.number import Exact, exact
from aop_rules.selecting.candidate import Candidate, Caps, with_required
from aop_rules.selecting.selection import Chosen, Short
from aop_rules.solving.highs import installed
from aop_rules.solving.model import Model, Row, Stage, Variable
from aop_rules.solving.solve import Conflict, Solution, solve

Method: TypeAlias = Literal["auto", "exact", "highs"]
Progress: TypeAlias = Callable[[str], None]
"""Told what is worked on, as it begins."""

TIES_MAX = 60
"""Candidates up to which ties are looked for: among sets that bring the same, the one of fewest, then of the first ids."""
QUICK_FROM = 15
"""Candidates past which what each loser would cost is asked of HiGHS, where it is installed."""
_CHUNK = 16
"""Ids that one stage puts in order: a weight is at most 2 to this power, which a solver with floats still tells apart."""


@dataclass(frozen=True, slots=True)
class How:
    """How a model is solved."""

    method: Method = "auto"
    progress: Progress | None = None
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Best:
    """One solved model: the set, or the limits that cannot hold together."""

    chosen: Chosen | None
    proved: bool
    gap: Exact | None
    method: str
    conflict: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be chosen from. `least` and `most` bound objectives."""

    candidates: Mapping[str, Candidate]
    """By id, sorted."""
    caps: Caps
    objectives: tuple[str, ...]
    least: Mapping[str, Exact]
    most: Mapping[str, Exact]
    how: How

    def best(self, *, ties: bool = False, holding: str = "", other_than: Chosen | None = None) -> Best:
        """The best set; that holds a candidate; that is another than a known one."""
        free = other_than is None and not holding
        names = self._possible(everything=not free)
        rows = [*self._rows(names), *_others(names, other_than), *_held(holding)]
        rows += self._worse_last(names) if free and len(names) <= TIES_MAX else ()
        model = Model([Variable(name, high=1, kind="whole") for name in names], rows)
        stages = [Stage(f"gains:{each}", self._gains(each, names), "max") for each in self.objectives]
        stages += _ties(names) if ties else []
        found = self._solved(model, stages, often=bool(holding))
        if isinstance(found, Conflict):  # rows end with a colon; the rest are bounds of candidates
            return Best(None, True, None, "", tuple(row[:-1] for row in found.rows if row.endswith(":")))
        return self._read(found, drop=free and not ties)

    def _solved(self, model: Model, stages: Sequence[Stage], *, often: bool) -> Solution | Conflict:
        """What is solved often, and the selection itself does not rest on, is given to HiGHS before its size calls for it."""
        how = self.how
        if often and how.method == "auto" and len(model.variables) > QUICK_FROM and installed():
            try:
                return solve(model, stages, method="highs", progress=how.progress, seconds=how.seconds)
            except InputError:  # it did not settle it
                return solve(model, stages, method="exact", progress=how.progress, seconds=how.seconds)
        return solve(model, stages, method=how.method, progress=how.progress, seconds=how.seconds)

    def values(self, ids: Sequence[str]) -> Mapping[str, Exact]:
        """What a set brings, by objective."""
        return {objective: exact(sum(self.gain(name, objective) for name in ids)) for objective in self.objectives}

    def gain(self, name: str, objective: str) -> Exact:
        return self.candidates[name].gains.get(objective, 0)

    def left(self, ids: Sequence[str]) -> Mapping[str, Exact]:
        """What a set leaves of each cap."""
        used = {cap: sum(self.candidates[name].uses.get(cap, 0) for name in ids) for cap in self.caps}
        return {cap: exact(amount - used[cap]) for cap, amount in self.caps.items()}

    def with_more(self, cap: str, step: Exact) -> Choice:
        """The same with more of a cap."""
        return replace(self, caps={**self.caps, cap: exact(self.caps[cap] + step)})

    # ── the model ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _possible(self, *, everything: bool) -> tuple[str, ...]:
        """Candidates that fit, and that no better one of their group makes needless (unless every set is looked at)."""
        fitting = [name for name in self.candidates if not self.short(with_required(self.candidates, name), self.caps)]
        if everything:
            return tuple(fitting)
        required, groups = self._required(), self._groups(fitting)
        return tuple(
            name
            for name in fitting
            if name in required
            or not any(self._beats(other, name) for other in groups.get(self.candidates[name].group, ()))
        )

    def short(self, ids: Iterable[str], left: Caps) -> tuple[Short, ...]:
        """The caps of which a set uses more than there is."""
        needs: dict[str, Exact] = {}
        for name in ids:
            for cap, amount in self.candidates[name].uses.items():
                needs[cap] = needs.get(cap, 0) + amount
        found = ((cap, exact(amount), left[cap]) for cap, amount in sorted(needs.items()) if amount)
        return tuple(Short(cap, amount, there) for cap, amount, there in found if amount > there)

    def _required(self) -> frozenset[str]:
        return frozenset(other for each in self.candidates.values() for other in each.requires)

    def _groups(self, names: Iterable[str]) -> Mapping[str, list[str]]:
        """The variants of each group."""
        groups: dict[str, list[str]] = {}
        for name in names:
            if self.candidates[name].group:
                groups.setdefault(self.candidates[name].group, []).append(name)
        return groups

    def _beats(self, one: str, other: str) -> bool:
        """Whether one brings as much of everything as another, for no more; of two that are equal the first by id does."""
        a, b = self.candidates[one], self.candidates[other]
        if one == other or a.requires != b.requires or any(a.gains.get(g, 0) != b.gains.get(g, 0) for g in self.most):
            return False
        gains = [(self.gain(one, each), self.gain(other, each)) for each in {*self.objectives, *self.least}]
        uses = [(a.uses.get(cap, 0), b.uses.get(cap, 0)) for cap in {*a.uses, *b.uses}]
        if any(mine < theirs for mine, theirs in gains) or any(mine > theirs for mine, theirs in uses):
            return False
        return one < other or any(mine != theirs for mine, theirs in (*gains, *uses))

    def _rows(self, names: Sequence[str]) -> Iterator[Row]:
        for cap in sorted(self.caps):
            uses = {name: use for name in names if (use := self.candidates[name].uses.get(cap, 0))}
            if uses and sum(uses.values()) > self.caps[cap]:
                yield Row(f"cap:{cap}:", uses, most=self.caps[cap])
        for name in names:
            for other in self.candidates[name].requires:
                yield Row(f"requires:{name!r},{other!r}:", {name: 1, other: -1}, most=0)
        for group, members in sorted(self._groups(names).items()):
            if len(members) > 1:
                yield Row(f"group:{group}:", dict.fromkeys(members, 1), most=1)
        for objective, least in sorted(self.least.items()):
            yield Row(f"least:{objective}:", self._gains(objective, names), least=least)
        for objective, most in sorted(self.most.items()):
            yield Row(f"most:{objective}:", self._gains(objective, names), most=most)

    def _worse_last(self, names: Sequence[str]) -> Iterator[Row]:
        """A worse one is taken only beside the better one: it never stands in its place where both bring the same."""
        required = self._required()
        alone = [name for name in names if not self.candidates[name].group]
        better = {
            name: [other for other in alone if self._beats(other, name)] for name in alone if name not in required
        }
        for name, others in better.items():
            for other in others:
                if not any(self._beats(other, between) for between in others):
                    yield Row(f"after:{other!r},{name!r}:", {name: 1, other: -1}, most=0)

    def _gains(self, objective: str, names: Sequence[str]) -> dict[str, Exact]:
        return {name: gain for name in names if (gain := self.gain(name, objective))}

    def _read(self, found: Solution, *, drop: bool) -> Best:
        ids = tuple(sorted(name for name, value in found.values.items() if value))
        if drop:
            ids = self._without_needless(ids)
        open_stage = next((each for each in found.stages if each.gap != 0), None)
        gap: Exact | None = 0 if found.proved else open_stage.gap if open_stage else None
        return Best(Chosen(ids, self.values(ids)), found.proved, gap, found.method)

    def _without_needless(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        """Without those that bring nothing of any objective, and that nothing taken requires."""
        kept = list(ids)
        for name in reversed(ids):
            moves = any(self.gain(name, each) for each in {*self.objectives, *self.least, *self.most})
            if not moves and not any(name in self.candidates[other].requires for other in kept):
                kept.remove(name)
        return tuple(kept)


def _others(names: Sequence[str], known: Chosen | None) -> Iterator[Row]:
    """Any set but this one."""
    if known is not None:
        taken = frozenset(known.ids)
        signs: dict[str, Exact] = {name: -1 if name in taken else 1 for name in names}
        yield Row("another", signs, least=1 - len(taken))


def _held(name: str) -> Iterator[Row]:
    if name:
        yield Row("holding", {name: 1}, least=1)


def _ties(names: Sequence[str]) -> list[Stage]:
    """Fewest; then the first by id: whoever stands before all that differ decides."""
    stages = [Stage("fewest", dict.fromkeys(names, 1), "min")]
    for start in range(0, len(names), _CHUNK):
        part = names[start : start + _CHUNK]
        weights: dict[str, Exact] = {name: 2 ** (len(part) - n) for n, name in enumerate(part, 1)}
        stages.append(Stage(f"first_ids:{start}", weights, "max"))
    return stages
