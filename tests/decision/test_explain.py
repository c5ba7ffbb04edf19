"""What a decision says: its numbers are those of the evidence, in both languages, with unit and sign; every sentence is ours."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aop_rules import Decision
from aop_rules.decision.outcome import Outcome
from aop_rules.decision.showing import reasons, show_evidence
from aop_rules.decision.value import Detail
from aop_rules.events import CostCutRequest, plain
from aop_rules.exact.number import exact
from aop_rules.facts.sheet import Evidence
from aop_rules.plan.load import dump
from aop_rules.position.model import Reason
from aop_rules.position.year import calendar_of
from aop_rules.rules.forms import event_kinds
from aop_rules.wording import messages
from aop_rules.wording.messages import MESSAGES, say
from aop_rules.wording.numbers import (
    Language,
    show_date,
    show_figure,
    show_money,
    show_number,
    show_period,
    show_ratio,
)
from strategies import (
    CASES,
    ROOT,
    Data,
    babycare,
    case_of,
    engine_at,
    histories,
    history_of,
    opened,
    plans,
    proposal,
    proposals,
)

LANGUAGES: tuple[Language, ...] = get_args(Language)
DETAILS: tuple[Detail, ...] = get_args(Detail)

each_case = pytest.mark.parametrize("case", CASES, ids=[f"{case.parents[1].name}/{case.stem}" for case in CASES])


@cache
def decided(case: Path) -> Decision:
    return engine_at(case.parents[1], history_of(case)).evaluate(case_of(case).events[0])


# ── where a number may come from ────────────────────────────────────────────────────────────────────────────────────


def origins(decision: Decision, language: Language) -> Iterator[str]:
    """Every text with digits that the explanation may hold: shown facts, words of plan and event, the basis."""
    plan, basis, confidence = decision.plan, decision.basis, decision.confidence
    for f in decision.findings:
        yield from (f.rule, f"{f.version}", f.condition, f.clause, *f.faults)
        yield from _literals(f.condition, plan.currency, language)
        for fact in f.facts:
            yield show_evidence(fact, plan.currency, language)
            yield show_period(fact.periods, language)
            yield from fact.sources
            yield show_date(fact.known_at.date(), language) if fact.known_at else ""
            yield reasons(fact.missing, plan, language) if fact.missing else ""
            yield from (show_period(missing.period, language) for missing in fact.missing)
    yield from _texts(dump(plan))
    yield from _texts(plain(decision.event))
    yield from (show_date(day, language) for day in (decision.event.effective_date, decision.next_review) if day)
    yield from (say("rank", language, rank=rank) for goal in decision.serves if (rank := plan.rank(goal)))
    yield f"v{basis.plan_version}"
    yield from (str(basis.plan_version), basis.as_of.isoformat(), decision.decision_id)
    yield from (digest[:19] for digest in (basis.plan_digest, basis.program_digest, basis.position_digest))
    yield from map(str, (confidence.facts, confidence.unknown, confidence.provisional, confidence.estimated))
    if decision.fit is not None:
        yield show_money(decision.fit, plan.currency, language)
    yield from _of_options(decision, language)
    if isinstance(decision.event, CostCutRequest):
        yield show_period(calendar_of(plan).period_of(decision.event.by).id, language)


def _of_options(decision: Decision, language: Language) -> Iterator[str]:
    """What the options say in figures: money that is freed, taken and left, and where goals land."""
    plan = decision.plan
    for option in decision.options:
        for amount in (option.frees, option.needed, *option.draws.values(), *option.left_by_line.values()):
            yield show_money(amount, plan.currency, language)
        yield show_period(option.period, language)
        for at in (*option.landings, *option.by_itself):
            through = plan.kpis[at.compared].unit if at.compared in plan.kpis else at.unit
            yield from (show_figure(value, at.unit, plan.currency, language) for value in (at.before, at.after))
            yield from (
                show_figure(v, through, plan.currency, language) for v in (at.compared_before, at.compared_after)
            )
            if at.compared_before is not None and at.compared_after is not None:
                change = exact(at.compared_after - at.compared_before)
                planned = (
                    at.planned
                    if at.compared == at.kpi
                    else plan.kpis[at.compared].target and plan.kpis[at.compared].target.year
                )
                yield show_figure(change, through, plan.currency, language)
                yield show_ratio(exact(Fraction(change) / planned), language) if planned else ""


def _literals(condition: str, currency: str, language: Language) -> Iterator[str]:
    """The numbers that a rule itself names."""
    for number, percent in re.findall(r"(?<![\w.])(\d[\d_]*(?:\.\d+)?)(%?)", condition):
        value = exact(Fraction(number.replace("_", "")))
        yield from (show_ratio(exact(Fraction(value) / 100), language),) if percent else ()
        yield from () if percent else (show_number(value, language), show_money(value, currency, language))


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from (str(key), *_texts(value))
    elif isinstance(data, list):
        for each in data:
            yield from _texts(each)
    elif isinstance(data, str):
        yield data


def without(text: str, known: Iterable[str]) -> str:
    """A text without every known part. A number is taken out whole or not at all: `12` is no part of `112`."""
    parts = sorted({part for part in known if any(map(str.isdigit, part))}, key=len, reverse=True)
    either = "|".join(map(re.escape, parts))
    text = re.sub(r"(… | )\+\d+", "", text)  # how many more there are, counted by the text itself
    return re.sub(rf"(?<![\d.,])(?:{either})(?!\d|[.,]\d)", "", text) if parts else text


def strays(decision: Decision, language: Language, detail: Detail) -> list[str]:
    left = without(decision.explain(language, detail), origins(decision, language))
    return [line for line in left.splitlines() if any(map(str.isdigit, line))]


@each_case
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("detail", DETAILS)
def test_every_number_is_in_the_evidence(case: Path, language: Language, detail: Detail) -> None:
    assert strays(decided(case), language, detail) == []


def test_a_number_from_nowhere_would_be_seen() -> None:
    assert without("112 of 1.120.000 ₫", ["12", "1.120", "120.000 ₫"]) == "112 of 1.120.000 ₫"
    assert without("12 of 1.120.000 ₫", ["12", "1.120.000 ₫"]) == " of "


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(plan=plans(), data=st.data())
def test_every_number_of_any_small_decision_is_in_the_evidence(plan: Data, data: st.DataObject) -> None:
    engine = opened(plan, data.draw(histories(plan)))
    review = {"event_id": "r", "kind": "review_due", "effective_date": "2026-06-10", "period": "2026-05"}
    events = [data.draw(proposals()), *([review] if plan["year"]["periods"] == "monthly" else [])]
    for decision in map(engine.evaluate, events):
        for language in LANGUAGES:
            assert strays(decision, language, "full") == []
            assert "\n" not in decision.explain(language, "short")
        assert numbers(decision, "en", "full") == numbers(decision, "vi", "full")


# ── units ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def figures(decision: Decision, unit: str) -> list[Evidence]:
    return [fact for f in decision.findings for fact in f.facts if fact.unit == unit and fact.value is not None]


@each_case
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_money_without_its_sign_and_no_ratio_without_percent(case: Path, language: Language) -> None:
    decision = decided(case)
    text, currency = decision.explain(language, "full"), decision.plan.currency
    for unit in ("money", "ratio"):
        for fact in figures(decision, unit):
            shown = show_evidence(fact, currency, language)
            (bare,) = re.findall(r"\d(?:[\d.,]*\d)?", shown)
            if len(bare) > 3:  # `45` may also be a number of days
                alone = text.replace(shown, "")
                assert not re.search(rf"(?<![\d.,]){re.escape(bare)}(?!\d|[.,]\d)", alone), shown


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.parents[1].name == "babycare_house"], ids=lambda case: case.stem
)
def test_at_babycare_house_every_large_number_is_money(case: Path) -> None:
    for language, mark in (("en", ","), ("vi", ".")):
        text = decided(case).explain(language, "full")  # type: ignore[arg-type]
        assert re.findall(rf"(?<![\d.,])\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+(?!\d|[.,]\d)(?! ₫)", text) == []


def test_a_ratio_of_a_whole_number_of_percent_has_its_sign_too() -> None:
    case = next(case for case in CASES if case.stem == "d31_large_order_thin_margin")
    assert re.findall(r"(?<![\d.,])35(?!\d|[.,]\d)(?! %)", decided(case).explain("en", "standard")) == []


# ── two languages ───────────────────────────────────────────────────────────────────────────────────────────────────

_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December|Q\\d|P\\d\\d)"
_DAYS = {
    "en": rf"\d{{1,2}} {_MONTH} \d{{4}}|{_MONTH}(?:–{_MONTH})? \d{{4}}",
    "vi": r"\d\d/\d\d/\d{4}|(?:tháng|quý|kỳ) \d+(?:–\d+)?/\d{4}",
}


def numbers(decision: Decision, language: Language, detail: Detail) -> tuple[Counter[str], int]:
    """The numbers of a text, in one notation, and how many dates and periods it names."""
    text = decision.explain(language, detail)
    for same in (decision.basis.as_of.isoformat(), *(f.condition for f in decision.findings if f.condition)):
        text = text.replace(same, "")
    days = re.findall(_DAYS[language], text)
    thousands, point = {"en": ",.", "vi": ".,"}[language]
    found = re.findall(r"(?<![\w.,])(?<!\w-)\d(?:[\d.,]*\d)?", re.sub(_DAYS[language], "", text))
    return Counter(each.replace(thousands, "").replace(point, ".") for each in found), len(days)


@each_case
@pytest.mark.parametrize("detail", DETAILS)
def test_both_languages_carry_the_same_numbers(case: Path, detail: Detail) -> None:
    assert numbers(decided(case), "en", detail) == numbers(decided(case), "vi", detail)


@each_case
def test_the_two_languages_differ_and_short_is_one_line(case: Path) -> None:
    decision = decided(case)
    for detail in DETAILS:
        assert decision.explain("en", detail) != decision.explain("vi", detail)
    for language in LANGUAGES:
        short = decision.explain(language, "short")
        assert "\n" not in short and short == short.strip()
        assert decision.explain(language, "standard").splitlines()[0].startswith(short.split(":")[0])


def test_the_plan_says_which_language_where_nobody_does() -> None:
    decision = babycare().evaluate(proposal())
    assert decision.explain() == decision.explain("vi", "standard")


def test_an_id_of_the_plan_never_stands_in_place_of_its_name() -> None:
    for case in CASES:
        decision = decided(case)
        ids = {*decision.plan.kpis, *decision.plan.budget.lines, *decision.plan.goals, *decision.plan.risks}
        for language in LANGUAGES:
            said = re.sub(r"\[[^]]*\]", "", decision.explain(language, "standard"))  # rule ids stand in brackets
            assert [each for each in ids if "_" in each and re.search(rf"\b{each}\b", said)] == [], case.stem


# ── the sentences of the library ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("key", sorted(MESSAGES))
def test_both_languages_of_a_sentence_have_the_same_places(key: str) -> None:
    en, vi = MESSAGES[key]
    assert en and vi
    assert _places(en) == _places(vi)


def _places(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


_REASONS = {"plain", *get_args(Reason)}
"""Why a figure is missing: each has its sentence, and what to ask for."""


@cache
def _source() -> str:
    files = (ROOT / "aop_rules").rglob("*.py")
    text = "\n".join(file.read_text(encoding="utf-8") for file in files if file.parent.name != "sentences")
    return text.replace("'", '"')


@pytest.mark.parametrize("key", sorted(MESSAGES))
def test_every_sentence_is_used(key: str) -> None:
    family, _, name = key.partition(".")
    members = {"outcome": set(Outcome), "kind": set(event_kinds()), "course": {"keep", "adjust"}}
    if f'"{key}"' in _source():
        return
    assert f'f"{family}.{{' in _source() or (f'"{family}"' in _source() and name in _REASONS), "nobody says it"
    assert name in members.get(family, ()) or f'"{name}"' in _source(), "no such member"


def test_no_two_rooms_say_the_same_key() -> None:
    assert sum(map(len, messages._ROOMS)) == len(MESSAGES)


def test_every_member_of_a_family_has_its_sentence() -> None:
    for family, members in {"outcome": Outcome, "kind": event_kinds()}.items():
        assert {f"{family}.{member}" for member in members} <= MESSAGES.keys()


def test_a_sentence_or_part_that_does_not_exist_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        say("no.such.sentence", "en")
    with pytest.raises(KeyError):
        say("fit", "en")
