"""A rule held against its vocabulary: condition typed, chain connected, placeholders and examples known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from aop_rules.errors import Place, Problem, did_you_mean
from aop_rules.plan.values import Words
from aop_rules.rules.checker import examine
from aop_rules.rules.example import Example, value_of
from aop_rules.rules.faults import ExpressionError, in_short
from aop_rules.rules.given import Atom, Broken, Chain, broken_chain
from aop_rules.rules.parser import parse
from aop_rules.rules.rule import Rule
from aop_rules.rules.syntax import Attribute, Expression, Value, attributes
from aop_rules.rules.vocabulary import Vocabulary
from aop_rules.source.tree import Path

PlaceOf = Callable[[Path, int | None], Place]
"""Where a part of the rule stands; the number is an offset into the text there."""


@dataclass(frozen=True, slots=True)
class CheckedRule:
    """A rule that can be compiled. `attributes` and `placeholders` are sorted names; `room` is typed."""

    rule: Rule
    expression: Expression | None
    given: tuple[Atom, ...]
    head: Atom | None
    attributes: tuple[str, ...]
    placeholders: tuple[str, ...]
    room: Attribute | None
    examples: tuple[Example, ...]

    def chain(self, name: str = "") -> Chain:
        """What inference sees of it, under `name` (its id alone may stand in several rulesets)."""
        return Chain(name or self.rule.id, self.given, self.head, self.rule.subject)


def check_rule(
    rule: Rule,
    vocabulary: Vocabulary,
    place_of: PlaceOf | None = None,
    *,
    subjects: Iterable[str] | None = None,
) -> tuple[CheckedRule | None, tuple[Problem, ...]]:
    """The rule, checked (None where there are errors), and all problems, warnings too, sorted by place.

    `subjects` are the kinds that `on:` may name (any, where None). Whether conclusions and links exist, and are about
    the right kind of thing, is asked of all rules together: `given.signatures`.
    """
    check = _Check(rule, vocabulary, place_of or rule.place)
    if subjects is not None:
        check.subject(sorted(subjects))
    expression = check.condition()
    check.chain()
    room = check.room()
    placeholders = sorted({*check.words("because", rule.because), *check.words("needs", rule.needs)})
    examples = tuple(check.examples())
    problems = tuple(sorted(set(check.problems)))
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    used = sorted({attribute.name for attribute in attributes(expression)}) if expression else []
    checked = CheckedRule(rule, expression, rule.atoms, rule.head, tuple(used), tuple(placeholders), room, examples)
    return checked, problems


def placeholders_in(text: str) -> Iterator[tuple[str, int]]:
    """The names between braces, each with its offset; a brace that stands alone gives an empty name.

    >>> list(placeholders_in("{spend.amount} on {spend.line}"))
    [('spend.amount', 0), ('spend.line', 18)]
    """
    for found in re.finditer(r"\{([^{}]*)\}|[{}]", text):
        yield (found[1] or "").strip(), found.start()


class _Check:
    def __init__(self, rule: Rule, vocabulary: Vocabulary, place_of: PlaceOf) -> None:
        self._rule = rule
        self._vocabulary = vocabulary
        self._place = place_of
        self.problems: list[Problem] = []

    def _problem(self, place: Place, code: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(place, code, message, hint))

    def subject(self, known: list[str]) -> None:
        subject = self._rule.subject
        if subject is not None and subject not in known:
            self._problem(
                self._place(("on",), None),
                "RULE_UNKNOWN_SUBJECT",
                f"no subject `{subject}`",
                did_you_mean(subject, known),
            )

    def condition(self) -> Expression | None:
        if self._rule.when is None:
            return None
        try:
            typed, faults = examine(parse(self._rule.when), self._vocabulary)
        except ExpressionError as error:
            typed, faults = None, error.faults
        self.problems.extend(fault.at(self._place(("when",), fault.span[0])) for fault in faults)
        return typed

    def chain(self) -> None:
        rule = self._rule
        bound = rule.subject if rule.when is not None else None
        given, head = rule.atoms, rule.head
        self.problems.extend(broken_at(rule, broken, self._place) for broken in broken_chain(given, head, bound))
        variables = {name for atom in given for name in atom.variables}
        if rule.when is None and rule.on and rule.subject not in variables and given and head is None:
            hint = did_you_mean(str(rule.subject), variables)
            said = f"no pattern of `given` has the variable `{rule.subject}`"
            self._problem(self._place(("on",), None), "RULE_GIVEN", said, hint)

    def room(self) -> Attribute | None:
        name = self._rule.room
        if name is None:
            return None
        kind = self._vocabulary.type_of(name)
        if kind is None:
            hint = self._vocabulary.hint(name)
            self._problem(self._place(("room",), None), "RULE_UNKNOWN_NAME", f"no attribute `{name}`", hint)
        elif kind.base != "number":
            hint = "name an attribute that counts or measures"
            self._problem(
                self._place(("room",), None), "RULE_TYPE_MISMATCH", f"`room` is a quantity, not `{kind}`", hint
            )
        return Attribute(tuple(name.split(".")), type=kind)

    # ── words ──

    def words(self, key: str, words: Words | None) -> set[str]:
        if words is None:
            return set()
        english, vietnamese = self._names(key, "en", words.en), self._names(key, "vi", words.vi)
        if english != vietnamese:
            only = ", ".join(f"`{{{name}}}`" for name in sorted(english ^ vietnamese))
            place = self._place((key, "vi"), None)
            self._problem(place, "RULE_PLACEHOLDER", f"only one language has {only}", "both say the same figures")
        return english | vietnamese

    def _names(self, key: str, language: str, text: str) -> set[str]:
        names = set()
        for name, offset in placeholders_in(text):
            if self._vocabulary.type_of(name) is not None:
                names.add(name)
            else:
                hint = self._vocabulary.hint(name) if name else "braces hold the name of an attribute: `{event.amount}`"
                said = f"no attribute `{in_short(name)}` to stand here" if name else "a brace without a name"
                self._problem(self._place((key, language), offset), "RULE_PLACEHOLDER", said, hint)
        return names

    # ── examples ──

    def examples(self) -> Iterator[Example]:
        for key, fires in (("fires", True), ("silent", False)):
            for index, values in enumerate(getattr(self._rule.examples, key)):
                at = ("examples", key, index)
                yield Example(
                    fires, tuple((name, self._value(name, values[name], (*at, name))) for name in sorted(values))
                )

    def _value(self, name: str, raw: object, path: Path) -> Value | None:
        kind = self._vocabulary.type_of(name)
        if kind is None:
            hint = self._vocabulary.hint(name)
            self._problem(self._place(path, None), "RULE_UNKNOWN_NAME", f"no attribute `{in_short(name)}`", hint)
            return None
        try:
            return None if raw is None else value_of(raw, kind)
        except ValueError as error:
            said, _, hint = f"`{name}` is a {kind}: {error}".partition("; ")
            self._problem(self._place(path, None), "RULE_EXAMPLE", said, hint or "write null where it is unknown")
            return None


def broken_at(rule: Rule, broken: Broken, place_of: PlaceOf | None = None) -> Problem:
    """A problem of a chain, at its pattern or at the conclusion of the rule."""
    where: Path = ("given", broken.index) if broken.index is not None else ("conclude",)
    if broken.code == "RULE_GIVEN" and broken.index is None:
        where = ("given",)
    place = (place_of or rule.place)(where, None)
    return Problem(place, broken.code, broken.message, broken.hint, broken.severity)
