"""A decision without the values of some fields, for people who should not see them: whatever would give them away goes too.

Sentences that rest on a masked field, or hold its value in any rendering, are replaced as a whole. Figures that it could be
worked out from go too: all of one unit that are told of the same thing (what is asked, used, left and over, of one limit).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from aop_rules.history.answers import Answer, Came
from aop_rules.history.event_words import EVENT_FIELDS
from aop_rules.history.shown import MASK
from aop_rules.history.stories import Story
from aop_rules.history.traces import Traces
from aop_rules.rules.standard import COMMON, standard_terms
from aop_rules.wording.messages import say

_KEPT = frozenset(
    {
        "code",
        "conclusion",
        "confidence",
        "course",
        "decision_id",
        "effect",
        "format",
        "hard",
        "judgement",
        "outcome",
        "plan",
    }
    | {"position_digest", "program_digest", "rule", "rules", "version"}
)
"""Keys of a decision whose values the library or the rules made: none of them tells what an event or a record said."""
_ASKED = ("limit.asked", "cash.asked", "cover.asked")
"""Facts that are the amount of the event, or a part of it."""
_SUMS = {
    "amount": _ASKED,
    "event.amount": _ASKED,
    "costs": ("event.amount", *_ASKED),
    "category": ("event.categories",),
    "tags": ("event.categories",),
}
"""Facts that are put together from a key of the event."""
_Thing = tuple[str, ...]
"""What a fact is told of: the subject of a finding, or what stands under one of the first names that every rule sees."""


def masked(said: Mapping[str, Any], fields: Collection[str], *, known: Iterable[str] = ()) -> dict[str, Any]:
    """A decision's JSON without the values of some fields; `masked` lists these, and stands at each fact that went.

    A field is a fact (`event.amount`, `spend.room`), a key of the event wherever it stands there (`amount`, `title`,
    `asked_by`, `costs`), or the beginning of such names (`spend.*`). `known` names facts besides those of the standard
    vocabulary: the KPIs and lines of a plan, what a host declared. The digest of the records goes as well: with it a guess
    could be tested. Raises ValueError for a field that nothing has.
    """
    names = _checked(said, fields, known)
    return _Masking(said, names).done() if names else dict(said)


def masked_story(story: Story, fields: Collection[str], *, known: Iterable[str] = ()) -> Story:
    """A decision with what people said of it, masked: what `decision_record` and the log take.

    Its event is for showing only: `kept.event` no longer reads one.
    """
    said = story.kept.said
    names = _checked(said, fields, known)
    if not names:
        return story
    masking = _Masking(said, names)
    return replace(
        story,
        kept=replace(story.kept, said=masking.done(), given={}),
        answers=tuple(masking.answer(each) for each in story.answers),
        came=tuple(masking.came(each) for each in story.came),
    )


def _names(field: str, path: str) -> bool:
    """Whether a field names what stands at a path (`spend.room`, `event.costs.amount`)."""
    if field.endswith(".*"):
        return path.startswith((field[:-1], f"event.{field[:-1]}"))
    scope, _, key = path.rpartition(".")
    in_event = scope == "event" or scope.startswith("event.")
    return field == path or (in_event and field in (key, path.removeprefix("event."), f"event.{key}"))


class _Masking:
    """One decision being masked. Not kept, not shared."""

    def __init__(self, said: Mapping[str, Any], names: tuple[str, ...]) -> None:
        self.said, self.names = said, names
        self.fields = (*names, *(fact for name in names for fact in _SUMS.get(name, ())))
        facts = [fact for finding in said["findings"] for fact in finding["facts"]]
        self.traces = Traces.of(
            [
                *(fact["value"] for fact in facts if self._named(fact["name"])),
                *self._of_event(said["event"], "event"),
            ]
        )
        self.told = frozenset(
            (_thing(fact["name"], finding["subject"]), fact["unit"])
            for finding in said["findings"]
            for fact in finding["facts"]
            if fact["unit"] and self._gone(fact)
        ) | {
            (("event",), term.type.unit)
            for term in standard_terms()
            if term.type.unit and term.path.startswith("event.") and self._named(term.path)
        }
        """Of which things no figure of which unit may be told."""
        self.sentences = frozenset(
            words[language]
            for each in said["findings"]
            if self._rests(each)
            for words in (each["message"], each["needs"])
            for language in (words or ())
        )
        """Those that rest on what is masked: they stand in other sentences, too."""

    def done(self) -> dict[str, Any]:
        findings = [self._finding(each) for each in self.said["findings"]]
        hidden = any(now["message"] != was["message"] for now, was in zip(findings, self.said["findings"], strict=True))
        out = {key: value if key in _KEPT else self._clean(value) for key, value in self.said.items()}
        out |= {"event": self._event(self.said["event"], "event"), "findings": findings, "position_digest": MASK}
        out["masked"] = sorted({*self.names, *self.said.get("masked", ())})
        if hidden:
            out["explanation"] = _in_both()
        if hidden or self.told:
            out["options"] = [_bare(each) for each in self.said.get("options", ())]
        decides = self._decides(findings)
        if decides and out["needed"] is not None:
            out["needed"] = {**out["needed"], "by": [_in_both()]}
        if out["fit"] is not None and (decides or any(map(self._roomless, self.said["findings"]))):
            out["fit"] = {**out["fit"], "amount": MASK}
        return out

    def answer(self, answer: Answer) -> Answer:
        return replace(answer, by=self._text(answer.by), reason=self._text(answer.reason))

    def came(self, came: Came) -> Came:
        measured = {kpi: self._text(value) for kpi, value in (came.measured or {}).items()}
        return replace(came, note=self._text(came.note), by=self._text(came.by), measured=measured)

    def _named(self, path: str) -> bool:
        return any(_names(field, path) for field in self.fields)

    # ── the event ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _of_event(self, data: Any, path: str) -> Iterator[Any]:
        """The values in an event that are named."""
        if path != "event" and self._named(path):
            yield data
        elif isinstance(data, dict):
            for key, value in data.items():
                yield from self._of_event(value, f"{path}.{key}")
        elif isinstance(data, list):
            for each in data:
                yield from self._of_event(each, path)

    def _event(self, data: Any, path: str) -> Any:
        if path != "event" and self._named(path):
            return MASK
        if isinstance(data, dict):
            return {key: self._event(value, f"{path}.{key}") for key, value in data.items()}
        if isinstance(data, list):
            return [self._event(each, path) for each in data]
        return MASK if self.traces.is_one(data) else data

    # ── findings ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _finding(self, finding: Mapping[str, Any]) -> dict[str, Any]:
        facts = [self._fact(fact, finding["subject"]) for fact in finding["facts"]]
        out = {key: value if key in _KEPT else self._clean(value) for key, value in finding.items()}
        out |= {"facts": facts, "room": None if self._roomless(finding) else finding["room"]}
        if self._rests(finding):
            out |= {"message": _in_both(), "faults": [MASK for _ in finding["faults"]]}
            out["needs"] = None if finding["needs"] is None else _in_both()
        return out

    def _rests(self, finding: Mapping[str, Any]) -> bool:
        gone = any(self._hidden(fact, finding["subject"]) for fact in finding["facts"])
        return gone or any(map(self._named, finding["missing"]))

    def _roomless(self, finding: Mapping[str, Any]) -> bool:
        """Whether its room goes: it is a figure of its subject, of whatever unit."""
        subject = _thing(finding["subject"]["kind"], finding["subject"])
        of_it = any(thing == subject for thing, _ in self.told)
        return of_it or self._rests(finding) or self.traces.is_one(finding["room"])

    def _gone(self, fact: Mapping[str, Any]) -> bool:
        return bool(fact.get("masked")) or self._named(fact["name"]) or self.traces.is_one(fact["value"])

    def _hidden(self, fact: Mapping[str, Any], subject: Mapping[str, Any]) -> bool:
        return self._gone(fact) or (_thing(fact["name"], subject), fact["unit"]) in self.told

    def _fact(self, fact: Mapping[str, Any], subject: Mapping[str, Any]) -> dict[str, Any]:
        if self._hidden(fact, subject):
            cleaned = self._clean({key: value for key, value in fact.items() if key not in ("name", "value")})
            return {"name": fact["name"], "value": None, **cleaned, "masked": True}
        return {key: value if key in ("name", "value") else self._clean(value) for key, value in fact.items()}

    def _decides(self, findings: Iterable[Mapping[str, Any]]) -> bool:
        """Whether something that decided rests on what is masked."""
        deciding = [(each["rule"], self._clean(each["subject"])) for each in self.said["deciding"]]
        return any(each["message"] == _in_both() and (each["rule"], each["subject"]) in deciding for each in findings)

    # ── everything else ─────────────────────────────────────────────────────────────────────────────────────────────

    def _clean(self, data: Any) -> Any:
        """Data without what gives a value away; a sentence goes in both languages."""
        if isinstance(data, dict):
            if data.keys() == {"en", "vi"}:
                return _in_both() if any(map(self._tells, data.values())) else data
            return {key: value if key in _KEPT else self._clean(value) for key, value in data.items()}
        if isinstance(data, list):
            return [self._clean(each) for each in data]
        return MASK if isinstance(data, str) and self.traces.told_by(data) else self._number(data)

    def _tells(self, sentence: str) -> bool:
        return self.traces.told_by(sentence) or any(each in sentence for each in self.sentences)

    def _number(self, data: Any) -> Any:
        return MASK if isinstance(data, int) and not isinstance(data, bool) and self.traces.is_one(data) else data

    def _text(self, text: str) -> str:
        return MASK if self._tells(text) else text


def _thing(name: str, subject: Mapping[str, Any]) -> _Thing:
    """What a fact of a finding is told of. A name like `lines.ads.used` holds it, after the first dot."""
    first, *rest = name.split(".")
    if first == subject["kind"] and first not in COMMON:
        return first, str(subject["id"])
    return (first, *rest[:1]) if first in ("kpis", "lines") else (first,)


_OPEN = frozenset(
    {"id", "kind", "recommended", "enough", "reversible", "approval", "dependents", "flags", "dominated_by", "goal"}
    | {"kpi", "unit", "compared"}
)
"""Keys of a way to adjust that hold no figure."""


def _bare(data: Any) -> Any:
    """A way to adjust without figures: each follows from what was asked, or is told beside what does."""
    if isinstance(data, dict):
        if data.keys() == {"en", "vi"}:
            return _in_both()
        return {key: value if key in _OPEN else _bare(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_bare(each) for each in data]
    return data if data is None else MASK


def _in_both() -> dict[str, str]:
    return {"en": say("masked.sentence", "en"), "vi": say("masked.sentence", "vi")}


def _checked(said: Mapping[str, Any], fields: Collection[str], known: Iterable[str]) -> tuple[str, ...]:
    """The fields, each of which there is. Raises ValueError naming the closest one."""
    facts = {fact["name"] for finding in said["findings"] for fact in finding["facts"]}
    facts |= {term.path for term in standard_terms()} | set(known)
    keys = {*EVENT_FIELDS, *said["event"].get("attributes", {})}
    there = facts | keys | {f"event.{key}" for key in keys}
    for field in fields:
        starts = field.endswith(".*") and any(
            name.startswith((field[:-1], f"event.{field[:-1]}")) for name in (*there, *_paths(said["event"], "event"))
        )
        if not starts and field not in there and field not in _inside(said["event"]):
            close = get_close_matches(field, sorted(there), n=1, cutoff=0.6)
            listed = "`aop vocabulary` lists the facts, `aop schema event` the keys"
            hint = f"did you mean `{close[0]}`?" if close else listed
            raise ValueError(f"no fact or key of an event is called `{field}`: {hint}")
    return tuple(dict.fromkeys(fields))


def _paths(data: Any, path: str) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield f"{path}.{key}"
            yield from _paths(value, f"{path}.{key}")
    elif isinstance(data, list):
        for each in data:
            yield from _paths(each, path)


def _inside(event: Mapping[str, Any]) -> set[str]:
    """Keys by their way through the event: `costs.amount`."""
    return {path.removeprefix("event.") for path in _paths(event, "event")}
