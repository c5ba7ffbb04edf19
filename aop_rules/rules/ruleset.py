"""Rules as data: one thought each, readable by the people whose business it is. Read from YAML, JSON or TOML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, TypeAdapter, ValidationInfo, model_validator
from pydantic.fields import FieldInfo

from aop_rules.errors import Place, Problem, RuleError, did_you_mean
from aop_rules.plan.values import Day, Frozen, Record, Whole, Words
from aop_rules.rules.faults import ExpressionError, place_in_text
from aop_rules.rules.given import Atom, parse_atom
from aop_rules.rules.parser import parse
from aop_rules.source.read import read
from aop_rules.source.shape import part
from aop_rules.source.tree import Document, Path
from aop_rules.source.validate import validate


class Effect(StrEnum):
    """What a rule wants when it holds. First for what asks for a yes, then (from KEEP on) for situations."""

    FORBID = "FORBID"
    REQUIRE_APPROVAL = "REQUIRE_APPROVAL"
    NEED_DATA = "NEED_DATA"
    DEFER = "DEFER"
    FIT = "FIT"
    CONDITION = "CONDITION"
    SUPPORT = "SUPPORT"
    INFORM = "INFORM"
    KEEP = "KEEP"
    WATCH = "WATCH"
    INVESTIGATE = "INVESTIGATE"
    ADJUST_ACTIONS = "ADJUST_ACTIONS"
    REALLOCATE = "REALLOCATE"
    TRIGGER_CONTINGENCY = "TRIGGER_CONTINGENCY"
    ESCALATE_GOAL_REVIEW = "ESCALATE_GOAL_REVIEW"

    @property
    def is_situation(self) -> bool:
        return self in SITUATION_EFFECTS


SITUATION_EFFECTS = (
    Effect.KEEP,
    Effect.WATCH,
    Effect.INVESTIGATE,
    Effect.ADJUST_ACTIONS,
    Effect.REALLOCATE,
    Effect.TRIGGER_CONTINGENCY,
    Effect.ESCALATE_GOAL_REVIEW,
)
"""The ladder for situations, the lowest rung first."""

GATES = (Effect.FORBID, Effect.REQUIRE_APPROVAL, Effect.DEFER, Effect.FIT, Effect.SUPPORT)
"""Effects that block a yes while their condition cannot be told."""

Undecided = Literal["block", "inform", "ignore"]


def _effect(raw: object) -> object:
    if isinstance(raw, str) and raw not in Effect.__members__:
        raise ValueError(f"unknown effect `{raw[:40]}` ({did_you_mean(raw.upper(), Effect.__members__)})")
    return raw


def _listed(raw: object) -> object:
    return (raw,) if isinstance(raw, str) else raw


def _patterns(raw: object) -> object:
    return [pattern for _, pattern in whole_patterns(raw)] if isinstance(raw, list) else _listed(raw)


def whole_patterns(raw: Sequence[object]) -> Iterator[tuple[int, object]]:
    """Patterns with the index where each starts: YAML reads `[watches(risk, kpi)]` as two texts."""
    start: int | None = None
    for index, item in enumerate(raw):
        if start is not None and isinstance(item, str):
            yield start, f"{raw[start]}, {item}"
            start = None
        elif isinstance(item, str) and "(" in item and ")" not in item and index + 1 < len(raw):
            start = index
        else:
            yield index, item


def _condition(raw: object) -> object:
    return str(raw).lower() if isinstance(raw, bool) else raw  # `when: true` is YAML's truth value


def _atom(text: str) -> str:
    return str(parse_atom(text))


_BARE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


def _conclusion(text: str) -> str:
    return text if _BARE.fullmatch(text) else _atom(text)


def _event_kind(kind: str) -> str:
    if kind not in event_kinds():
        raise ValueError(f"no event kind `{kind[:40]}` ({did_you_mean(kind, event_kinds())})")
    return kind


@cache
def event_kinds() -> tuple[str, ...]:
    """All kinds of events, sorted: what `events:` may name."""
    from aop_rules import events

    (union, *_) = get_args(events.Event)
    kinds = {kind for model in get_args(union) for kind in get_args(model.model_fields["kind"].annotation)}
    return tuple(sorted(kinds))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a rule was read. It does not count when rules are compared."""

    document: Document | None = field(default=None, compare=False, repr=False)
    path: Path = field(default=(), compare=False, repr=False)


_FORMS = {
    "id": (r"[a-z][a-z0-9_.-]{0,190}", "an id has lower-case letters, digits, `-`, `_` and `.`"),
    "subject": (r"[a-z][a-z_]*( [a-z][a-z0-9_]*)?", "write `kpi`, or `kpi marketing_ratio` for one only"),
    "attribute": (r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*", "write an attribute, as in `spend.available`"),
}


def _form(name: str) -> tuple[AfterValidator, FieldInfo]:
    """A text of one form, with a hint of its own where it is not; editors see the pattern."""
    pattern, hint = _FORMS[name]

    def judged(text: str) -> str:
        if len(text) > 200 or not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError(f"`{text[:40]}` is not written like this ({hint})")
        return text

    return AfterValidator(judged), Field(json_schema_extra={"pattern": f"^{pattern}$"}, description=hint)


RuleId = Annotated[str, *_form("id")]
Subject = Annotated[str, *_form("subject")]
AttributePath = Annotated[str, *_form("attribute")]
EventKind = Annotated[str, AfterValidator(_event_kind)]
Given = Annotated[str, AfterValidator(_atom), Field(max_length=200)]


class Examples(Frozen):
    """Situations that show what the rule means, and that are run as tests: attribute to value, `null` for unknown."""

    fires: tuple[Record, ...] = ()
    """In each of these the rule holds."""
    silent: tuple[Record, ...] = ()
    """In each of these it does not."""


class Rule(Frozen):
    """One rule: where its condition holds, and its pattern is found, it concludes something or has an effect."""

    id: RuleId
    version: Annotated[Whole, Field(ge=1)] = 1
    on: Subject | None = None
    """What the rule looks at: `event`, `spend`, `kpi`, …, or one thing only: `kpi marketing_ratio`. Where nothing is
    said: the event for a rule with a condition, else the first variable of `given`."""
    events: Annotated[tuple[EventKind, ...], BeforeValidator(_listed)] = ()
    """Kinds of events that it applies to; where empty, those that its subject has to do with."""
    when: Annotated[str | None, BeforeValidator(_condition)] = None
    """The condition."""
    given: Annotated[tuple[Given, ...], BeforeValidator(_patterns)] = ()
    """Conclusions and plan links that must be there: `off_track(kpi)`, `watches(risk, kpi)`."""
    conclude: Annotated[str | None, AfterValidator(lambda text: _conclusion(text) if text else text)] = None
    """What follows: `off_track(kpi)`, or `off_track` of the subject."""
    effect: Annotated[Effect | None, BeforeValidator(_effect)] = None
    """What it wants."""
    hard: bool = False
    """No approval lifts it. With FORBID and effects on situations only."""
    unknown: Undecided | None = None
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
    valid_from: Day | None = None
    valid_to: Day | None = None
    examples: Examples = Examples()

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
    def undecided(self) -> Undecided:
        """`unknown`, or what it is by default for this effect."""
        return self.unknown or ("block" if self.effect in GATES else "inform")

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


class _Head(Frozen):
    """A ruleset file, its rules not yet looked at."""

    ruleset: RuleId
    version: Annotated[Whole, Field(ge=1)] = 1
    about: Words | None = None
    rules: tuple[Any, ...] = ()


class Ruleset(Frozen):
    """Rules that belong together, under one id."""

    ruleset: RuleId
    """Its id."""
    version: Annotated[Whole, Field(ge=1)] = 1
    about: Words | None = None
    rules: tuple[Rule, ...] = ()


def load_ruleset(source: FilePath | str | Document) -> Ruleset:
    """The ruleset in a file (YAML, JSON, TOML) or located tree. Conditions are parsed; `checked` gives them types.

    Raises RuleError with every problem found, each at its line and column.
    """
    document = source if isinstance(source, Document) else read(source, error=RuleError, recover=True)
    ruleset, problems = scan_ruleset(document)
    problems = [*problems, *(p for rule in (ruleset.rules if ruleset else ()) for p in syntax_problems(rule))]
    if problems or ruleset is None:
        raise RuleError(problems)
    return ruleset


def scan_ruleset(document: Document) -> tuple[Ruleset | None, list[Problem]]:
    """The ruleset with those of its rules that have the right shape (None where its head is wrong), and all problems.

    Conditions are not parsed yet: `check_rule` does that, so that a loader can report everything at once.
    """
    head, problems = validate(_Head, document, (), prefix="RULE", error=RuleError)
    raw = document.data.get("rules") if isinstance(document.data, Mapping) else None
    rules, more = scan_rules(raw if isinstance(raw, list) else (), document, ("rules",))
    if head is None:
        return None, [*problems, *more]
    return Ruleset(ruleset=head.ruleset, version=head.version, about=head.about, rules=rules), [*problems, *more]


def read_rules(raw: Sequence[Any], document: Document, path: Path) -> tuple[Rule, ...]:
    """The rules in the list `raw`, which stands at `path` of the document. Raises RuleError with every problem."""
    rules, problems = scan_rules(raw, document, path)
    problems = [*problems, *(problem for rule in rules for problem in syntax_problems(rule))]
    if problems:
        raise RuleError(problems)
    return rules


def scan_rules(raw: Sequence[Any], document: Document, path: Path) -> tuple[tuple[Rule, ...], list[Problem]]:
    """Those rules that have the right shape, and what is wrong with the others. Conditions are not parsed yet."""
    adapter: TypeAdapter[Rule] = TypeAdapter(Rule)
    rules: list[Rule] = []
    problems: list[Problem] = []
    first: dict[str, Place] = {}
    for index in range(len(raw)):
        at = (*path, index)
        rule, wrong = validate(
            adapter, document, at, prefix="RULE", error=RuleError, context={"located": True}, shape=Rule
        )
        problems.extend(wrong)
        if rule is None:
            continue
        rule._origin = Origin(document, at)
        wrong = list(_located(rule))
        if rule.id in first:
            said = f"the rule `{rule.id}` stands here twice"
            hint = f"first on line {first[rule.id].line}"
            wrong.append(Problem(rule.place(("id",)), "RULE_DUPLICATE_ID", said, hint))
        first.setdefault(rule.id, rule.place(("id",)))
        problems.extend(wrong)
        if not wrong:
            rules.append(rule)
    return tuple(rules), problems


def _located(rule: Rule) -> Iterator[Problem]:
    for key, message, hint in contradictions(rule):
        yield Problem(rule.place((key,)), "RULE_CONTRADICTION", message, hint)


def syntax_problems(rule: Rule) -> list[Problem]:
    """What keeps its condition from being parsed, at the column inside it."""
    try:
        parse(rule.when if rule.when is not None else "true")
    except ExpressionError as error:
        return [fault.at(rule.place(("when",), fault.span[0])) for fault in error.faults]
    return []
