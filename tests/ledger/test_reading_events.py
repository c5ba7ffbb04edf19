"""Events come from files of several shapes; what is wrong in them is told all at once, at its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aop_rules.errors import EventError
from aop_rules.ledger import lines
from aop_rules.ledger.reading import events_from, read_event_file, read_events

RISK = {"kind": "new_risk", "event_id": "r1", "effective_date": "2026-05-01"}
LINE = json.dumps(RISK)
CLOUD = {
    "specversion": "1.0",
    "id": "r1",
    "source": "/",
    "type": "vn.example.new_risk",
    "data": {"effective_date": "2026-05-01"},
}


def told(text: str, format_: str | None = None) -> list[str]:
    with pytest.raises(EventError) as caught:
        events_from(text, "f", format_)
    return [str(problem).removeprefix("f:").partition(" (")[0] for problem in caught.value.problems]


@pytest.mark.parametrize(
    "text",
    [
        LINE,
        f"[{LINE}]",
        json.dumps({"events": [RISK]}),
        json.dumps({"event": RISK, "expect": {"outcome": "x"}}),
        json.dumps(CLOUD),
        json.dumps([CLOUD]),
        json.dumps({"event": CLOUD}),
        f"{LINE}\n\n{LINE}\n",
        "kind: new_risk\nevent_id: r1\neffective_date: 2026-05-01\n",
        "- {kind: new_risk, event_id: r1, effective_date: 2026-05-01}\n",
        'kind = "new_risk"\nevent_id = "r1"\neffective_date = 2026-05-01\n',
    ],
)
def test_one_event_in_many_shapes(text: str) -> None:
    (event,) = read_events(text)
    assert (event.kind, event.event_id, str(event.effective_date)) == ("new_risk", "r1", "2026-05-01")


@pytest.mark.parametrize("name", ["e.yaml", "e.json", "e.jsonl", "e.ndjson"])
def test_the_suffix_tells_the_format(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(LINE + "\n")
    assert len(read_events(tmp_path / name)) == 1
    assert len(read_events(str(tmp_path / name))) == 1


def test_an_example_says_what_it_expects() -> None:
    found = read_event_file(
        "event: {kind: new_risk, event_id: r1, effective_date: 2026-05-01}\nexpect: {course: keep}\n"
    )
    assert (len(found.events), found.expect) == (1, {"course": "keep"})


def test_a_file_may_hold_no_events() -> None:
    assert read_events("events: []\n") == ()
    assert read_events("[]") == ()


def test_problems_of_all_events_are_told_at_once() -> None:
    text = "- {kind: new_risk, event_id: a}\n- {kind: new_rsk, event_id: b}\n- 5\n- {kind: new_risk, event_id: c, event_id: d}\n"
    assert told(text) == [
        "1:3: EVENT_MISSING_KEY: `effective_date` is missing",
        "2:10: EVENT_WRONG_VALUE: unknown kind `new_rsk`",
        "3:3: EVENT_WRONG_TYPE: this is a number, not a mapping of keys",
        "4:3: EVENT_MISSING_KEY: `effective_date` is missing",
        "4:33: SOURCE_DUPLICATE_KEY: `event_id` stands twice in one place",
    ]


def test_problems_in_lines_have_the_number_of_their_line() -> None:
    text = f'{LINE}\n{{"kind": "new_risk", "kind": 5}}\n\n{{"a": [}}\n{LINE[:-1]}, "x": 1}}\n{{"kind": "new_risk", "event_id": "z", "effective_date": NaN}}\n'
    assert [line.split(":")[:3] for line in told(text, "jsonl")] == [
        ["2", "1", " EVENT_MISSING_KEY"],
        ["2", "1", " EVENT_MISSING_KEY"],
        ["2", "22", " SOURCE_DUPLICATE_KEY"],
        ["4", "8", " SOURCE_SYNTAX"],
        ["5", "72", " EVENT_UNKNOWN_KEY"],
        ["6", "57", " SOURCE_NOT_FINITE"],
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"specversion": "0.3"}, "1:17: EVENT_WRONG_VALUE: version `0.3` of CloudEvents is not read"),
        ({"type": "x.new_rsk"}, "1:57: EVENT_WRONG_VALUE: unknown kind `new_rsk`"),
        ({"time": "noon"}, "1:128: EVENT_WRONG_TYPE: `noon` is not a moment"),
        ({"data": {"effective_date": "x"}}, "1:106: EVENT_WRONG_TYPE: `x` is not a date"),
        ({"data": {"effective_date": "2026-05-01", "tuches": []}}, "1:120: EVENT_UNKNOWN_KEY: unknown key `tuches`"),
    ],
)
def test_a_problem_in_a_cloudevent_stands_where_it_was_written(change: dict[str, object], said: str) -> None:
    (found,) = told(json.dumps(CLOUD | change))
    assert found.partition(":")[2].partition(":")[2] == said.partition(":")[2].partition(":")[2]
    assert found.split(":")[0] == "1"


def test_a_cloudevent_without_data_lacks_what_stands_in_it() -> None:
    assert told(json.dumps({k: v for k, v in CLOUD.items() if k != "data"})) == [
        "1:1: EVENT_MISSING_KEY: `effective_date` is missing"
    ]


def test_attributes_of_the_envelope_that_we_lack_are_left() -> None:
    assert len(read_events(json.dumps(CLOUD | {"subject": "x", "traceparent": "y"}))) == 1


@pytest.mark.parametrize("join", [lambda a, b: f"[{a},\n{b}]", lambda a, b: f"{a}\n{b}"])
def test_an_event_that_stands_twice_is_read_once_and_another_content_is_a_conflict(join: object) -> None:
    assert callable(join)
    assert len(events_from(join(LINE, LINE)).events) == 1
    (found,) = told(join(LINE, LINE[:-1] + ', "title": "x"}'))
    assert found.startswith("2:34: EVENT_CONFLICT: event `r1` is already known with other content")


def test_an_unknown_key_beside_events_is_told() -> None:
    assert told("evens: []\nevents: []\n") == ["1:1: EVENT_UNKNOWN_KEY: unknown key `evens`"]
    assert told("events: 5\n") == ["1:9: EVENT_WRONG_TYPE: `events` is not a list"]


@pytest.mark.parametrize("text", ["5\n", "a\n", "[5]", "kind: new_risk\n", "expect: {}\n"])
def test_what_is_no_event_is_an_error_and_never_nothing(text: str) -> None:
    assert told(text)


@pytest.mark.parametrize("raw", [b"\xff\n", b'{"a": "\x00"}\n{}', b'{"a": "\\ud800"}\n', b"{" * 1000])
def test_odd_lines_are_told(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "e.jsonl").write_bytes(raw)
    with pytest.raises(EventError) as caught:
        read_events(tmp_path / "e.jsonl")
    assert caught.value.problems[0].place.line == 1


def test_many_broken_lines_are_cut() -> None:
    with pytest.raises(EventError) as caught:
        events_from("x\n" * 1000, format="jsonl")
    assert len(caught.value.problems) <= 101


def test_a_history_and_each_line_of_it_has_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "e.jsonl"
    path.write_text("{" + " " * 2_000_001 + "}\n")
    with pytest.raises(EventError, match="1:1: SOURCE_TOO_LARGE"):
        read_events(path)
    monkeypatch.setattr(lines, "HISTORY_BYTES_MAX", 1000)
    with pytest.raises(EventError, match="SOURCE_TOO_LARGE"):
        read_events(path)


def test_a_missing_file_is_an_event_error(tmp_path: Path) -> None:
    for name in ("none.yaml", "none.jsonl"):
        with pytest.raises(EventError, match="SOURCE_NOT_FOUND"):
            read_events(tmp_path / name)
