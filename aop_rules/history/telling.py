"""The log of decisions, and decisions under another plan, for reading: as aligned text, and as plain data."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from aop_rules.history.changed import Erasure, changed_lines
from aop_rules.history.policy import Redecided
from aop_rules.history.shown import Shown
from aop_rules.history.stories import Overridden, Story, overrides
from aop_rules.plan.amendment import Amendment
from aop_rules.plan.model import Plan
from aop_rules.wording.markdown import plain
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_date

_TITLE_MAX = 60


def log_text(
    told: Iterable[Story],
    language: Language,
    on: date,
    *,
    plan: Plan | None = None,
    amendments: Iterable[Amendment] = (),
    erasures: Iterable[Erasure] = (),
) -> str:
    """One line a decision: date, id, kind, what it was about, the recommendation, what people did, and what came of it.

    `on` tells which overrides have ended; `plan` gives what has no title the name of what it is about. Below stand the rules
    that were overridden again and again, and how the plan was changed and which names were erased.
    """
    stories = tuple(told)
    shown = Shown(language, plan.currency if plan else "", plan)
    lines = _aligned([_log_row(story, shown, on) for story in stories]) if stories else [say("log.none", language)]
    looks = [look_at(each, language) for each in overrides(stories) if each.repeated]
    changed = changed_lines(amendments, erasures, language)
    blocks = [lines, looks, *([heading, *(f"  {line}" for line in below)] for heading, below in changed)]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def log_data(told: Iterable[Story]) -> list[dict[str, Any]]:
    """The decisions as plain data that JSON can hold, in their order. New keys may come."""
    return [story_data(story) for story in told]


def story_data(story: Story) -> dict[str, Any]:
    """One decision as plain data: what was recommended, what people did, what came of it."""
    kept, said = story.kept, story.kept.said
    event = said["event"]
    return {
        "decision_id": said["decision_id"],
        "as_of": said["as_of"],
        "recorded_at": kept.recorded_at.isoformat(),
        "entry": kept.sequence,
        "plan": {"id": said["plan"]["id"], "version": said["plan"]["version"]},
        "event": {key: event.get(key, "") for key in ("source", "event_id", "kind", "title")},
        "course": said["course"],
        "outcome": said["outcome"],
        "hard": said["hard"],
        "follows": kept.follows or None,
        "followed_by": story.followed_by or None,
        "answers": [
            {**{key: value for key, value in asdict(each).items() if key != "decision_id"}, "rules": list(each.rules)}
            for each in story.answers
        ],
        "came": [
            {
                "result": each.result,
                "on": each.on,
                "note": each.note,
                "by": each.by,
                "measured": dict(each.measured or {}),
            }
            for each in story.came
        ],
    }


def overridden_data(each: Overridden) -> dict[str, Any]:
    """A rule that was overridden, as plain data."""
    return {"rule": each.rule, "decisions": list(each.decisions), "repeated": each.repeated}


def did(story: Story, language: Language, on: date) -> str:
    """What people did about a decision, as far as is known on a day."""
    answer = story.answer
    if answer is None:
        return say("log.replaced" if story.followed_by else "log.open", language)
    if answer.answer == "accepted":
        return say("log.accepted", language, by=answer.by)
    last = date.fromisoformat(answer.until)
    outcome = say(f"outcome.{answer.outcome}", language)
    key = "log.ended" if last < on else "log.overridden"
    return say(key, language, by=answer.by, outcome=outcome, until=show_date(last, language))


def came(story: Story, language: Language) -> str:
    """What came of a decision: the last that was reported; empty where nobody has."""
    if not story.came:
        return ""
    last = story.came[-1]
    day = show_date(date.fromisoformat(last.on), language)
    return say("log.came", language, result=say(f"result.{last.result}", language), date=day)


def recommended(story: Story, language: Language) -> str:
    """The outcome that was recommended, in words."""
    return say(f"outcome.{story.kept.said['outcome']}", language)


def look_at(each: Overridden, language: Language) -> str:
    """The suggestion to look at a rule that is overridden again and again."""
    ids = ", ".join(each.decisions)
    return say("log.look", language, rule=each.rule, count=len(each.decisions), ids=ids)


def _log_row(story: Story, shown: Shown, on: date) -> list[str]:
    said, language = story.kept.said, shown.language
    day = shown.day(said["as_of"])
    event = said["event"]
    about = say("log.about", language, about=_short(shown.titled(event)), id=event["event_id"])
    row = [day, said["decision_id"], shown.kind(event), about, recommended(story, language)]
    return [*row, did(story, language, on), came(story, language)]


# ── under another plan ──────────────────────────────────────────────────────────────────────────────────────────────


def policy_text(redecided: Iterable[Redecided], language: Language) -> str:
    """The decisions that change: was → now, and the rules that make the change; then how many of all."""
    every = tuple(redecided)
    changed = [each for each in every if each.changed]
    rows = [_policy_row(each, language) for each in changed]
    heads = [[say(key, language) for key in ("policy.event", "policy.change", "policy.rules")]] if rows else []
    count = say("policy.count", language, changed=len(changed), all=len(every))
    return "\n".join([*_aligned([*heads, *rows]), *([""] if rows else []), count])


def policy_data(redecided: Iterable[Redecided]) -> dict[str, Any]:
    """The same as plain data: how many decisions there are, how many change, and each change."""
    every = tuple(redecided)
    changes = [
        {
            **asdict(each),
            "hard": list(each.hard),
            "no_longer": list(each.no_longer),
            "newly": list(each.newly),
            "why": list(each.why),
        }
        for each in every
        if each.changed
    ]
    return {"decisions": len(every), "changed": len(changes), "changes": changes}


def _policy_row(each: Redecided, language: Language) -> list[str]:
    title = each.title or f"{say(f'kind.{each.kind}', language)} {each.event_id}"
    was, now = (
        _outcome(outcome, hard, language) for outcome, hard in zip((each.was, each.now), each.hard, strict=True)
    )
    rules = [say("policy.newly", language, rules=", ".join(each.newly))] if each.newly else []
    rules += [say("policy.no_longer", language, rules=", ".join(each.no_longer))] if each.no_longer else []
    return [_short(title), f"{was} → {now}", "; ".join([*rules, *each.why])]


def _outcome(outcome: str, hard: bool, language: Language) -> str:
    if not outcome:
        return say("policy.unfit", language)
    said = say(f"outcome.{outcome}", language)
    return say("policy.hard", language, outcome=said) if hard else said


# ── lines ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _short(text: str) -> str:
    line = plain(unicodedata.normalize("NFC", text))
    return line if len(line) <= _TITLE_MAX else f"{line[: _TITLE_MAX - 1]}…"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines of columns, two spaces apart."""
    cells = [[plain(unicodedata.normalize("NFC", cell)) for cell in row] for row in rows]
    wide = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    return ["  ".join(f"{cell:{n}}" for cell, n in zip(row, wide, strict=True)).rstrip() for row in cells]
