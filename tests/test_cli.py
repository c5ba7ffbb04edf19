"""The command `aop`: what it prints and where, and exit codes that mean one thing each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aop_rules.cli import main
from aop_rules.errors import EngineError
from aop_rules.inference.chainer import Chainer
from strategies import BABYCARE, ROOT

PLAN = str(BABYCARE / "plan.yaml")
CASES = BABYCARE / "cases"
STORE, ONLINE = str(CASES / "d01_new_store.yaml"), str(CASES / "d21_serves_priority_one.yaml")
HISTORY = ("--history", str(BABYCARE / "history" / "2026_jan_may.jsonl"))


def aop(*words: str, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, list(words), input=given)


def problems(result: Result) -> list[str]:
    """The lines on standard error, each of which is a problem with its place."""
    lines = result.stderr.splitlines()
    assert all(len(line.split(": ")) >= 3 for line in lines), lines
    return lines


def written(folder: Path, name: str, text: str | bytes) -> str:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(file)


# ── decide ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_decide_says_keep_or_adjust_and_why() -> None:
    result = aop("decide", PLAN, STORE, *HISTORY)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("GIỮ HƯỚNG – từ chối"), "in the plan's language"
    assert "plan.not_this_year.new_store" in result.stdout


def test_several_events_give_several_decisions_in_their_order() -> None:
    result = aop("decide", PLAN, STORE, ONLINE, *HISTORY, "--lang", "en", "--detail", "short")
    first, second = result.stdout.strip().split("\n\n")
    assert first.startswith("KEEP COURSE – decline") and second.startswith("KEEP COURSE – accept")


def test_json_is_one_object_a_line() -> None:
    result = aop("decide", PLAN, STORE, ONLINE, *HISTORY, "--json")
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert [each["outcome"] for each in told] == ["DECLINE", "ACCEPT"]
    assert aop("decide", PLAN, STORE, ONLINE, *HISTORY, "--json").stdout == result.stdout


def test_a_dash_reads_standard_input() -> None:
    given = Path(STORE).read_bytes()
    assert aop("decide", PLAN, "-", *HISTORY, given=given).stdout == aop("decide", PLAN, STORE, *HISTORY).stdout
    several = "\n".join(
        json.dumps({"event_id": f"e{n}", "kind": "proposal", "effective_date": "2026-06-10", "category": "online"})
        for n in range(3)
    )
    assert len(aop("decide", PLAN, "-", "--json", given=several).stdout.splitlines()) == 3


@pytest.mark.parametrize("detail", ["short", "standard", "full"])
def test_detail_and_language(detail: str) -> None:
    en, vi = (aop("decide", PLAN, STORE, *HISTORY, "--lang", lang, "--detail", detail).stdout for lang in ("en", "vi"))
    assert en.startswith("KEEP COURSE") and vi.startswith("GIỮ HƯỚNG")
    lines = {"short": 1, "standard": 5, "full": 30}
    assert len(en.strip().splitlines()) >= lines[detail] and (detail != "short" or en.count("\n") == 1)


def test_as_of_says_what_was_known() -> None:
    def told(*words: str) -> dict[str, str]:
        found: dict[str, str] = json.loads(aop("decide", PLAN, ONLINE, *HISTORY, "--json", *words).stdout)
        return found

    assert told("--as-of", "2026-03-31")["as_of"] == "2026-03-31T23:59:59.999999+00:00"
    assert told("--as-of", "2026-03-31")["position_digest"] != told()["position_digest"]


def test_rules_of_the_business_count(tmp_path: Path) -> None:
    own = "ruleset: own\nrules:\n  - {id: never, when: true, effect: FORBID, hard: true, because: not today}\n"
    result = aop("decide", PLAN, ONLINE, *HISTORY, "--rules", written(tmp_path, "own.yaml", own), "--lang", "en")
    assert result.stdout.startswith("KEEP COURSE – decline (no approval lifts this)")


# ── bad input: 1 ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_problem_of_an_event_is_told_at_once_on_standard_error(tmp_path: Path) -> None:
    event = "event_id: e\nkind: proposal\neffective_date: 2026-06-10\ncost: []\nhires: many\n"
    result = aop("decide", PLAN, written(tmp_path, "e.yaml", event))
    assert (result.exit_code, result.stdout) == (1, "")
    assert [line.split(": ")[1] for line in problems(result)] == ["EVENT_UNKNOWN_KEY", "EVENT_WRONG_TYPE"]
    assert problems(result)[0].startswith(f"{tmp_path / 'e.yaml'}:4:1: ")


def test_every_unknown_id_is_told_at_once() -> None:
    event = '{"event_id": "e", "kind": "proposal", "effective_date": "2026-06-10", "links": {"goals": ["online_shar"], "kpis": ["x"]}}'
    result = aop("decide", PLAN, "-", given=event)
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(problems(result)) == 2 and "did you mean `online_share`?" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("decide", PLAN, "none.yaml"),
        ("decide", "none.yaml", STORE),
        ("decide", PLAN, STORE, "--history", "none.jsonl"),
        ("decide", PLAN, STORE, "--rules", "none.yaml"),
        ("graph", "none.yaml"),
        ("rules", "none.yaml"),
        ("vocabulary", "none.yaml"),
    ],
)
def test_a_file_that_is_not_there_is_one_clear_problem(words: tuple[str, ...]) -> None:
    result = aop(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = problems(result)
    assert line.startswith("none."), line


def test_a_broken_history_decides_nothing(tmp_path: Path) -> None:
    history = '{"event_id": "a", "kind": "kpi_observation"}\nno json\n{"event_id": "b"}\n'
    result = aop("decide", PLAN, STORE, "--history", written(tmp_path, "h.jsonl", history))
    assert (result.exit_code, result.stdout) == (1, "")
    assert {line.split(":")[1] for line in problems(result)} == {"1", "2", "3"}


def test_the_same_id_with_other_content_is_told(tmp_path: Path) -> None:
    line = '{"event_id": "a", "kind": "actual", "effective_date": "2026-02-01", "line": "purchasing", "amount": %d}'
    files = [written(tmp_path, f"{n}.jsonl", line % n) for n in (1, 2)]
    result = aop("decide", PLAN, STORE, "--history", files[0], "--history", files[1])
    assert result.exit_code == 1 and "EVENT_CONFLICT" in result.stderr


# ── hostile input: 1, and quickly ───────────────────────────────────────────────────────────────────────────────────


def _bomb() -> str:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    return "\n".join(rows)


HOSTILE = {
    "fifty megabytes": b"#" * 50_000_000,
    "invalid utf-8": b"aop: 1\nid: \xff\xfe\n",
    "an alias bomb": _bomb(),
    "nested brackets": "aop: " + "[" * 100_000,
    "nested brackets closed": "[" * 100_000 + "]" * 100_000,
    "a duplicate key": "aop: 1\naop: 1\n",
    "a tag": "aop: !!python/object/apply:os.system [true]\n",
    "nothing": "",
    "control characters": "aop: \x00\x01",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_hostile_files_are_one_clear_error(tmp_path: Path, name: str, suffix: str) -> None:
    file = written(tmp_path, f"plan.{suffix}", HOSTILE[name])
    checked = aop("check", file)
    assert checked.exit_code == 1
    told = [line for line in (checked.stdout + checked.stderr).splitlines() if line.startswith(f"{file}:")]
    assert 1 <= len(told) <= 12, told[:20]
    assert "Traceback" not in checked.output and len(checked.output) < 5_000
    decided = aop("decide", PLAN, file)
    assert decided.exit_code == 1 and decided.stdout == "" and problems(decided)


# ── wrong usage: 2 ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "words",
    [
        ("decide",),
        ("decide", PLAN),
        ("decide", PLAN, STORE, "--lang", "fr"),
        ("decide", PLAN, STORE, "--detail", "long"),
        ("decide", PLAN, STORE, "--as-of", "soon"),
        ("decide", PLAN, STORE, "--histori", "x"),
        ("decied", PLAN),
        ("schema", "cat"),
        ("graph", PLAN, "--format", "png"),
    ],
)
def test_wrong_usage(words: tuple[str, ...]) -> None:
    result = aop(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr


# ── a fault of the engine: 3 ────────────────────────────────────────────────────────────────────────────────────────


def test_a_fault_of_the_engine_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise EngineError("durable-rules answered 7 to a fact")

    monkeypatch.setattr(Chainer, "infer", fails)
    history = ("--history", str(BABYCARE / "history" / "on_track_jan_apr.jsonl"))
    result = aop("decide", PLAN, str(CASES / "d13_first_slow_month.yaml"), *HISTORY, *history[:0])
    assert (result.exit_code, result.stdout) == (3, "")
    assert "durable-rules answered 7" in result.stderr and "Traceback" not in result.stderr


def test_words_of_an_event_do_nothing_to_a_terminal() -> None:
    steering = '{"kind": "proposal", "event_id": "t", "effective_date": "2026-06-10", "title": "a\\u001b[2Jb"}'
    assert "aU+001B[2Jb" in aop("decide", PLAN, "-", given=steering).stdout


def test_a_fault_that_nobody_thought_of_is_one_of_the_engine_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Chainer, "infer", fails)
    result = aop("decide", PLAN, str(CASES / "d13_first_slow_month.yaml"), *HISTORY)
    assert (result.exit_code, result.stdout) == (3, "")
    assert "ZeroDivisionError" in result.stderr and "a fault of aop_rules itself" in result.stderr


# ── the other commands ──────────────────────────────────────────────────────────────────────────────────────────────


def test_check_says_what_the_plan_can_decide() -> None:
    result = aop("check", PLAN, "--lang", "en")
    assert result.exit_code == 0
    assert "BabyCare House 2026" in result.stdout and "✓" in result.stdout


def test_check_finds_every_problem_with_its_place(tmp_path: Path) -> None:
    text = (
        Path(PLAN)
        .read_text(encoding="utf-8")
        .replace("currency: VND", "currency: VNĐ")
        .replace("kpi: gross_margin", "kpi: gross_margn")
    )
    file = written(tmp_path, "plan.yaml", text)
    result = aop("check", file)
    assert result.exit_code == 1
    assert "8:11: PLAN_WRONG_VALUE: `VNĐ`" in result.stdout and "did you mean `gross_margin`?" in result.stdout
    told = json.loads(aop("check", file, "--json").stdout)
    assert told["loaded"] is False
    assert {"file", "line", "column", "code", "severity", "message", "hint"} == told["problems"][0].keys()


def test_check_is_strict_when_asked(tmp_path: Path) -> None:
    plan = "aop: 1\nid: a\nname: A\ncurrency: VND\nyear: {starts: 2026-01-01}\nbudget: {lines: {ads: {name: Ads, amount: 1200}}}\n"
    file = written(tmp_path, "plan.yaml", plan)
    assert aop("check", file).exit_code == 0
    assert aop("check", file, "--strict").exit_code == 1


def test_graph_rules_and_vocabulary_speak_of_the_plan() -> None:
    assert aop("graph", PLAN).stdout.startswith(("flowchart", "graph"))
    assert aop("graph", PLAN, "--format", "dot").stdout.startswith("digraph")
    assert json.loads(aop("graph", PLAN, "--format", "json").stdout)
    assert "plan.not_this_year.new_store" in aop("rules", PLAN).stdout
    rules = json.loads(aop("rules", PLAN, "--json").stdout)["rules"]
    assert len(rules) == len({rule["id"] for rule in rules}) > 50
    assert "kpis.gross_margin.value" in aop("vocabulary", PLAN).stdout
    assert "event.amount" in aop("vocabulary").stdout
    assert {"name", "type", "doc"} == json.loads(aop("vocabulary", "--json").stdout)[0].keys()


@pytest.mark.parametrize("what", ["plan", "event", "ruleset", "decision"])
def test_schemas_are_json_schema(what: str) -> None:
    assert json.loads(aop("schema", what).stdout)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_help_names_the_exit_codes() -> None:
    said = " ".join(aop("--help").stdout.split())
    assert "0 done, 1 problems in the input, 2 wrong usage, 3 a fault of the engine" in said
    assert aop("-h").stdout == aop("--help").stdout


# ── for real ────────────────────────────────────────────────────────────────────────────────────────────────────────


def run(words: Iterable[str], given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-c", "from aop_rules.cli import main; main()", *words]
    return subprocess.run(
        command, input=given, capture_output=True, env={**os.environ, "PYTHONPATH": path, "LC_ALL": "C"}, check=False
    )


def test_a_real_process_reads_a_pipe_and_writes_utf_8() -> None:
    done = run(["decide", PLAN, "-", *HISTORY], Path(STORE).read_bytes())
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("utf-8").startswith("GIỮ HƯỚNG – từ chối")


def test_a_real_process_survives_nested_brackets(tmp_path: Path) -> None:
    done = run(["check", written(tmp_path, "plan.yaml", "[" * 200_000)])
    assert done.returncode == 1
    assert b"SOURCE_TOO_DEEP" in done.stdout + done.stderr or b"deep" in done.stdout + done.stderr


def test_a_real_process_ends_with_2_on_wrong_usage() -> None:
    assert run(["decide"]).returncode == 2
