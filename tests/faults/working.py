"""Does the workload on a ledger, says which steps were acknowledged, and goes on where one fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from faults.workload import Acknowledged, Step, steps

from aop_rules.errors import LedgerError
from aop_rules.ledger.entry import Identity
from aop_rules.ledger.ledger import Ledger


@dataclass(slots=True)
class Tally:
    """What one kind of fault came to."""

    fault: str
    injected: int = 0
    acknowledged: int = 0
    """Acknowledged steps that were looked for afterwards, over all injections."""
    told: Counter[str] = field(default_factory=Counter)
    """Codes of the errors that callers were given."""
    findings: list[str] = field(default_factory=list)

    def plain(self) -> dict[str, object]:
        """As data for JSON. A finding counts under the word before its colon."""
        findings = Counter(each.partition(":")[0] for each in self.findings)
        return {
            "fault": self.fault,
            "injected": self.injected,
            "acknowledged": self.acknowledged,
            "told": dict(sorted(self.told.items())),
            "findings": dict(sorted(findings.items())),
            "examples": self.findings[:3],
        }


@dataclass(slots=True)
class Run:
    """The workload, done once."""

    done: list[Acknowledged] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    """Steps whose call gave an error: each may be there, whole, or not."""
    told: list[str] = field(default_factory=list)
    """The errors' codes."""


class Worker:
    """Does steps. `early` acknowledges each before it is done, and whatever becomes of it: to show that this is found."""

    def __init__(
        self,
        told: Sequence[Step] | None = None,
        *,
        early: bool = False,
        note: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.steps, self.early, self.note = told or steps(), early, note
        numbers: dict[Identity, int] = {}
        self._expected = [
            [numbers.setdefault(each, len(numbers) + 1) for each in step.identities] for step in self.steps
        ]

    def do(self, ledger: Ledger, numbers: Iterable[int], run: Run) -> None:
        """Does these steps."""
        for number in numbers:
            if self.early:
                self.note(f"ack {Acknowledged(number, self._expected[number])}")
            try:
                done = Acknowledged(number, self.steps[number].do(ledger))
            except LedgerError as error:
                run.told.append(error.problems[0].code)
                done = Acknowledged(number, self._expected[number] if self.early else ())
            if len(done.sequences) < len(self.steps[number].identities):
                run.failed.append(number)  # or no name was there to erase: the step that brings it has failed
                self.note(f"fail {number}")
            else:
                run.done.append(done)
                if not self.early:
                    self.note(f"ack {done}")

    def again(self, ledger: Ledger, run: Run) -> list[str]:
        """Does what was not done yet, now that all is well; what still does not go is a finding."""
        missed = sorted({*range(len(self.steps))}.difference(each.step for each in run.done))
        run.failed = []
        self.do(ledger, missed, run)
        return [f"stuck: the same ledger does not go on: {run.told[-1]}, steps {run.failed}"] if run.failed else []

    def told(self, texts: Iterable[str]) -> tuple[list[Acknowledged], list[int]]:
        """What was noted before an end came: steps that were acknowledged, and those that may be there or not."""
        lines = [text.split(" ", 1) for text in texts]
        done = [Acknowledged.read(rest) for word, rest in lines if word == "ack"]
        tried = [int(rest) for word, rest in lines if word == "fail"]
        return done, tried + list(range(len(lines), len(self.steps)))[:1]
