"""A decision in words: the reason before the detail, in the reader's language, every number from the evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from aop_rules.decision.finding import Finding
from aop_rules.decision.option_words import option_lines, recommended
from aop_rules.decision.outcome import Outcome
from aop_rules.decision.showing import show_evidence
from aop_rules.decision.value import Decided, Detail, WhyNot
from aop_rules.facts.names import name_of, names_of
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.rules.effect import Effect
from aop_rules.rules.standard import REQUESTS, vocabulary_of
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_date, show_list, show_money, show_period


def explain(decision: Decided, language: Language, detail: Detail) -> str:
    """One sentence (`short`), the reasons (`standard`), or everything that it rests on (`full`)."""
    if detail == "short":
        return _sentence(decision, language)
    parts = [_head(decision, language), *_reasons(decision, language, every=detail == "full")]
    if detail == "full":
        parts += [*_why_nots(decision, language), *_rules(decision, language), *_basis(decision, language)]
    return "\n".join(parts)


# ── one sentence ────────────────────────────────────────────────────────────────────────────────────────────────────


def headline(decision: Decided, language: Language) -> str:
    """Course and outcome, as in `KEEP COURSE – decline`."""
    outcome = say(f"outcome.{decision.outcome}", language)
    return f"{say(f'course.{decision.course}', language)} – {outcome}"


def _sentence(decision: Decided, language: Language) -> str:
    reason = _reason(decision, language)
    more = ""
    if decision.fit is not None:
        more = f"; {_fit(decision, language)}"
    way = recommended(decision, language)
    more += f"; {way}" if way else ""
    return f"{headline(decision, language)}: {reason}{more}"


def _reason(decision: Decided, language: Language) -> str:
    leading = _leading(decision)
    if leading:
        return _told_of_a_line(decision, leading)[0].message.in_language(language)
    if decision.outcome is Outcome.DECLINE:
        return say("default.no_support", language)
    if decision.event.kind not in REQUESTS:
        return say("default.keep", language)
    if decision.event.kind == "budget_transfer":
        return next(f.message for f in decision.findings if f.effect is Effect.SUPPORT and f.holds).in_language(
            language
        )
    goals = _goal_names(decision, language)
    return (
        say("default.accept", language, goals=show_list(goals, language))
        if goals
        else say("default.supported", language)
    )


def _told_of_a_line(decision: Decided, leading: Sequence[Finding]) -> Sequence[Finding]:
    """A line that the budget does not have comes before what follows from its name: whom it serves; with the closest one."""
    nowhere = [f for f in leading if f.rule == "plan.budget.unbudgeted"]
    meant = [f for f in decision.findings if f.rule == "budget.another-line" and f.holds]
    return (*meant, *nowhere, *leading) if nowhere else leading


def _leading(decision: Decided) -> tuple[Finding, ...]:
    """What decided it; where a course is kept, what was seen of KPIs and let be."""
    if decision.deciding or decision.outcome is not Outcome.KEEP_COURSE:
        return decision.deciding
    return tuple(f for f in decision.findings if f.kind == "kpi" and f.effect is Effect.INFORM and f.holds)


def _goal_names(decision: Decided, language: Language) -> list[str]:
    return [words.in_language(language) for words in names_of(decision.plan, "goal", decision.serves)]


def _fit(decision: Decided, language: Language) -> str:
    if not decision.fit:
        return say("fit.none", language)
    return say("fit", language, amount=show_money(decision.fit, decision.plan.currency, language))


# ── the reasons ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _head(decision: Decided, language: Language) -> str:
    kind = "hard" if decision.event.kind in REQUESTS else "hard.situation"
    hard = f" ({say(kind, language)})" if decision.hard else ""
    title = decision.event.title or untitled(decision, language)
    day = show_date(decision.event.effective_date, language)
    plan = f"{decision.plan.name.in_language(language)} v{decision.basis.plan_version}"
    return f"{headline(decision, language)}{hard}\n{say('said_on', language, title=title, date=day, plan=plan)}"


def untitled(decision: Decided, language: Language) -> str:
    """What an event without a title is called: its kind, and what it is about."""
    kind = say(f"kind.{decision.event.kind}", language)
    for about in ("kpi", "line", "risk", "initiative", "role", "goal"):
        entry = getattr(decision.event, about, "")
        if entry:
            return f"{kind}: {name_of(decision.plan, about, entry).in_language(language)}"
    return kind


def _reasons(decision: Decided, language: Language, every: bool = False) -> Iterator[str]:
    leading = _leading(decision)
    reasons = _merged(leading, language) or [(_reason(decision, language), "")]
    yield _section("head.because", reasons, language)
    also = [f for f in decision.findings if f not in leading and _worth_saying(f) and not _outdone(f, decision)]
    if also:
        yield _section("head.also", _merged(also, language), language)
    paths = list(_paths(decision, language))
    if paths:
        yield _section("head.serves", paths, language)
    if decision.options:
        yield _section("head.options", option_lines(decision, language, every), language)
    elif decision.course == "adjust" and decision.event.kind not in REQUESTS:
        yield _section("head.options", [(say("offered.none", language), "")], language)
    if decision.needed is not None or decision.fit is not None:
        yield _section("head.needed", list(_needs(decision, language)), language)
    if decision.next_review is not None:
        yield f"\n{say('next_review', language, date=show_date(decision.next_review, language))}"


def _worth_saying(f: Finding) -> bool:
    """Support is told by its paths, priorities too; what informs only is told when it is certain."""
    if f.effect is Effect.SUPPORT or f.rule.startswith("plan.priorities."):
        return f.open
    return f.holds or f.open


def _outdone(f: Finding, decision: Decided) -> bool:
    """That a risk is only suspected is not told beside that it has occurred."""
    return f.rule == "risk.suspected" and any(
        step.conclusion == "triggered" and (step.kind, step.id) == (f.kind, f.subject)
        for other in decision.findings
        if other.holds
        for step in other.steps
    )


def _merged(findings: Iterable[Finding], language: Language) -> list[tuple[str, str]]:
    """One line a sentence: what several rules say, or one rule of several things, stands together."""
    lines: dict[str, tuple[list[str], list[str]]] = {}
    for f in findings:
        labels, rules = lines.setdefault(f.message.in_language(language), ([], []))
        labels.append(f.label.in_language(language) if f.kind in _NAMED else "")
        rules.append(f.rule)
    found = []
    for message, (labels, rules) in lines.items():
        about = "" if _names_itself(message, labels) else f"{show_list(list(dict.fromkeys(labels)), language)}: "
        found.append((f"{about}{message}", ", ".join(dict.fromkeys(rules))))
    return _shortened(found)


_NAMED = ("kpi", "goal", "risk", "initiative", "line", "role")
"""Subjects that stand before what is said of them, unless the sentence names them itself."""


def _names_itself(message: str, labels: list[str]) -> bool:
    return len(set(labels)) == 1 and labels[0] in message


def _shortened(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """At most three lines a rule: the same limit in twelve periods is one thought."""
    kept: list[tuple[str, str]] = []
    for text, rule in lines:
        before = sum(1 for _, each in kept if each == rule)
        if before < 3:
            kept.append((text, rule))
        elif before == 3:
            more = sum(1 for _, each in lines if each == rule) - 3
            kept.append((f"… +{more}", rule))
    return kept


def _paths(decision: Decided, language: Language) -> Iterator[tuple[str, str]]:
    plan = decision.plan
    for goal, path in decision.serves.items():
        names = [_entry_name(plan, each, language) for each in path]
        rank = plan.rank(goal)
        way = " → ".join(dict.fromkeys(names))
        yield way, say("rank", language, rank=rank) if rank else ""


def _entry_name(plan: Plan, entry: str, language: Language) -> str:
    tables: Iterable[Mapping[str, object]] = (plan.goals, plan.kpis, plan.initiatives, plan.budget.lines, plan.risks)
    found = next((kind for kind, table in zip(_PATH_KINDS, tables, strict=True) if entry in table), "")
    return name_of(plan, found, entry).in_language(language)


_PATH_KINDS = ("goal", "kpi", "initiative", "line", "risk")


def _needs(decision: Decided, language: Language) -> Iterator[tuple[str, str]]:
    if decision.fit is not None:
        yield _fit(decision, language), ""
    if decision.needed is not None:
        for words in decision.needed.by:
            yield words.in_language(language), ""
        yield say("then", language, outcome=say(f"outcome.{decision.needed.outcome}", language)), ""


def _section(key: str, lines: list[tuple[str, str]], language: Language) -> str:
    body = "\n".join(f"  • {text}{f'  [{mark}]' if mark else ''}" for text, mark in lines)
    return f"\n{say(key, language)}\n{body}"


# ── everything ──────────────────────────────────────────────────────────────────────────────────────────────────────


def why_not_words(decision: Decided, each: WhyNot) -> Words:
    """Why it is not that other outcome, in both languages."""
    if not each.rules:
        if not decision.deciding and decision.outcome is Outcome.DECLINE:
            return Words(en=say("default.no_support", "en"), vi=say("default.no_support", "vi"))
        return Words(en=say("nothing_calls", "en"), vi=say("nothing_calls", "vi"))
    rules = ", ".join(each.rules)
    return Words(en=say("stands_in_the_way", "en", rules=rules), vi=say("stands_in_the_way", "vi", rules=rules))


def _why_nots(decision: Decided, language: Language) -> Iterator[str]:
    lines = [
        (f"{say(f'outcome.{each.outcome}', language)}: {why_not_words(decision, each).in_language(language)}", "")
        for each in decision.why_not
    ]
    yield _section("head.why_not", lines, language)


def _rules(decision: Decided, language: Language) -> Iterator[str]:
    currency, vocabulary = decision.plan.currency, vocabulary_of(decision.plan)
    yield f"\n{say('head.rules', language)}"
    for f in decision.findings:
        yield f"  {say('rule_line', language, rule=f.rule, version=f.version)} · {f.effect} · {f.judgement} · {f.label.in_language(language)}"
        yield f"    {f.message.in_language(language)}"
        if f.condition:
            yield f"    {say('condition', language, text=f.condition)}"
        if f.figures:
            yield f"    {say('with_figures', language, text=f.figures.in_language(language))}"
        if f.steps:
            yield f"    {say('chain', language, steps=' → '.join(map(str, f.steps)))}"
        if f.clause:
            yield f"    {say('clause', language, clause=f.clause)}"
        for fact in f.facts:
            term = vocabulary.term(fact.name)
            doc = term.doc.in_language(language) if term and term.doc else fact.name
            said = [say("fact", language, term=f"{fact.name} ({doc})", value=show_evidence(fact, currency, language))]
            said += [show_period(fact.periods, language)] if fact.periods else []
            said += [say(f"quality.{fact.quality}", language)] if fact.quality in _QUALITIES else []
            said += [say("from", language, sources=_sources(fact.sources))] if fact.sources else []
            said += [say("known", language, date=show_date(fact.known_at.date(), language))] if fact.known_at else []
            yield f"      {' · '.join(said)}"


_QUALITIES = ("provisional", "planned", "estimated")


_MORE = re.compile(r"\+(\d+) more", re.ASCII)
"""A source that stands for as many."""


def _sources(sources: tuple[str, ...]) -> str:
    rest = sum(int(more[1]) if (more := _MORE.fullmatch(each)) else 1 for each in sources[3:])
    return ", ".join(sources[:3]) + (f" +{rest}" if rest else "")


def _basis(decision: Decided, language: Language) -> Iterator[str]:
    basis, confidence = decision.basis, decision.confidence
    lines = [
        say("basis.plan", language, id=basis.plan_id, version=basis.plan_version, digest=_brief(basis.plan_digest)),
        say("basis.rules", language, digest=_brief(basis.program_digest)),
        say("basis.position", language, digest=_brief(basis.position_digest), as_of=basis.as_of.isoformat()),
        say(
            "basis.confidence",
            language,
            facts=confidence.facts,
            unknown=confidence.unknown,
            provisional=confidence.provisional,
            estimated=confidence.estimated,
        ),
        decision.decision_id,
    ]
    yield _section("head.basis", [(line, "") for line in lines], language)


def _brief(digest: str) -> str:
    return digest[:19]
