"""Random conditions, records, chain rules and facts, from a seed: what the campaign and the tests feed both engines."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

from aop_rules.inference.chain import ChainRule, Fact, Pattern
from aop_rules.inference.record import Unknown
from aop_rules.rules.syntax import (
    BOOLEAN,
    DATE,
    DAYS,
    INTEGER,
    MONEY,
    NUMBER,
    RATIO,
    TEXT,
    TEXTS,
    All,
    Any,
    Arithmetic,
    Attribute,
    Call,
    Compare,
    Expression,
    In,
    Literal,
    Negate,
    Not,
    SetOf,
    Type,
)

NUMBERS = [
    Attribute(("event", "amount"), type=MONEY),
    Attribute(("event", "count"), type=INTEGER),
    Attribute(("budget", "cap"), type=MONEY),
    Attribute(("budget", "used"), type=RATIO),
    Attribute(("kpi", "now", "value"), type=NUMBER),
    Attribute(("lead",), type=DAYS),
]
TEXT_ATTRIBUTES = [Attribute(("event", "kind"), type=TEXT), Attribute(("region",), type=TEXT)]
TEXTS_ATTRIBUTES = [Attribute(("event", "tags"), type=TEXTS), Attribute(("plan", "goals"), type=TEXTS)]
BOOLEANS = [Attribute(("event", "approved"), type=BOOLEAN), Attribute(("open",), type=BOOLEAN)]
DATES = [Attribute(("event", "date"), type=DATE), Attribute(("plan", "start"), type=DATE)]
ATTRIBUTES = [*NUMBERS, *TEXT_ATTRIBUTES, *TEXTS_ATTRIBUTES, *BOOLEANS, *DATES]
WORDS = ["A", "B", "C", "Ấ"]
DAY = date(2026, 1, 1)
ORDERED = ["==", "!=", "<", "<=", ">", ">="]


class Cases:
    """Everything random, from one seed."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)

    # ── conditions ──

    def conditions(self, count: int) -> list[tuple[str, Expression]]:
        return [(f"r{index}", self.condition(self.rng.randrange(4))) for index in range(count)]

    def condition(self, depth: int) -> Expression:
        rng = self.rng
        if depth and rng.random() < 0.7:
            which = rng.randrange(5)
            if which == 0:
                return Not(self.condition(depth - 1))
            kind, other = (All, Any) if which < 4 else (Any, All)
            operands: list[Expression] = []
            for _ in range(rng.randrange(2, 4)):
                operand = self.condition(depth - 1)
                operands += operand.operands if isinstance(operand, kind) else (operand,)
            assert other
            return kind(tuple(operands))
        return self.atom(depth)

    def atom(self, depth: int) -> Expression:
        rng = self.rng
        match rng.randrange(14):
            case 0:
                return rng.choice(BOOLEANS)
            case 1:
                return Compare(rng.choice(["==", "!="]), self.text(), self.text())
            case 2:
                return In(self.text(), self.texts(), rng.random() < 0.4)
            case 3:
                return Compare(rng.choice(ORDERED), self.day(), self.day())
            case 4:
                return Call("known", (rng.choice([*ATTRIBUTES, self.number(1)]),))
            case 5:
                return Call("overlaps", (self.texts(), self.texts()))
            case 6:
                return Compare(rng.choice(["==", "!="]), self.texts(), self.texts())
            case 7:
                left = self.condition(depth - 1) if depth else rng.choice(BOOLEANS)
                return Compare(rng.choice(["==", "!="]), left, rng.choice([*BOOLEANS, Literal(True)]))
            case 8 | 9 | 10:
                sides = [rng.choice(NUMBERS), self.literal()]
                rng.shuffle(sides)
                return Compare(rng.choice(ORDERED), sides[0], sides[1])
            case _:
                return Compare(rng.choice(ORDERED), self.number(2), self.number(1))

    def number(self, depth: int) -> Expression:
        rng = self.rng
        if not depth or rng.random() < 0.3:
            return rng.choice([rng.choice(NUMBERS), rng.choice(NUMBERS), self.literal()])
        match rng.randrange(10):
            case 0:
                return Negate(self.number(depth - 1))
            case 1:
                return Call(rng.choice(["min", "max"]), (self.number(depth - 1), self.number(depth - 1)))
            case 2:
                return Call("abs", (self.number(depth - 1),))
            case 3:
                return Call("size", (rng.choice(TEXTS_ATTRIBUTES),))
            case 4:
                return Arithmetic("-", self.day(), self.day())
            case _:
                return Arithmetic(rng.choice(["+", "-", "*", "/"]), self.number(depth - 1), self.number(depth - 1))

    def literal(self) -> Literal:
        rng = self.rng
        return Literal(
            rng.choice([rng.randrange(-3, 6), rng.randrange(6), Fraction(rng.randrange(-6, 20), 4), Fraction(1, 3)])
        )

    def text(self) -> Expression:
        return self.rng.choice([*TEXT_ATTRIBUTES, Literal(self.rng.choice(WORDS))])

    def texts(self) -> Expression:
        return self.rng.choice([*TEXTS_ATTRIBUTES, SetOf(tuple(self.rng.sample(WORDS, self.rng.randrange(1, 4))))])

    def day(self) -> Expression:
        rng = self.rng
        day: Expression = rng.choice([*DATES, Literal(DAY + timedelta(days=rng.randrange(4)))])
        if rng.random() < 0.15:
            return Arithmetic(rng.choice(["+", "-"]), day, rng.choice([Literal(2), Attribute(("lead",), type=DAYS)]))
        if rng.random() < 0.1:
            return Call(rng.choice(["min", "max"]), (day, rng.choice(DATES)))
        return day

    # ── records ──

    def record(self) -> dict[str, object]:
        """Nested, partly missing and partly of the wrong kind: whole in about a third of all records."""
        rng, record = self.rng, dict[str, object]()
        spoiled = rng.choice([0.0, 0.05, 0.3])
        for attribute in ATTRIBUTES:
            if rng.random() < spoiled:
                self.spoil(record, attribute.path)
            else:
                assert attribute.type is not None
                _put(record, attribute.path, self.value(attribute.type))
        return record

    def value(self, kind: Type) -> object:
        rng = self.rng
        match kind.base:
            case "boolean":
                return rng.random() < 0.5
            case "text":
                return rng.choice(WORDS)
            case "date":
                return DAY + timedelta(days=rng.randrange(4))
            case "texts":
                return rng.choice([set, frozenset, list, tuple])(rng.sample(WORDS, rng.randrange(4)))
        whole = rng.choice([0, rng.randrange(-3, 6), rng.randrange(6), rng.randrange(6), 10**30])
        if kind.integral:
            return rng.choice([whole, whole, Decimal(whole), Fraction(whole)])
        part = Fraction(rng.randrange(-6, 20), 4)
        return rng.choice(
            [whole, whole, Decimal(part.numerator) / part.denominator, part, Fraction(1, 3), Decimal("1e-30")]
        )

    def spoil(self, record: dict[str, object], path: tuple[str, ...]) -> None:
        rng = self.rng
        wrong = [
            None,
            Unknown("late"),
            1.5,
            True,
            "x",
            2,
            Decimal("NaN"),
            Decimal("1e999999"),
            {},
            [1],
            object,
            float("nan"),
        ]
        if rng.random() < 0.4:
            return
        _put(record, path[: rng.choice([len(path), len(path), 1])], rng.choice(wrong))

    # ── chaining ──

    def rules(self, count: int, conclusions: int = 8, relations: int = 3) -> list[ChainRule]:
        return [self.rule(code, conclusions, relations) for code in range(count)]

    def rule(self, code: int, conclusions: int, relations: int) -> ChainRule:
        """A body of one to four patterns, each after the first sharing one variable; now and then a link as head."""
        rng = self.rng
        body: list[Pattern] = []
        bound: list[int] = []
        for _ in range(rng.choice([1, 1, 2, 2, 2, 3, 4])):
            shared = rng.choice(bound) if bound else 0
            if rng.random() < 0.5:
                body.append(Pattern(rng.randrange(conclusions), (shared,)))
                bound.append(shared)
                continue
            fresh = max(bound, default=0) + 1
            places = [shared, fresh]
            rng.shuffle(places)
            body.append(Pattern(100 + rng.randrange(relations), (places[0], places[1])))
            bound += places
        names = sorted(set(bound))
        if len(names) > 1 and rng.random() < 0.1:
            first, second = rng.sample(names, 2)
            return ChainRule(code, tuple(body), Pattern(100 + rng.randrange(relations), (first, second)))
        return ChainRule(code, tuple(body), Pattern(rng.randrange(conclusions), (rng.choice(names),)))

    def facts(self, count: int, conclusions: int = 8, subjects: int = 6) -> list[Fact]:
        rng = self.rng
        return [(rng.randrange(conclusions), rng.randrange(subjects)) for _ in range(count)]

    def links(self, count: int, relations: int = 3, subjects: int = 6) -> list[Fact]:
        rng = self.rng
        return [
            (100 + rng.randrange(relations), rng.randrange(subjects), rng.randrange(subjects)) for _ in range(count)
        ]


def _put(record: dict[str, object], path: tuple[str, ...], value: object) -> None:
    for key in path[:-1]:
        branch = record.setdefault(key, {})
        if not isinstance(branch, dict):
            return
        record = branch
    record[path[-1]] = value
