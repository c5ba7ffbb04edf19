"""Small years with levers, and an obvious search that tries every subset and every size: no adjustment may be better."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import product
from typing import Any

from hypothesis import strategies as st

from aop_rules import Plan, event_from
from aop_rules.adjusting.lever import Lever, Pull
from aop_rules.adjusting.need import Need
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.load import plan_from
from aop_rules.plan.values import Words
from aop_rules.position.compute import position
from aop_rules.position.model import Position
from aop_rules.replanning.adjustment import Adjustment
from aop_rules.replanning.case import Case
from aop_rules.replanning.cut import cut
from aop_rules.replanning.replan import Replan, replan
from aop_rules.replanning.rungs import height, rung_of
from aop_rules.replanning.verifying import verify

NOW = datetime(2026, 6, 12, tzinfo=UTC)
FLOWS = ("web", "shop", "all", "profit")


@dataclass(frozen=True)
class Year:
    """A plan, where it stands, what may be pulled and what is wanted."""

    plan: Plan
    position: Position
    levers: tuple[Lever, ...]
    needs: tuple[Need, ...]
    goals: tuple[str, ...] | None
    band: Exact

    def replan(self, **more: Any) -> Replan:
        given = {"needs": self.needs, "goals": self.goals, "band": self.band, **more}
        return replan(self.plan, self.position, self.levers, **given)


def year_of(
    levers: tuple[Lever, ...],
    *,
    need: Exact = 0,
    goals: tuple[str, ...] | None = None,
    band: Exact = 0,
    priorities: tuple[str, ...] = ("online", "margin", "growth"),
    landings: tuple[Exact, Exact, Exact] = (40, 60, 36),
    amounts: tuple[Exact, Exact, Exact] = (24, 24, 12),
    share: bool = False,
    floor: str = "",
    horizons: tuple[str, ...] = ("year",),
    scale: Exact = 1,
) -> Year:
    """Revenue of two channels and profit; three budget lines, of which one is a reserve. All money times `scale`."""
    web, shop, profit = (exact(landing * scale) for landing in landings)
    flow = {"kind": "flow"}
    kpis: dict[str, Any] = {
        "web": {"name": "web", **flow, "target": {"year": _text(50 * scale)}},
        "shop": {"name": "shop", **flow, "target": {"year": _text(60 * scale)}},
        "all": {"name": "all", **flow, "sum_of": ["web", "shop"]},
        "profit": {"name": "profit", **flow, "target": {"year": _text(40 * scale)}},
        "share": {"name": "share", "kind": "ratio", "numerator": "web", "denominator": "all"},
        "margin": {"name": "margin", "kind": "ratio", "numerator": "profit", "denominator": "all"},
    }
    bound = {"floor": floor} if floor else {"to": "1/3"}
    declared = {
        "online": {"name": "online", "kpi": "share", "to": "5/11"} if share else {"name": "online", "kpi": "web"},
        "growth": {"name": "growth", "kpi": "all"},
        "margin": {"name": "margin", "kpi": "margin", **bound},
    }
    lines = {
        name: {"name": name, "amount": _text(amount * scale), "horizons": list(horizons), **more}
        for name, amount, more in zip(
            ("ads", "stock", "kept"), amounts, ({}, {}, {"reserve": True, "horizons": ["year"]}), strict=True
        )
    }
    plan = plan_from(
        {
            "aop": 1,
            "id": "shop",
            "name": "Shop",
            "currency": "VND",
            "year": {"starts": "2026-01-01"},
            "kpis": kpis,
            "goals": declared,
            "priorities": list(priorities),
            "budget": {"lines": lines},
        }
    )
    ends = {"web": web, "shop": shop, "all": exact(web + shop), "profit": profit}
    told = [
        event_from(
            {
                "event_id": f"f-{kpi}",
                "kind": "forecast",
                "effective_date": "2026-06-10",
                "kpi": kpi,
                "value": _text(end),
            }
        )
        for kpi, end in ends.items()
    ]
    needs = (Need(line="ads", amount=exact(need * scale)),) if need else ()
    scaled = tuple(_times(lever, scale) for lever in levers)
    return Year(plan, position(plan, told, NOW), scaled, needs, goals, band)


def lever(name: str, kind: str = "cut", frees: Exact = 0, line: str = "stock", **more: Any) -> Lever:
    """A lever whose effects are said for the whole of it: one figure, or three from worst to best."""
    effects = {
        kpi: Pull(*effect) if isinstance(effect, tuple) else Pull(effect, effect, effect)
        for kpi, effect in more.pop("effects", {}).items()
    }
    return Lever(name, kind, Words(en=name, vi=name), frees, line if frees else "", effects=effects, **more)  # type: ignore[arg-type]


def _times(lever: Lever, scale: Exact) -> Lever:
    effects = {kpi: pull.of(scale) for kpi, pull in lever.effects.items()}
    money = {key: exact(getattr(lever, key) * scale) for key in ("frees", "takes", "least")}
    return replace(lever, effects=effects, **money)  # type: ignore[arg-type]


def _text(value: Exact) -> str | int:
    return value if isinstance(value, int) else f"{value.numerator}/{value.denominator}"


# ── random years ────────────────────────────────────────────────────────────────────────────────────────────────────


@st.composite
def levers(draw: st.DrawFn, name: str) -> Lever:
    frees = draw(st.integers(0, 6))
    kind = draw(st.sampled_from(["cut", "defer", "transfer", "reserve"] if frees else ["raise", "price"]))
    line = "kept" if kind == "reserve" else draw(st.sampled_from(["ads", "stock"]))
    takes = draw(st.integers(1, 6)) if kind == "raise" else 0
    sign = -1 if frees else 1
    effects = draw(st.dictionaries(st.sampled_from(["web", "shop", "profit"]), st.integers(0, 12), max_size=2))
    whole = draw(st.booleans())
    return lever(
        name,
        kind,
        frees,
        line,
        takes=takes,
        takes_from="kept" if takes else "",
        whole=whole,
        least=0 if whole else draw(st.integers(0, frees)),
        initiative=draw(st.sampled_from(["", "a"])) if kind in ("defer", "raise") else "",
        effects={kpi: sign * size for kpi, size in effects.items()},
    )


@st.composite
def years(draw: st.DrawFn) -> Year:
    chosen = tuple(draw(levers(f"l{n}")) for n in range(draw(st.integers(1, 4))))
    need = draw(st.integers(0, 10))
    return year_of(
        chosen,
        need=need,
        goals=draw(st.sampled_from([None, (), ("online",), ("growth", "margin")])) if need else None,
        band=exact(draw(st.sampled_from([Fraction(0), Fraction(1, 1000), Fraction(1, 20)]))),
        priorities=draw(st.permutations(["online", "margin", "growth"]).map(tuple)),
        landings=(draw(st.integers(30, 55)), draw(st.integers(50, 65)), draw(st.integers(30, 45))),
        amounts=(draw(st.integers(0, 12)), draw(st.integers(0, 12)), draw(st.integers(0, 8))),
        share=draw(st.booleans()),
        floor=draw(st.sampled_from(["", "33%", "38%"])),
        horizons=draw(st.sampled_from([("year",), ("to_date", "year")])),
    )


# ── the obvious search ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Tried:
    """One choice of sizes that breaks nothing."""

    short: Mapping[str, Fraction]
    """By aim, as shares of its scale."""
    rung: int
    edits: int
    money: Fraction


def tried(case: Case) -> Iterator[Tried]:
    """Every subset of levers in every whole size, if nothing breaks."""
    sizes = [_sizes(lever) for lever in case.levers]
    for chosen in product(*sizes):
        shares = {lever.id: share for lever, share in zip(case.levers, chosen, strict=True) if share}
        if _allowed(case, shares):
            landed = _landed(case, shares)
            short = {aim.id: Fraction(aim.short(landed) or 0) for aim in case.aims.aims}
            if not any(short[aim.id] for aim in case.aims.aims if aim.hard):
                pulled = [lever for lever in case.levers if lever.id in shares]
                yield Tried(
                    {aim.id: short[aim.id] / aim.scale for aim in case.aims.aims},
                    max((height(rung_of(case.plan, one)) for one in pulled), default=0),
                    len(pulled),
                    sum((Fraction(one.frees or one.takes) * shares[one.id] for one in pulled), Fraction()),
                )


def _sizes(one: Lever) -> list[Fraction]:
    if one.whole:
        return [Fraction(0), Fraction(1)]
    steps = max(one.frees, one.takes, 4)
    shares = [Fraction(n, int(steps)) for n in range(int(steps) + 1)]
    return [share for share in shares if not share or one.frees * share >= one.least]


def _landed(case: Case, shares: Mapping[str, Fraction]) -> dict[str, Exact | None]:
    ends: dict[str, Exact | None] = {kpi: case.scales.base[kpi] for kpi in FLOWS}
    for one in case.levers:
        for kpi, pull in one.effects.items():
            for name in (kpi, "all") if kpi in ("web", "shop") else (kpi,):
                ends[name] = exact((ends[name] or 0) + pull.likely * shares.get(one.id, Fraction(0)))
    return ends


def _allowed(case: Case, shares: Mapping[str, Fraction]) -> bool:
    busy = [one for one in case.levers if one.id in shares and one.initiative and one.kind in ("defer", "raise")]
    if len(busy) > 1:
        return False
    found, own = Fraction(0), {need.line for need in case.needs}
    for line in ("ads", "stock", "kept"):
        left = _left(case, line) - sum(
            one.takes * shares.get(one.id, Fraction(0)) for one in case.levers if one.takes_from == line
        )
        if left < 0:
            return False
        givers = [
            one
            for one in case.levers
            if one.line == line and (line not in own or one.kind not in ("transfer", "reserve"))
        ]
        given = sum((one.frees * shares.get(one.id, Fraction(0)) for one in givers), Fraction(0))
        found += given if line in own else min(given, left)
    return all(found >= need.amount for need in case.needs)


def _left(case: Case, line: str) -> Fraction:
    """The least that any limit leaves, from when the money is needed on."""
    first = next((need.period for need in case.needs), "") or "2026-06"
    periods = [at for period, at in case.position.lines[line].items() if period >= first]
    checked = case.plan.budget.lines[line].horizons
    return min(Fraction(at.available) for each in periods for at in each.horizons if at.name in checked)


def check_nothing_is_better(year: Year) -> bool:
    """Stage by stage, nothing that was tried does better than what was found; and what was found breaks nothing.

    Whether an adjustment was found.
    """
    found = year.replan()
    case = Case.of(year.plan, year.position, year.levers, year.needs, found.asked, year.band)
    left = list(tried(case))
    if found.best is None:
        assert not left, left[0]
        return False
    assert verify(found, year.plan, year.position, year.levers) == ()
    _nothing_beats(found.best, left, year.band)
    return True


def check_no_cut_is_cheaper(year: Year, amount: Exact) -> bool:
    """The same of a cost cut; and where it cannot be met, nothing that was tried can either. Whether it was met."""
    found = cut(year.plan, year.position, year.levers, amount, date(2026, 9, 30), band=year.band)
    need = Need(amount=amount, period="2026-09")
    case = Case.of(year.plan, year.position, year.levers, (need,), (), year.band, found.left_out)
    left = list(tried(case))
    assert verify(found, year.plan, year.position, year.levers) == ()
    if found.enough:
        _nothing_beats(found.best, left, year.band)
    else:
        assert not left, left[0]
    return found.enough


def _nothing_beats(best: Adjustment, left: list[Tried], band: Exact) -> None:
    assert best.proved
    for stage in best.objective:
        if stage.id == "edits":
            rung = height(best.rung)
            assert all(one.rung >= rung for one in left), "a lower rung is enough"
            left = [one for one in left if one.rung == rung]
            assert all(one.edits >= stage.value for one in left), "fewer edits are enough"
            left = [one for one in left if one.edits == stage.value]
        elif stage.id == "money":
            assert all(one.money >= best.moved for one in left), "less money is enough"
        else:
            goals = stage.id.split("+")
            reached = [sum((one.short[goal] for goal in goals), Fraction()) for one in left]
            assert all(short >= stage.value for short in reached), f"{stage.id} can be missed by less"
            left = [one for one, short in zip(left, reached, strict=True) if short <= stage.value + Fraction(band)]
