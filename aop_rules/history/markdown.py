"""A recorded decision as a page of Markdown, in the form of a decision record: status, context, why, what else, what came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from aop_rules.history.answers import Answer, Came
from aop_rules.history.shown import Shown
from aop_rules.history.stories import Story
from aop_rules.plan.model import Plan
from aop_rules.wording.markdown import bullets, code, escaped, table
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_date, show_list, show_period

Said = Mapping[str, Any]


def decision_record(story: Story, language: Language = "en", *, plan: Plan | None = None) -> str:
    """The record of one decision, from what the ledger holds of it. Takes masked stories too (`masking.masked_story`).

    `plan` (the one that was decided against) gives ids their names and money its currency; without it ids stand as they
    are. The same story gives the same text.
    """
    said, shown = story.kept.said, Shown.of(story.kept.said, language, plan)
    outcome = say(f"outcome.{said['outcome']}", language)
    headline = " – ".join((say(f"course.{said['course']}", language), outcome))
    title = say("record.title", language, id=said["decision_id"], headline=headline, date=shown.day(said["as_of"]))
    parts = [
        f"# {escaped(title)}",
        *_section("record.status", language, bullets(map(escaped, _status(story, shown)))),
        *_section("record.context", language, *_context(said, shown)),
        *_section("record.why", language, *_why(said, shown)),
        *_section("record.rejected", language, bullets(_rejected(said, shown))),
        *_section("head.needed", language, bullets(map(escaped, _needed(said, shown)))),
        *_section("record.consequences", language, bullets(map(escaped, _consequences(story, shown)))),
        *_section("head.basis", language, _basis(story, shown)),
    ]
    return "\n\n".join(parts) + "\n"


def _section(heading: str, language: Language, *body: str) -> list[str]:
    told = [part for part in body if part]
    return [f"## {say(heading, language)}", *told] if told else []


# ── status and context ──────────────────────────────────────────────────────────────────────────────────────────────


def _status(story: Story, shown: Shown) -> Iterator[str]:
    language = shown.language
    if story.followed_by:
        yield say("record.superseded", language, id=story.followed_by)
    for answer in reversed(story.answers):  # the last one counts, so it comes first
        yield answered(answer, language)
    recommended = say("record.recommended", language, date=shown.day(story.kept.said["as_of"]))
    yield recommended if story.answers else f"{recommended}; {say('record.open', language)}"
    if story.kept.follows:
        yield say("record.follows", language, id=story.kept.follows)


def answered(answer: Answer, language: Language) -> str:
    """What a person said to a decision, in a sentence."""
    if answer.answer == "accepted":
        said = say("record.accepted", language, by=answer.by)
    else:
        until = show_date(date.fromisoformat(answer.until), language)
        outcome = say(f"outcome.{answer.outcome}", language)
        said = say("record.overridden", language, by=answer.by, until=until, outcome=outcome)
    return say("record.reason", language, said=said, reason=answer.reason) if answer.reason else said


def _context(said: Said, shown: Shown) -> Iterator[str]:
    event, language = said["event"], shown.language
    kind, title = shown.kind(event), shown.titled(event)
    yield f"**{escaped(title)}**" + (f" ({escaped(kind)})" if title != kind else "")
    head = (say("record.what", language), say("record.said", language))
    yield table(head, ([escaped(label), escaped(value)] for label, value in shown.event(event)))
    yield bullets(escaped(_served(each["goal"], shown)) for each in said["serves"])


def _served(goal: str, shown: Shown) -> str:
    rank, name = shown.plan.rank(goal) if shown.plan else None, shown.name("goal", goal)
    if rank is None:
        return say("record.serves.unranked", shown.language, goal=name)
    return say("record.serves", shown.language, goal=name, rank=say("rank", shown.language, rank=rank))


# ── why ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _why(said: Said, shown: Shown) -> Iterator[str]:
    language = shown.language
    deciding = [(each["rule"], each["subject"]) for each in said["deciding"]]
    by_name = {(each["rule"], each["subject"]["kind"], each["subject"]["id"]): each for each in said["findings"]}
    for rule, subject in deciding:
        yield from _finding(by_name[rule, subject["kind"], subject["id"]], shown)
    if not deciding:
        yield escaped(_by_default(said, shown))
    others = [each for each in said["findings"] if (each["rule"], each["subject"]) not in deciding and _tells(each)]
    if others:
        yield f"### {say('head.also', language)}"
        messages = dict.fromkeys((shown.about(each), each["rule"]) for each in others)
        yield bullets(f"{escaped(message)} ({code(rule)})" for message, rule in messages)


def _tells(finding: Said) -> bool:
    """Support and priorities are told by the goals that are served."""
    if finding["effect"] == "SUPPORT" or finding["rule"].startswith("plan.priorities."):
        return bool(finding["judgement"] != "holds")
    return True


def _by_default(said: Said, shown: Shown) -> str:
    """Why the outcome is what it is where no rule decided it."""
    if said["outcome"] == "DECLINE":
        return say("default.no_support", shown.language)
    if said["outcome"] == "KEEP_COURSE":
        return say("default.keep", shown.language)
    goals = [shown.name("goal", each["goal"]) for each in said["serves"]]
    named = show_list(goals, shown.language)
    return say("default.accept", shown.language, goals=named) if goals else say("default.supported", shown.language)


def _finding(finding: Said, shown: Shown) -> Iterator[str]:
    language = shown.language
    yield f"### {escaped(shown.about(finding))}"
    notes = [say("record.rule", language, rule=code(finding["rule"]), version=finding["version"])]
    notes += [say("hard" if shown.asks else "hard.situation", language)] if finding["hard"] else []
    notes += [say("clause", language, clause=code(finding["clause"]))] if finding["clause"] else []
    notes += [say("condition", language, text=code(finding["condition"]))] if finding["condition"] else []
    steps = " → ".join(
        f"{code(step['conclusion'])} {escaped(shown.name(step['kind'], step['id']))}" for step in finding["steps"]
    )
    notes += [say("chain", language, steps=steps)] if steps else []
    yield bullets(notes)
    yield _facts(finding["facts"], shown)


def _facts(facts: Iterable[Said], shown: Shown) -> str:
    """The facts as a table; columns that say nothing are left out."""
    rows = [_fact(fact, shown) for fact in facts]
    if not rows:
        return ""
    told = [n for n in range(len(_COLUMNS)) if n < 2 or any(row[n] for row in rows)]
    head = [say(_COLUMNS[n], shown.language) for n in told]
    return table(head, ([row[n] for n in told] for row in rows))


_COLUMNS = ("record.fact", "record.value", "record.period", "record.quality", "record.sources", "record.known")


def _fact(fact: Said, shown: Shown) -> list[str]:
    doc, sources = shown.docs.get(fact["name"], ""), fact["sources"]
    more = f" +{len(sources) - 3}" if len(sources) > 3 else ""
    return [
        f"{escaped(doc)} ({code(fact['name'])})" if doc else code(fact["name"]),
        escaped(shown.fact(fact)),
        escaped(show_period(fact["periods"], shown.language)),
        _quality(fact["quality"], shown.language),
        escaped(", ".join(sources[:3])) + more,
        escaped(shown.day(fact["known_at"] or "")),
    ]


def _quality(quality: str, language: Language) -> str:
    if quality in ("provisional", "planned", "estimated"):
        return say(f"quality.{quality}", language)
    return say("record.final", language) if quality == "final" else escaped(quality)


# ── what else, and what comes of it ─────────────────────────────────────────────────────────────────────────────────


def _rejected(said: Said, shown: Shown) -> Iterator[str]:
    """Other outcomes; those with one reason stand together."""
    language = shown.language
    for because, group in groupby(said["why_not"], key=lambda each: str(each["because"][language])):
        outcomes = [say(f"outcome.{each['outcome']}", language) for each in group]
        yield f"**{show_list(outcomes, language, 'or')}**: {escaped(because)}"


def _needed(said: Said, shown: Shown) -> Iterator[str]:
    language, fit, needed = shown.language, said["fit"], said["needed"]
    if fit is not None:
        if fit["amount"] == 0:
            yield say("fit.none", language)
        else:
            yield say("fit", language, amount=shown.number(fit["amount"], "money", fit["unit"]))
    if needed is not None:
        yield from (str(words[language]) for words in needed["by"])
        yield say("then", language, outcome=say(f"outcome.{needed['outcome']}", language))


def _consequences(story: Story, shown: Shown) -> Iterator[str]:
    said, language = story.kept.said, shown.language
    answer = story.answer
    if answer is None or answer.answer == "accepted":
        yield say(f"record.{said['course']}", language)
    else:
        done, was = (say(f"outcome.{each}", language) for each in (answer.outcome, said["outcome"]))
        yield say("record.done", language, until=shown.day(answer.until), outcome=done, was=was)
    if said["valid_until"] and said["valid_until"] != said["next_review"]:
        yield say("record.valid", language, date=shown.day(said["valid_until"]))
    if said["next_review"]:
        yield say("next_review", language, date=shown.day(said["next_review"]))
    yield from (came_of_it(came, shown) for came in story.came)
    if not story.came:
        yield say("record.nothing_came", language)


def came_of_it(came: Came, shown: Shown) -> str:
    """What came of a decision, in a sentence."""
    language = shown.language
    said = say("record.came", language, date=shown.day(came.on), result=say(f"result.{came.result}", language))
    figures = [
        f"{shown.name('kpi', kpi)} {shown.measured(kpi, value)}" for kpi, value in sorted((came.measured or {}).items())
    ]
    said = "; ".join(filter(None, (said, came.note, ", ".join(figures))))
    return say("record.by", language, said=said, by=came.by) if came.by else said


def _basis(story: Story, shown: Shown) -> str:
    kept, said, language = story.kept, story.kept.said, shown.language
    plan, counts = said["plan"], said["confidence"]
    rows = [
        ("record.format", str(said["format"])),
        ("record.plan", escaped(say("record.version", language, id=plan["id"], version=plan["version"]))),
        ("record.digest", code(plan["digest"])),
        ("record.program", code(said["program_digest"])),
        ("record.position", code(said["position_digest"])),
        ("record.as_of", escaped(said["as_of"])),
        ("record.figures", say("basis.confidence", language, **counts)),
        ("record.made_by", f"aop_rules {escaped(kept.made_by)}"),
        ("record.recorded", escaped(kept.recorded_at.isoformat())),
        ("record.entry", str(kept.sequence)),
    ]
    rows += [("record.masked", ", ".join(map(code, said["masked"])))] if "masked" in said else []
    head = (say("record.what", language), say("record.said", language))
    return table(head, ((say(key, language), value) for key, value in rows))
