"""Masked decisions: the value of a named field stands nowhere in the export, and everything else stays."""

from __future__ import annotations

import itertools
import json
import re
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from aop_rules import Engine
from aop_rules.decision.record import decision_schema
from aop_rules.history.markdown import decision_record
from aop_rules.history.masking import masked, masked_story
from aop_rules.history.shown import MASK
from aop_rules.history.stories import Story
from aop_rules.history.traces import Traces
from strategies import BABYCARE, Data, babycare_history, babycare_plan, case_of, opened

SCHEMA = Draft202012Validator(decision_schema())
COUNT = itertools.count()
OWNER = "chủ cửa hàng"


@pytest.fixture(scope="module")
def engine() -> Engine:
    return opened(babycare_plan(), babycare_history())


def submitted(engine: Engine, event: Data) -> Story:
    return engine.decision(engine.submit(event, as_of="2026-06-10").decision_id)


@cache
def case(engine: Engine, stem: str) -> Story:
    (event,) = case_of(BABYCARE / f"cases/{stem}.yaml").events
    return engine.decision(engine.submit(event, as_of="2026-06-10").decision_id)


def exported(story: Story, plan: Any) -> str:
    """All that leaves the house, without the ids and digests of the chain."""
    texts = [json.dumps(story.kept.said, ensure_ascii=False)]
    texts += [decision_record(story, language, plan=each) for language in ("en", "vi") for each in (plan, None)]  # type: ignore[arg-type]
    return re.sub(r"sha256:[0-9a-f]{64}|D-[0-9a-f]{16}", "", "\n".join(texts))


def bare(text: str) -> str:
    """Digits without what separates them."""
    return re.sub(r"(?<=\d)[.,_\s](?=\d)", "", text)


# ── nothing of it stays ─────────────────────────────────────────────────────────────────────────────────────────────

distinctive = st.integers(10**6, 10**10).filter(lambda n: len(set(str(n))) > 4)
names = st.text("BDFGHJKLMNPQRSTVWXYZ", min_size=6, max_size=10).filter(lambda name: len(set(name)) > 3)


@st.composite
def events(draw: st.DrawFn) -> tuple[Data, str, str]:
    """An event of some kind, the field to mask, and what must not be found of it."""
    amount, name = draw(distinctive), draw(names)
    # Ids of their own: all of them are kept in one ledger.
    common: Data = {"event_id": f"masked-{next(COUNT)}", "effective_date": "2026-06-10", "category": "online"}
    line = draw(st.sampled_from(["online_marketing", "purchasing", "contingency_reserve", "fixed_costs", "sponsoring"]))
    spend: Data = {
        **common,
        "kind": "spend_request",
        "line": line,
        "amount": amount,
        "title": f"Chi {amount:,} cho việc này",
    }
    costs = [{"line": line, "amount": amount, "period": "2026-12"}]
    idea: Data = {
        **common,
        "kind": "proposal",
        "costs": costs,
        "benefits": [{"kpi": "online_revenue", "likely": 3 * 10**8}],
    }
    field = draw(st.sampled_from(["amount", "event.amount", "costs", "title", "asked_by"]))
    if field == "title":
        event: Data = {
            **draw(st.sampled_from([spend, idea])),
            "title": f"Mua {name} cho mùa hè",
            "asked_by": f"chị {name.title()}",
        }
        return event, field, name
    if field == "asked_by":
        return {**draw(st.sampled_from([spend, idea])), "title": f"{name} muốn mua", "asked_by": name}, field, name
    return (idea if field == "costs" else draw(st.sampled_from([spend, idea]))), field, str(amount)


@given(drawn=events())
@settings(max_examples=60)
def test_a_masked_value_stands_nowhere_in_the_export(engine: Engine, drawn: tuple[Data, str, str]) -> None:
    event, field, secret = drawn
    story = submitted(engine, event)
    engine.accept(story.kept.decision_id, by=OWNER, reason=f"{secret} là hợp lý")
    story = engine.decision(story.kept.decision_id)
    assert secret.lower() in bare(exported(story, engine.plan)).lower()

    told = exported(masked_story(story, [field]), engine.plan)
    assert secret.lower() not in bare(told).lower()
    assert secret.lower() not in bare(json.dumps(masked(story.kept.said, [field]), ensure_ascii=False)).lower()


def sums(said: Data, now: Data) -> list[tuple[str, str, str]]:
    """Each masked figure that two figures of its unit, which stand in the same finding, still give away."""
    found = []
    for was, left in zip(said["findings"], now["findings"], strict=True):
        both = list(zip(was["facts"], left["facts"], strict=True))
        gone = [fact for fact, after in both if after.get("masked") and number(fact["value"])]
        stay = [after for _, after in both if number(after["value"])]
        for fact, one, other in itertools.product(gone, stay, stay):
            a, b = (Fraction(each["value"]) for each in (one, other))
            same = fact["unit"] == one["unit"] == other["unit"] and one is not other
            if same and abs(Fraction(fact["value"])) in (a + b, abs(a - b)):
                found.append((fact["name"], one["name"], other["name"]))
    return found


def number(value: object) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, str) and re.fullmatch(r"-?\d+([./]\d+)?", value) is not None
    )


@given(drawn=events())
@settings(max_examples=40)
def test_no_two_figures_that_stay_give_a_masked_one(engine: Engine, drawn: tuple[Data, str, str]) -> None:
    event, field, _ = drawn
    said = submitted(engine, event).kept.said
    assert sums(dict(said), masked(said, [field])) == []


@pytest.mark.parametrize("path", sorted(BABYCARE.glob("cases/*.yaml")), ids=lambda path: path.stem)
def test_no_two_figures_of_a_case_that_stay_give_a_masked_one(engine: Engine, path: Any) -> None:
    said = case(engine, path.stem).kept.said
    names = {fact["name"] for each in said["findings"] for fact in each["facts"] if number(fact["value"])}
    for name in sorted(names):
        assert sums(dict(said), masked(said, [name])) == [], name


def test_what_is_left_and_over_does_not_tell_what_was_asked(engine: Engine) -> None:
    now = masked(case(engine, "d12_over_the_line").kept.said, ["amount"])
    money = [
        fact for each in now["findings"] for fact in each["facts"] if fact["value"] is None or number(fact["value"])
    ]
    money = [fact for fact in money if fact["name"].startswith("limit.")]
    assert {"limit.after", "limit.used", "limit.over", "limit.available", "limit.room"} <= {f["name"] for f in money}
    assert all(fact["value"] is None and fact["masked"] for fact in money)
    assert now["fit"]["amount"] == MASK and all(each["room"] is None for each in now["findings"])
    told = json.dumps(now, ensure_ascii=False)
    assert not [n for n in ("26480000", "53520000", "318000000", "398000000") if n in bare(told)]


def test_what_a_proposal_brings_in_does_not_tell_what_it_costs(engine: Engine) -> None:
    now = masked(case(engine, "d06_big_promotion").kept.said, ["costs"])
    facts = [fact for each in now["findings"] for fact in each["facts"] if fact["name"] == "event.net_contribution"]
    assert facts and all(fact["value"] is None and fact["masked"] for fact in facts)


def test_a_masked_word_hides_no_figure(engine: Engine) -> None:
    was, now = (
        case(engine, "d12_over_the_line").kept.said,
        masked(case(engine, "d12_over_the_line").kept.said, ["title"]),
    )
    assert [each["facts"] for each in now["findings"]] == [each["facts"] for each in was["findings"]]


def test_a_part_of_the_amount_goes_with_it(engine: Engine) -> None:
    ordered = {"kind": "commitment", "effective_date": "2026-06-02", "line": "online_marketing", "doc": "PO-part"}
    engine.record({"event_id": "part-1", **ordered, "amount": 21_345_678, "period": "2026-06"})
    asked = {"event_id": "part-2", "kind": "spend_request", "effective_date": "2026-06-10", "line": "online_marketing"}
    said = submitted(engine, {**asked, "doc": "PO-part", "amount": 91_222_333, "period": "2026-06"}).kept.said
    now = masked(said, ["amount"])
    assert "69876655" in bare(json.dumps(said)) and "69876655" not in bare(json.dumps(now))


@pytest.mark.parametrize("path", sorted(BABYCARE.glob("cases/*.yaml")), ids=lambda path: path.stem)
def test_no_figure_of_a_case_stands_in_its_export_once_it_is_masked(engine: Engine, path: Any) -> None:
    story = case(engine, path.stem)
    facts = [fact for finding in story.kept.said["findings"] for fact in finding["facts"]]
    named = {fact["name"]: str(abs(fact["value"])) for fact in facts if type(fact["value"]) is int}
    for name in sorted(name for name, digits in named.items() if len(digits) > 5):
        hidden = masked_story(story, [name])
        told = json.dumps(hidden.kept.said, ensure_ascii=False) + decision_record(hidden, "vi", plan=engine.plan)
        gone = {str(abs(fact["value"])) for fact in facts if fact["name"] == name}
        assert not [digits for digits in gone if digits in bare(re.sub(r"[0-9a-f]{16,}", "", told))], name


def test_a_broken_number_is_found_in_every_rendering() -> None:
    traces = Traces.of(["0.3582", "17767/50500"])
    for said in ("35,82 %", "35.82 %", "0.3582", "17767/50500", "35.18 %", "35,18 %"):
        assert traces.told_by(said), said
    for said in ("35 %", "36 %", "358,100", "0.37"):
        assert not traces.told_by(said), said


def test_a_number_is_found_as_people_shorten_it() -> None:
    traces = Traces.of([24_240_000, 120_000_000])
    for said in ("24.24m", "24,24 triệu", "120 triệu", "120tr", "0,12 tỷ", "120 million"):
        assert traces.told_by(said), said
    assert not traces.told_by("24 stores and 12 tỷ")


def test_a_number_is_found_however_its_thousands_are_set_apart() -> None:
    traces = Traces.of([31_415_926])
    for said in ("31 415 926", "31'415'926", "31\u202f415\u202f926", "31_415_926", "PO31415926x", "３１４１５９２６"):
        assert traces.told_by(said), said


def test_cents_are_found_with_their_zeros() -> None:
    assert Traces.of(["0.5"]).told_by("$0.50") and Traces.of(["12.5"]).told_by("12,50 US$")


def test_a_date_is_found_in_both_languages() -> None:
    traces = Traces.of(["2026-06-10"])
    for said in ("10 June 2026", "10/06/2026", "2026-06-10T23:59:59+00:00", "from 2026-06-10"):
        assert traces.told_by(said), said
    assert not traces.told_by("11 June 2026")


def test_the_digits_of_a_date_are_no_amount() -> None:
    assert not Traces.of([10, 2026]).told_by("2026-06-10")
    assert Traces.of([10]).told_by("10 people")


def test_a_word_of_the_library_gives_no_title_away() -> None:
    traces = Traces.of(["Kế hoạch cho Thủ Đức"])
    assert traces.told_by("mở ở thu duc") and not traces.told_by("mọi giới hạn của kế hoạch đều giữ")


# ── what stays, and how it is said ──────────────────────────────────────────────────────────────────────────────────


def test_a_masked_fact_is_null_and_says_so(engine: Engine) -> None:
    said = masked(case(engine, "d06_big_promotion").kept.said, ["event.net_contribution"])
    facts = {fact["name"]: fact for finding in said["findings"] for fact in finding["facts"]}
    assert facts["event.net_contribution"]["value"] is None and facts["event.net_contribution"]["masked"] is True
    assert "masked" not in facts["effect.before"] and facts["effect.before"]["value"] == "0.358"
    assert said["masked"] == ["event.net_contribution"]


def test_what_rests_on_it_is_replaced_as_a_whole_in_both_languages(engine: Engine) -> None:
    said = masked(case(engine, "d06_big_promotion").kept.said, ["event.net_contribution"])
    message = {
        "en": "masked: this rests on a value that is not shown",
        "vi": "đã che: phần này dựa trên một giá trị không được hiển thị",
    }
    (costly,) = (each for each in said["findings"] if each["rule"] == "goal-link.costs-more-than-it-earns")
    assert costly["message"] == costly["needs"] == said["explanation"] == message
    assert said["needed"]["by"] == [message]
    (kept,) = (each for each in said["findings"] if each["rule"] == "goal-link.given-up")
    assert kept["message"]["en"].startswith("it gives up: gross margin from 35.8 %")


def test_how_much_would_fit_goes_with_the_room_that_it_comes_from(engine: Engine) -> None:
    said = masked(case(engine, "d02_hot_product").kept.said, ["cover.*"])
    assert said["fit"] == {"amount": MASK, "unit": "VND"}
    assert all(each["room"] is None for each in said["findings"] if each["rule"].startswith("stock."))


def test_the_digest_of_the_records_goes_so_that_no_guess_can_be_tested(engine: Engine) -> None:
    assert masked(case(engine, "d06_big_promotion").kept.said, ["amount"])["position_digest"] == MASK


def test_the_beginning_of_names_masks_all_of_them(engine: Engine) -> None:
    said = masked(case(engine, "d12_over_the_line").kept.said, ["limit.*"])
    limits = [f for each in said["findings"] for f in each["facts"] if f["name"].startswith("limit.")]
    assert limits and all(fact["value"] is None and fact["masked"] for fact in limits)


def test_masking_nothing_changes_nothing(engine: Engine) -> None:
    story = case(engine, "d06_big_promotion")
    assert masked(story.kept.said, []) == story.kept.said
    assert masked_story(story, []) == story


def test_masking_again_changes_nothing_more(engine: Engine) -> None:
    once = masked(case(engine, "d02_hot_product").kept.said, ["costs", "title"])
    again = masked(once, ["costs", "title"])
    assert again == once


@pytest.mark.parametrize("field", ["amount", "title", "costs", "effective_date", "kind", "event.*", "kpi.*"])
@pytest.mark.parametrize("path", sorted(BABYCARE.glob("cases/*.yaml")), ids=lambda path: path.stem)
def test_a_masked_decision_fits_the_schema_and_has_a_record(engine: Engine, path: Any, field: str) -> None:
    story = masked_story(case(engine, path.stem), [field])
    SCHEMA.validate(story.kept.said)
    for language in ("en", "vi"):
        assert f"`{field}`" in decision_record(story, language, plan=engine.plan)  # type: ignore[arg-type]


def test_a_field_that_nothing_has_is_refused_with_the_closest_name(engine: Engine) -> None:
    said = case(engine, "d06_big_promotion").kept.said
    with pytest.raises(ValueError, match=r"`event.amuont`: did you mean `event.amount`\?"):
        masked(said, ["event.amuont"])
    with pytest.raises(ValueError, match="`zzz`: `aop vocabulary` lists"):
        masked(said, ["zzz"])
    with pytest.raises(ValueError, match=r"`nothing\.\*`"):
        masked(said, ["nothing.*"])


def test_facts_of_a_plan_or_host_are_known_when_they_are_named(engine: Engine) -> None:
    said = case(engine, "d06_big_promotion").kept.said
    with pytest.raises(ValueError, match=r"`vendor\.rating`"):
        masked(said, ["vendor.rating"])
    assert masked(said, ["vendor.rating"], known=["vendor.rating"])["masked"] == ["vendor.rating"]
