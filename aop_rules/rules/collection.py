"""All rules that hold for one plan, checked together: the standard ones, the plan's own, and those the host brings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from aop_rules.errors import Place, Problem, RuleError, did_you_mean
from aop_rules.limits import RULES_MAX
from aop_rules.plan.draft import Draft
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Record
from aop_rules.rules.checked import CheckedRule, broken_at, check_rule
from aop_rules.rules.effect import Effect
from aop_rules.rules.from_plan import plan_rules, triggers
from aop_rules.rules.given import Signatures, signatures
from aop_rules.rules.rule import Rule
from aop_rules.rules.ruleset import Ruleset, load_ruleset, scan_rules, scan_ruleset, syntax_problems
from aop_rules.rules.standard import PREDICATES, RELATIONS, REQUESTS, SUBJECTS, seen_by, vocabulary_of
from aop_rules.rules.vocabulary import Vocabulary
from aop_rules.source.plain import Located, PlainData
from aop_rules.source.read import read
from aop_rules.source.validate import capped


@dataclass(frozen=True, slots=True)
class Collected:
    """One rule of the collection, under the id that is unique in it: `ruleset.rule`, or `plan.…` for what the plan says."""

    id: str
    checked: CheckedRule

    @property
    def rule(self) -> Rule:
        return self.checked.rule


@dataclass(frozen=True, slots=True)
class Collection:
    """The rules of one plan, sorted by id, so that no order of files or rules matters."""

    rules: tuple[Collected, ...]
    signatures: Signatures
    vocabulary: Vocabulary
    warnings: tuple[Problem, ...] = ()


def standard_rulesets() -> tuple[Ruleset, ...]:
    """The rulesets that come with the library, sorted by id."""
    folder = _standard_folder()
    return tuple(load_ruleset(path) for path in sorted(folder.glob("*.yaml")))


def _standard_folder() -> Path:
    """Inside the package when installed; beside it, where a business owner looks, in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "rulesets"
    return inside if inside.is_dir() else package.parent / "rulesets"


def read_rulesets(paths: Iterable[Path | str]) -> tuple[Ruleset, ...]:
    """Rulesets from files. Raises RuleError with the problems of all of them."""
    found, problems = [], []
    for path in paths:
        try:
            ruleset, wrong = scan_ruleset(read(path, error=RuleError, recover=True))
        except RuleError as error:
            ruleset, wrong = None, list(error.problems)
        problems += wrong
        if ruleset is not None:
            found.append(ruleset)
    if problems:
        raise RuleError([*problems, *(p for ruleset in found for rule in ruleset.rules for p in syntax_problems(rule))])
    return tuple(found)


def collect(
    plan: Plan, rulesets: Iterable[Ruleset], *, extra: Vocabulary | None = None, document: Located | None = None
) -> Collection:
    """Every rule for a plan, checked against its vocabulary. `document` is the plan's, for places of problems.

    Raises RuleError with every problem of every rule.
    """
    vocabulary = vocabulary_of(plan, extra)
    problems: list[Problem] = []
    named: dict[str, Rule] = {}
    for name, rule in _named(plan, rulesets, document, problems):
        same = named.get(name)
        if same is None:
            named[name] = rule
        elif same != rule:
            hint = "give one of them another id"
            problems.append(
                Problem(rule.place(("id",)), "RULE_DUPLICATE_ID", f"two different rules are `{name}`", hint)
            )
    checked: list[Collected] = []
    warnings: list[Problem] = []
    if len(named) > RULES_MAX:
        many = f"{len(named)} rules; at most {RULES_MAX} can be in force at once"
        raise RuleError([Problem(Place("<rules>"), "RULE_TOO_MANY", many, "leave rulesets out, or join rules")])
    checking = _Checking(plan, vocabulary)
    for name, rule in sorted(named.items()):
        found, said = checking.check(rule)
        said = tuple(_at_plan(problem, rule, document) for problem in said)
        problems += [problem for problem in said if problem.severity == "error"]
        warnings += [problem for problem in said if problem.severity != "error"]
        if found is not None:
            checked.append(Collected(name, found))
    signs = _signed(checked, problems, warnings, complete=len(checked) == len(named))
    if problems:
        raise RuleError(capped(problems, "RULE"))
    return Collection(tuple(checked), signs, vocabulary, tuple(sorted(warnings)))


def own_problems(draft: Draft) -> tuple[Problem, ...]:
    """What is wrong with the rules and triggers that stand in a plan file whose other parts are wrong too.

    Said only where it is sure: a name may be unknown just because what it names could not be read.
    """
    if draft.plan is None:
        return ()
    try:
        vocabulary = vocabulary_of(draft.plan)
    except RuleError:  # an attribute of no known type, which is said where it stands
        vocabulary = vocabulary_of(draft.plan.model_copy(update={"attributes": Record()}))
    raw = draft.raw.get("rules")
    own, problems = scan_rules(raw if isinstance(raw, list) else (), draft.document, ("rules",))  # type: ignore[arg-type]
    checking = _Checking(draft.plan, vocabulary)
    for rule in (*own, *triggers(draft.plan)):
        _, said = checking.check(rule)
        problems += [_at_plan(problem, rule, draft.document) for problem in said]
    return tuple(problem for problem in problems if _sure(problem, draft))


def _sure(problem: Problem, draft: Draft) -> bool:
    """Whether a problem of a rule would stand once the rest of the plan is mended."""
    gone = {step for path in draft.set_aside for step in path if isinstance(step, str)}
    if problem.code == "RULE_UNIT_MISMATCH":
        return not gone & {"unit", "kind", "attributes"}
    if problem.code in ("RULE_UNKNOWN_NAME", "RULE_UNKNOWN_ID", "RULE_PLACEHOLDER"):
        named = {part for quoted in problem.message.split("`")[1::2] for part in quoted.split(".")}
        lost = {path[0] for path in draft.set_aside if len(path) == 1}
        declared = draft.raw.get("attributes")
        unread = gone | (set(declared) if isinstance(declared, Mapping) else set())
        return not named & unread and ("event" in named or not lost & _NAMED_IN_RULES)
    return True


_NAMED_IN_RULES = {"kpis", "budget", "resources", "risks", "initiatives", "goals"}


def _named(
    plan: Plan, rulesets: Iterable[Ruleset], document: Located | None, problems: list[Problem]
) -> Iterator[tuple[str, Rule]]:
    for ruleset in rulesets:
        for rule in ruleset.rules:
            yield f"{ruleset.ruleset}.{rule.id}", rule
    for rule in plan_rules(plan):
        yield rule.id, rule
    raw = [record.plain() for record in plan.rules if isinstance(record, Record)]
    where = document if document is not None else PlainData({"rules": raw})
    own, wrong = scan_rules(raw, where, ("rules",))  # type: ignore[arg-type]
    problems += wrong
    for rule in own:
        yield f"plan.rules.{rule.id}", rule


class _Checking:
    """Checks rules against one plan; what rules on one kind of thing see is worked out once."""

    def __init__(self, plan: Plan, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._kpis = plan.kpis
        self._seen: dict[tuple[str, str], Vocabulary] = {}
        self._kinds = frozenset(subject.kind for subject in SUBJECTS)
        self._tables: Mapping[str, Mapping[str, object]] = {
            "kpi": plan.kpis,
            "effect": plan.kpis,
            "line": plan.budget.lines,
            "spend": plan.budget.lines,
            "limit": plan.budget.lines,
            "role": plan.resources.roles,
            "need": plan.resources.roles,
            "risk": plan.risks,
            "goal": plan.goals,
            "initiative": plan.initiatives,
            "prerequisite": plan.initiatives,
            "cover": plan.policies.stock_cover,
        }

    def check(self, rule: Rule) -> tuple[CheckedRule | None, tuple[Problem, ...]]:
        kind, one = rule.subject or rule.focus or "event", rule.subject_id
        known = self._tables.get(kind, {})
        if one is not None and kind in self._kinds and one not in known:
            said, hint = f"the plan has no {kind} `{one}`", did_you_mean(one, known)
            return None, (Problem(rule.place(("on",)), "RULE_UNKNOWN_ID", said, hint),)
        idle = _idle(rule, kind)
        if idle:
            return None, (Problem(rule.place(("events",) if rule.events else ("effect",)), "RULE_NO_EFFECT", *idle),)
        key = (kind, one if one is not None and kind in ("kpi", "effect") else "")
        if key not in self._seen:
            self._seen[key] = seen_by(self._vocabulary, kind, self._kpis.get(key[1]))
        return check_rule(rule, self._seen[key], subjects=self._kinds if rule.on is not None else None)


def _idle(rule: Rule, kind: str) -> tuple[str, str] | None:
    """Why a rule could never do anything, and the way out; None for one that can."""
    family = next((subject.family for subject in SUBJECTS if subject.kind == kind), "any")
    # True: asked for what wants a yes, False: for situations; empty where it depends on what comes in.
    asks = {event in REQUESTS for event in rule.events} or ({family == "proposal"} if family != "any" else set())
    if rule.events and family != "any" and asks.isdisjoint({family == "proposal"}):
        kinds = "proposals and spend requests" if family == "proposal" else "situations"
        return f"rules on `{kind}` are only asked for {kinds}", "write `on: event`, and reach the others by their path"
    if rule.effect is None or rule.effect in _BOTH or not asks:
        return None
    if rule.effect.is_situation and asks == {True}:
        return (
            f"{rule.effect} has no force for what asks for a yes",
            "write FORBID, DEFER, CONDITION or REQUIRE_APPROVAL",
        )
    if not rule.effect.is_situation and asks == {False}:
        return (
            f"{rule.effect} has no force for a situation",
            "write WATCH, INVESTIGATE, ADJUST_ACTIONS or REQUIRE_APPROVAL",
        )
    return None


_BOTH = (Effect.NEED_DATA, Effect.REQUIRE_APPROVAL, Effect.INFORM)


def _at_plan(problem: Problem, rule: Rule, document: Located | None) -> Problem:
    """A problem of a condition that stands in the plan itself (a risk's trigger), at its place there."""
    if document is None or not rule.id.startswith("plan.risks.") or not problem.place.file.startswith("<rule "):
        return problem
    _, _, risk, key = rule.id.split(".")
    path = ("risks", risk, key)
    place: Place = (
        document.text_place(path, problem.place.column - 1) if hasattr(document, "text_place") else document.place(path)
    )
    return Problem(place, problem.code, problem.message, problem.hint, problem.severity)


def _signed(
    checked: list[Collected], problems: list[Problem], warnings: list[Problem], *, complete: bool
) -> Signatures:
    """The kinds of all conclusions. Said only where all rules could be read: what is missing may be what concludes."""
    chains = [each.checked.chain(each.id) for each in checked]
    signs, broken = signatures(chains, RELATIONS, {name: kind for name, (kind, _) in PREDICATES.items()})
    rules = {each.id: each.rule for each in checked}
    if complete:
        for name in sorted(broken):
            for each in broken[name]:
                problem = broken_at(rules[name], each)
                (problems if problem.severity == "error" else warnings).append(problem)
    return signs
