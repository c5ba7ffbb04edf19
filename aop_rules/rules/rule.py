"""One rule as data: where its condition holds, and its pattern is found, it concludes something or has an effect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Literal, Self

from pydantic import Field, PrivateAttr, ValidationInfo, model_validator

from aop_rules.errors import Place
from aop_rules.exact.frozen import Day, Frozen
from aop_rules.plan.values import Record, Whole, Words
from aop_rules.rules.effect import GATES, Effect
from aop_rules.rules.faults import place_in_text
from aop_rules.rules.forms import (
    AttributePath,
    Conclusion,
    Condition,
    EffectName,
    EventKinds,
    Patterns,
    RuleId,
    Subject,
    whole_patterns,
)
from aop_rules.rules.given import Atom, parse_atom
from aop_rules.source.shape import part
from aop_rules.source.tree import Document, Path

WhenUnknown = Literal["block", "inform", "ignore"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a rule was read. It does not count when rules are compared."""

    document: Document | None = field(default=None, compare=False, repr=False)
    path: Path = field(default=(), compare=False, repr=False)


class Examples(Frozen):
    """Situations that show what the rule means, and that are run as tests: attribute to value, `null` for unknown."""

    fires: tuple[Record, ...] = ()
    """In each of these the rule holds."""
    silent: tuple[Record, ...] = ()
    """In each of these it does not."""


class Rule(Frozen):
    """One rule: where its condition holds, and its pattern is found, it concludes something or has an effect.

    The same keys as in a file, each described below; what they mean together is in docs/rule-language.md. A rule is
    frozen and compares by what it says. Its condition and patterns are kept as text: whether they fit a plan is told
    when the rule is used with one. Raises pydantic's ValidationError, naming the keys, where a value has not the right
    form or two keys contradict each other.

    >>> rule = Rule(
    ...     id="big-ticket",
    ...     events=["proposal", "opportunity"],
    ...     when="event.amount > 50_000_000 and not event.in_plan",
    ...     effect="REQUIRE_APPROVAL",
    ...     because={"en": "{event.amount} is a lot", "vi": "{event.amount} là khoản lớn"},
    ... )
    >>> rule.subject, rule.undecided
    ('event', 'block')

    One that other rules take up, and one that takes it up:

    >>> red = Rule(id="red", on="kpi marketing_ratio", when="kpi.value > 7%", conclude="off_track")
    >>> hit = Rule(id="hit", given=["off_track(kpi)", "watches(risk, kpi)"], conclude="triggered(risk)")
    >>> str(red.head), hit.focus
    ('off_track(kpi)', 'risk')
    """

    id: RuleId
    """Unique in its ruleset: lower-case letters, digits, `-`, `_` and `.`."""
    version: Annotated[Whole, Field(ge=1)] = 1
    """Counted up by its owner where its meaning changes."""
    on: Subject | None = None
    """What the rule looks at: `event`, `spend`, `kpi`, …, or one thing only: `kpi marketing_ratio`. Where nothing is
    said: the event for a rule with a condition, else the first variable of `given`."""
    events: EventKinds = ()
    """Kinds of events that it applies to; where empty, those that its subject has to do with."""
    when: Condition | None = None
    """The condition."""
    given: Patterns = ()
    """Conclusions and plan links that must be there: `off_track(kpi)`, `watches(risk, kpi)`."""
    conclude: Conclusion | None = None
    """What follows: `off_track(kpi)`, or `off_track` of the subject."""
    effect: EffectName | None = None
    """What it wants."""
    hard: bool = False
    """No approval lifts it. With FORBID and effects on situations only."""
    unknown: WhenUnknown | None = None
    """What it does when its condition cannot be told. Where missing: `block` for FORBID, REQUIRE_APPROVAL, DEFER, FIT
    and SUPPORT, `inform` for the others."""
    room: AttributePath | None = None
    """With FIT: the attribute that says how much would be possible."""
    priority: Annotated[Whole, Field(ge=0, le=1_000_000)] = 100
    """Of two findings with one effect that with the lower number is told first. It never changes the outcome."""
    because: Words | None = None
    """Why, in one sentence; `{event.amount}` stands for the value of that attribute."""
    needs: Words | None = None
    """What would lift it."""
    component: str = ""
    """The clause of the plan that it comes from."""
    owner: str = ""
    """Who answers for it."""
    valid_from: Day | None = None
    """First day on which it holds."""
    valid_to: Day | None = None
    """Last day on which it holds."""
    examples: Examples = Examples()
    """Situations in which it holds and in which it does not, run as tests."""

    _origin: Origin = PrivateAttr(default=Origin())

    @model_validator(mode="after")
    def _agrees(self, info: ValidationInfo) -> Self:
        if not (info.context or {}).get("located"):  # a loader asks for all of them, each with its place
            for _, message, hint in contradictions(self):
                raise ValueError(f"{message} ({hint})")
        return self

    @property
    def subject(self) -> str | None:
        """The kind of thing that its condition looks at; None for a rule that only has `given`."""
        on = self.on or ("event" if self.when is not None else None)
        return on.split(" ")[0] if on else None

    @property
    def subject_id(self) -> str | None:
        """The one thing that it looks at, as in `kpi marketing_ratio`; None for all of the kind."""
        return self.on.split(" ")[1] if self.on and " " in self.on else None

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """The patterns of `given`, taken apart."""
        return tuple(map(parse_atom, self.given))

    @property
    def head(self) -> Atom | None:
        """What it concludes, with its variable; None for a rule with an effect."""
        if self.conclude is None:
            return None
        return parse_atom(self.conclude) if "(" in self.conclude else Atom(self.conclude, (self.subject or "",))

    @property
    def focus(self) -> str | None:
        """The variable that its finding is about: that of its conclusion, its subject, else the first in `given`."""
        if self.head is not None:
            return self.head.variables[0]
        return self.subject or (self.atoms[0].variables[0] if self.given else None)

    @property
    def undecided(self) -> WhenUnknown:
        """`unknown`, or what it is by default for this effect."""
        return self.unknown or ("block" if self.effect in GATES else "inform")

    def read_at(self, document: Document, path: Path) -> Self:
        """The same rule, knowing where it was read."""
        located = self.model_copy()
        located._origin = Origin(document, path)
        return located

    def place(self, path: Path = (), offset: int | None = None) -> Place:
        """Where a part of it stands: in its file, or in itself where it was made in Python. `offset` is into a text."""
        document, base = self._origin.document, self._origin.path
        if document is not None:
            whole = (*base, *self._as_written(document, base, path))
            return document.place(whole) if offset is None else document.text_place(whole, offset)
        file = f"<rule {self.id}>"
        return place_in_text(self.when or "", offset, file) if offset is not None and path == ("when",) else Place(file)

    @staticmethod
    def _as_written(document: Document, base: Path, path: Path) -> Path:
        """The path of a pattern in the file, where commas may have cut it in two."""
        if len(path) != 2 or path[0] != "given":
            return path
        raw = document.data
        for step in (*base, "given"):
            raw = part(raw, step)
        starts = [start for start, _ in whole_patterns(raw)] if isinstance(raw, list) else []
        index = path[1]
        return ("given", starts[index]) if isinstance(index, int) and index < len(starts) else path


def contradictions(rule: Rule) -> Iterator[tuple[str, str, str]]:
    """What in a rule does not go together: the key to look at, what is wrong, the way out."""
    if (rule.conclude is None) == (rule.effect is None):
        said = "both `conclude` and `effect`" if rule.effect else "neither `conclude` nor `effect`"
        yield "conclude", f"`{rule.id}` has {said}", "a rule has exactly one of them"
    if rule.when is None and not rule.given:
        yield "id", f"`{rule.id}` has neither `when` nor `given`", "write `when: true` for always"
    if rule.when is None and rule.effect is None:
        for key in ("events", "valid_from", "valid_to"):
            if getattr(rule, key):
                hint = "say it where a condition is looked at, or where the conclusion is used"
                yield key, f"`{rule.id}` only links conclusions, whatever came in and when", hint
    if rule.effect is not None:
        yield from _effect_contradictions(rule, rule.effect)
    else:
        for key in ("hard", "unknown", "room", "needs"):
            if getattr(rule, key):
                yield key, f"`{key}` goes with an `effect`; `{rule.id}` only concludes", f"remove `{key}`"
    if rule.conclude and "(" not in rule.conclude and rule.subject is None:
        yield (
            "conclude",
            f"nothing says what `{rule.conclude}` is about",
            f"write `{rule.conclude}(x)`, x being one of `given`",
        )
    if rule.valid_from and rule.valid_to and rule.valid_to < rule.valid_from:
        yield (
            "valid_to",
            f"`{rule.id}` ends on {rule.valid_to}, before it starts on {rule.valid_from}",
            "swap the dates",
        )


def _effect_contradictions(rule: Rule, effect: Effect) -> Iterator[tuple[str, str, str]]:
    if rule.because is None:
        yield "because", f"`{rule.id}` does not say why", "add `because: {en: …, vi: …}`"
    if rule.hard and effect is not Effect.FORBID and not effect.is_situation:
        yield "hard", f"{effect} is never hard", "only FORBID and effects on situations can be"
    if rule.room and effect is not Effect.FIT:
        yield "room", f"`room` goes with FIT, not {effect}", "remove `room`, or write `effect: FIT`"
