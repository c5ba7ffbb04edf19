"""The least change is the least: an obvious search over every subset and size finds nothing better, and order means nothing."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from replans import Year, check_nothing_is_better, lever, year_of, years

from aop_rules.adjusting.need import Need
from aop_rules.replanning.case import Case
from aop_rules.replanning.least_change import model_of
from aop_rules.replanning.verifying import verify
from aop_rules.solving.model import Model
from aop_rules.solving.solve import Conflict, solve

some = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@some
@given(years())
def test_no_subset_and_no_size_of_levers_is_a_better_adjustment(year: Year) -> None:
    check_nothing_is_better(year)


@some
@given(years(), st.randoms(use_true_random=False))
def test_the_order_of_levers_never_matters(year: Year, random: st.DataObject) -> None:
    turned = list(year.levers)
    random.shuffle(turned)  # type: ignore[attr-defined]
    other = Year(year.plan, year.position, tuple(turned), year.needs, year.goals, year.band)
    assert other.replan().to_dict() == year.replan().to_dict()


@some
@given(years())
def test_what_conflicts_can_hold_without_any_one_of_it(year: Year) -> None:
    found = year.replan()
    if found.best is not None:
        return
    case = Case.of(year.plan, year.position, year.levers, year.needs, found.asked, year.band)
    model, ids = model_of(case, ("likely",)), {each.id for each in found.conflicts}
    rows = [row for row in model.rows if row.id in ids]
    assert len(rows) == len(ids) > 0
    assert isinstance(solve(Model(model.variables, tuple(rows)), ()), Conflict)
    for row in rows:
        fewer = tuple(each for each in rows if each is not row)
        assert not isinstance(solve(Model(model.variables, fewer), ()), Conflict)


LEVERS = (
    lever("cut_stock", "cut", 6, "stock", effects={"shop": -4}),
    lever("late_fair", "defer", 5, "ads", whole=True, effects={"web": -7}),
    lever("reserve", "reserve", 12, "kept"),
    lever("more_ads", "raise", takes=4, takes_from="kept", effects={"web": (4, 6, 8)}),
)


@given(st.sampled_from([Fraction(1, 2), 3, 1000, 10**9]))
@settings(max_examples=4, deadline=None)
def test_the_scale_of_the_currency_never_matters(scale: Fraction) -> None:
    plain, scaled = (year_of(LEVERS, need=4, goals=("online",), scale=by).replan() for by in (1, scale))
    assert plain.best is not None and scaled.best is not None and scaled.robust is not None
    assert scaled.best.shares == plain.best.shares
    assert scaled.best.moved == plain.best.moved * scale
    assert [each.id for each in scaled.best.objective] == [each.id for each in plain.best.objective]


def test_money_for_a_line_takes_what_hurts_least_and_not_more() -> None:
    found = year_of(LEVERS, need=4).replan()
    assert found.best is not None
    assert [(edit.lever, edit.amount, edit.to, edit.left) for edit in found.best.edits] == [
        ("reserve", 4, (("ads", 4),), 8)
    ]
    assert found.best.rung == "trigger_contingency"


def test_a_lower_rung_is_taken_where_it_does_as_well() -> None:
    harmless = lever("free", "cut", 6, "stock")
    found = year_of((*LEVERS, harmless), need=4).replan()
    assert found.best is not None
    assert ([edit.lever for edit in found.best.edits], found.best.rung) == (["free"], "adjust_actions")


def test_within_the_band_a_goal_gives_way_to_the_next() -> None:
    ways = (lever("a", "cut", 4, effects={"web": -1}), lever("b", "cut", 4, effects={"shop": -9}))
    exactly, banded = (year_of(ways, need=4, band=band).replan() for band in (0, Fraction(1, 10)))
    assert exactly.best is not None and banded.best is not None
    assert ([*exactly.best.shares], [*banded.best.shares]) == (["b"], ["a"])


def test_a_share_is_never_brought_back_by_starving_what_it_is_measured_against() -> None:
    starve = lever("starve", "price", effects={"shop": -30})
    found = year_of((starve,), share=True, goals=("online",)).replan()
    assert found.best is not None and found.best.edits == ()
    assert found.short == ("online",)


def test_a_floor_on_a_ratio_holds_to_the_last_unit() -> None:
    cheap = lever("cheap", "cut", 10, effects={"profit": -6})
    edge = year_of((cheap,), need=5, floor="33%", amounts=(0, 24, 0)).replan()
    over = year_of((cheap,), need=6, floor="33%", amounts=(0, 24, 0)).replan()
    assert edge.best is not None and edge.best.landings[1].after == Fraction(33, 100)
    assert over.best is None
    assert {each.id.split(":")[0] for each in over.conflicts} == {"need", "given", "floor"}
    assert over.most == 5


def test_an_initiative_is_put_off_or_enlarged_and_never_both() -> None:
    ways = (
        lever("late", "defer", 6, "ads", initiative="fair"),
        lever("more", "raise", takes=1, takes_from="kept", initiative="fair", effects={"web": 3}),
    )
    found = year_of(ways, need=6, goals=("online",)).replan()
    assert found.best is not None and [*found.best.shares] == ["late"]


def test_contracts_and_what_nobody_told_the_effects_of_are_left_out_and_named() -> None:
    ways = (
        lever("rent", "cut", 9, contract=True),
        lever("guess", "cut", 9, declared=False),
        lever("reserve", "reserve", 9, "kept"),
    )
    found = year_of(ways, need=3).replan()
    assert [(each.lever, each.why) for each in found.left_out] == [("guess", "undeclared"), ("rent", "contract")]
    assert found.best is not None and [*found.best.shares] == ["reserve"]


def test_a_donor_gives_no_more_than_every_horizon_leaves_it() -> None:
    ways = (lever("stock", "cut", 24),)
    found = year_of(ways, need=13, horizons=("to_date", "year")).replan()
    assert found.best is None and found.most == 12
    assert "room:stock.to_date.2026-06" in {each.id for each in found.conflicts}


def test_by_uncertain_estimates_the_edits_that_hold_in_all_three_are_told() -> None:
    risky = lever("risky", "cut", 10, effects={"profit": (-9, -3, 0)})
    safe = lever("safe", "cut", 10, effects={"shop": -20})
    found = year_of((risky, safe), need=10, floor="33%", amounts=(0, 24, 0)).replan()
    assert found.ranges
    assert found.best is not None and [*found.best.shares] == ["risky"]
    assert found.low is not None and "safe" in found.low.shares
    assert found.robust is not None and "safe" in found.robust.shares
    assert set(found.robust_by) == {"low", "likely", "high"}


def test_where_no_edits_hold_in_all_three_that_is_said() -> None:
    risky = lever("risky", "cut", 10, effects={"profit": (-9, -3, 0)})
    found = year_of((risky,), need=10, floor="33%", amounts=(0, 24, 0)).replan()
    assert found.best is not None and found.robust is None and found.low is None
    assert "no set of edits holds by all three estimates" in found.text("en")
    assert "không có cách nào giữ được ở cả ba ước tính" in found.text("vi")


def test_nothing_wanted_changes_nothing() -> None:
    year = year_of(LEVERS, goals=(), landings=(40, 60, 36))
    found = year.replan()
    assert found.best is not None and found.best.edits == () and found.best.rung == "keep"
    assert verify(found, year.plan, year.position, year.levers) == ()
    assert "Nothing has to change." in found.text("en")


def test_money_of_a_later_period_comes_forward_on_its_own_line_only() -> None:
    later = lever("later", "rephase", 6, "ads", from_period="2026-11")
    elsewhere = lever("elsewhere", "rephase", 6, "stock", from_period="2026-11")
    found = year_of((later, elsewhere), need=4, horizons=("period", "to_date", "year"), amounts=(72, 72, 0)).replan()
    assert found.best is not None and [*found.best.shares] == ["later"]
    assert year_of((elsewhere,), need=4, amounts=(72, 72, 0)).replan().most == 0


def test_what_a_lever_takes_is_there_or_something_else_frees_it() -> None:
    raised = lever("more", "raise", takes=6, takes_from="kept", effects={"web": 6})
    freed = lever("less", "cut", 9)
    alone = year_of((raised,), goals=("online",), amounts=(0, 24, 4)).replan()
    funded = year_of((raised, freed), goals=("online",), amounts=(0, 24, 4)).replan()
    assert alone.best is not None and alone.best.landings[0].after == 44
    assert funded.best is not None and funded.best.landings[0].after == 46
    assert [(edit.lever, edit.amount) for edit in funded.best.edits] == [("less", 2), ("more", 6)]


def test_money_that_no_line_pays_has_to_be_freed() -> None:
    raised = lever("more", "raise", takes=6, effects={"web": 6})
    assert year_of((raised,), goals=("online",)).replan().best.edits == ()  # type: ignore[union-attr]
    funded = year_of((raised, lever("less", "cut", 9)), goals=("online",)).replan()
    assert funded.best is not None and [*funded.best.shares] == ["less", "more"]


def test_a_need_in_a_period_is_met_by_what_is_there_by_then() -> None:
    ways = (lever("late", "cut", 9, period="2026-10"), lever("soon", "cut", 9, effects={"shop": -1}))
    year = year_of(ways)
    june, december = (
        year.replan(needs=(Need(line="ads", amount=5, period=period),), goals=()) for period in ("2026-06", "2026-12")
    )
    assert june.best is not None and [*june.best.shares] == ["soon"]
    assert december.best is not None and [*december.best.shares] == ["late"]


def test_no_money_is_shown_to_move_where_none_has_to() -> None:
    """`web` takes money of `stock`, which has enough of it: what `spare` and `more` free goes to the need alone."""
    ways = (
        lever("spare", frees=10, whole=True),
        lever("more", frees=20, line="kept", whole=True),
        lever("web", "raise", takes=2, takes_from="stock", effects={"web": 10}),
    )
    for method in ("exact", "highs"):
        best = year_of(ways, need=3, goals=("online",)).replan(method=method).best
        assert best is not None
        assert {edit.lever: (edit.to, edit.left) for edit in best.edits} == {
            "spare": ((("ads", 3),), 19),
            "web": ((), 19),
        }
