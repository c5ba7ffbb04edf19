"""The plan and the rules that a decision was made with, as a ledger keeps them: enough to decide again for ever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from pydantic import ValidationError

from aop_rules.inference.chainer import EngineName
from aop_rules.inference.program import Program
from aop_rules.ledger.entry import Draft, Entry, canonical, damaged
from aop_rules.plan.load import canonical as canonical_plan
from aop_rules.plan.load import dump, plan_from
from aop_rules.plan.model import Plan
from aop_rules.rules.collection import collect
from aop_rules.rules.ruleset import Ruleset
from aop_rules.rules.vocabulary import Vocabulary, type_word


def plan_draft(plan: Plan) -> Draft:
    """A version of the plan. Another plan under the same version number is a conflict."""
    return Draft("plan", version_id(plan.version), canonical_plan(plan))


def version_id(version: int) -> str:
    return f"v{version}"


def plan_of(entry: Entry) -> Plan:
    return plan_from(entry.data())


def in_order_of(plan: Plan, other: Plan) -> Plan:
    """The plan with its entries in the order of another version: a ledger keeps them by their ids."""
    return plan_from(_ordered(dump(plan), dump(other)))


def _ordered(data: Any, like: Any) -> Any:
    if isinstance(data, dict) and isinstance(like, dict):
        keys = [*(key for key in like if key in data), *(key for key in data if key not in like)]
        return {key: _ordered(data[key], like.get(key)) for key in keys}
    return data


def rules_draft(program: Program, rulesets: Iterable[Ruleset], attributes: Vocabulary) -> Draft:
    """The rulesets besides what the plan says itself, and the attributes that the host declared.

    Its source stands for all of that: the same rules under other words, or beside other attributes, are one more entry.
    """
    said = [each.model_dump(mode="json", by_alias=True, exclude_defaults=True) for each in rulesets]
    for ruleset in said:
        for rule in ruleset.get("rules", ()):
            rule.pop("examples", None)
    body = {
        "rulesets": sorted(said, key=lambda each: str(each["ruleset"])),
        "attributes": {term.path: type_word(term.type) for term in attributes.terms},
    }
    text = canonical(body)
    return Draft("rules", program.digest, text, sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16])


def rulesets_of(entry: Entry) -> tuple[Ruleset, ...]:
    """Raises LedgerError where somebody has changed the entry into what is none."""
    try:
        return tuple(Ruleset.model_validate(each) for each in entry.data()["rulesets"])
    except (LookupError, TypeError, ValidationError):
        raise damaged(entry.sequence) from None


def attributes_of(entry: Entry) -> Vocabulary:
    """Raises LedgerError where somebody has changed the entry into what is none."""
    body = entry.data()
    declared = body.get("attributes") if isinstance(body, Mapping) else None
    if not isinstance(declared, Mapping):
        raise damaged(entry.sequence)
    return Vocabulary.of(declared)


def program_of(plan: Plan, rules: Entry, inference: EngineName) -> Program:
    """The program that these rules are for this plan."""
    return Program(collect(plan, rulesets_of(rules), extra=attributes_of(rules)), inference)
