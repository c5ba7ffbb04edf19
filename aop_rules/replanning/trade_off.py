"""What an adjustment gains and what it gives up, in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from aop_rules.adjusting.landing_effects import compared_through
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.goals import Goal
from aop_rules.plan.values import Words
from aop_rules.replanning.binding import LANGUAGES, amount_words, line_words, period_words, words
from aop_rules.replanning.case import Case, changed
from aop_rules.wording.differences import show_difference
from aop_rules.wording.numbers import show_list, show_ratio


def trade_off(case: Case, shares: Mapping[str, Exact]) -> Words:
    """You gain …; you give up …: money by line, and every goal that gets better or worse by the likely estimates.

    What a goal gains or gives up is told of the KPI that it is compared through, and as a share of its target.
    """
    moved = changed(case.levers, shares, "likely")
    by_goal = [(goal, case.scales.gain(goal, moved)) for goal in case.scales.goals]
    gains = [*_needs(case), *(_goal(case, goal, gain) for goal, gain in by_goal if gain > 0)]
    losses = [*_reserves(case, shares), *(_goal(case, goal, gain) for goal, gain in by_goal if gain < 0)]
    gain, loss = _listed(gains), _listed(losses)
    if gain is not None and loss is not None:
        return words("trade_off", gain=gain, loss=loss)
    if gain is not None:
        return words("trade_off.free", gain=gain)
    return words("trade_off.nothing") if loss is None else words("trade_off.only_loss", loss=loss)


def _needs(case: Case) -> Iterator[Words]:
    for need in case.needs:
        amount = amount_words(case, need.amount)
        if need.line:
            yield words("trade_off.need", amount=amount, line=line_words(case, need.line))
        else:
            yield words("trade_off.cut", amount=amount, period=period_words(need.period))


def _reserves(case: Case, shares: Mapping[str, Exact]) -> Iterator[Words]:
    """Money that nothing else is told of: of a reserve, of a line that serves nothing, and what levers cost."""
    for lever in case.levers:
        share = shares.get(lever.id, 0)
        if share and lever.kind in ("reserve", "transfer"):
            yield _of_line(case, lever.line, exact(lever.frees * share))
        if share and lever.takes and lever.takes_from:
            yield _of_line(case, lever.takes_from, exact(lever.takes * share))


def _of_line(case: Case, line: str, amount: Exact) -> Words:
    return words("trade_off.line", amount=amount_words(case, amount), line=line_words(case, line))


def _goal(case: Case, goal: Goal, gain: Exact) -> Words:
    kpi = case.plan.kpis[compared_through(case.plan.kpis[goal.kpi or ""])]
    sign = -1 if kpi.direction == "lower" else 1
    size, share = exact(sign * gain), exact(Fraction(sign * gain) / case.scales.scale(goal))
    amounts = [_signed(show_difference(size, kpi.unit, case.plan.currency, language), size) for language in LANGUAGES]
    shares = [_signed(show_ratio(share, language), share) for language in LANGUAGES]
    return words(
        "trade_off.goal",
        kpi=kpi.name,
        change=Words(en=amounts[0], vi=amounts[1]),
        share=Words(en=shares[0], vi=shares[1]),
    )


def _signed(shown: str, value: Exact) -> str:
    return f"+{shown}" if value > 0 else shown


def _listed(parts: Iterable[Words]) -> Words | None:
    told = tuple(parts)
    if not told:
        return None
    en, vi = (show_list([part.in_language(language) for part in told], language) for language in LANGUAGES)
    return Words(en=en, vi=vi)
