"""Where notifications go: a function, a file, a webhook, Apprise; each takes one or raises."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socket import create_server
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest

from aop_rules import Engine
from aop_rules.alerts.apprise_sink import AppriseSink
from aop_rules.alerts.sinks import Call, JsonLines, sink_at
from aop_rules.alerts.webhook import Webhook
from aop_rules.errors import AlertError
from one_kpi import after, watched


@pytest.fixture
def engine() -> Engine:
    return watched(["8", "8"], breach="> 7", **{"for": 2})


class Door(BaseHTTPRequestHandler):
    """Answers with what the test wants, and keeps what was posted."""

    answer = 204
    location = "ftp://example.org/"
    got: list[tuple[Any, dict[str, Any]]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).got.append((self.headers, json.loads(body)))
        self.send_response(type(self).answer)
        self.send_header("Location", type(self).location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(Door, "got", [], raising=False)
    server = HTTPServer(("127.0.0.1", 0), Door)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/in"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_function_is_called(engine: Engine) -> None:
    seen: list[Any] = []
    engine.notify(Call("mine", seen.append), after(2))

    assert [each.alert.state for each in seen] == ["firing"]


def test_a_file_gets_a_line_each(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "alerts.jsonl"
    file.write_text('{"cut off', encoding="utf-8")
    (told,) = engine.notify(JsonLines(file), after(2))

    cut, whole = file.read_text(encoding="utf-8").splitlines()
    assert cut == '{"cut off'
    assert json.loads(whole) == told.to_dict()
    assert engine.notify(JsonLines(file), after(2)) == ()


def test_a_file_that_cannot_be_written_is_told_about_and_loses_nothing(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(AlertError, match="ALERT_NOT_DELIVERED"):
        engine.notify(JsonLines(tmp_path), after(2))
    assert [entry.kind for entry in engine.ledger.entries(0, ("notification", "notified"))] == ["notification"]


def test_a_webhook_gets_a_cloudevent(engine: Engine, door: str) -> None:
    (told,) = engine.notify(Webhook(door), after(2))

    ((headers, event),) = Door.got
    assert event == told.to_cloudevent()
    assert (event["id"], event["type"], event["specversion"]) == (told.key, "org.aop-rules.alert.firing", "1.0")
    assert headers["Content-Type"].startswith("application/cloudevents+json")
    assert headers["Idempotency-Key"] == told.key


@pytest.mark.parametrize("answer", [302, 307, 400, 500, 503])
def test_another_answer_is_a_failure_and_it_is_told_again(
    engine: Engine, door: str, answer: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Door, "answer", answer)
    with pytest.raises(AlertError, match=f"it answered {answer}"):
        engine.notify(Webhook(door), after(2))
    monkeypatch.setattr(Door, "answer", 200)
    engine.notify(Webhook(door), after(2))

    first, second = (event["id"] for _, event in Door.got)
    assert first == second


def test_nobody_at_the_address_is_a_failure(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(AlertError, match="ALERT_NOT_DELIVERED"):
        engine.notify(Webhook("http://127.0.0.1:9/secret-token", timeout=1), after(2))


def test_who_takes_a_call_and_never_answers_is_a_failure(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    late = pytest.raises(AlertError, match="did not take a notification: TimeoutError")
    with create_server(("127.0.0.1", 0)) as silent, late:
        engine.notify(Webhook(f"http://127.0.0.1:{silent.getsockname()[1]}/in", timeout=0.05), after(2))


def test_a_redirect_is_not_followed(engine: Engine, door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Door, "answer", 308)
    monkeypatch.setattr(Door, "location", f"{door}/elsewhere")
    with pytest.raises(AlertError, match="it answered 308"):
        engine.notify(Webhook(door), after(2))
    assert len(Door.got) == 1


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org/x", "https://", "http://a b/", "http://x/\r\ny"]
)
def test_a_webhook_is_http_or_https(url: str) -> None:
    with pytest.raises(AlertError, match="ALERT_SINK"):
        Webhook(url)


def test_the_name_of_a_sink_keeps_its_secret() -> None:
    for secret in ("https://example.org/token-1234", "tgram://token-1234/5"):
        sink = sink_at(secret)
        assert "token-1234" not in sink.name + repr(sink)
    assert sink_at("https://example.org/a").name != sink_at("https://example.org/b").name
    assert isinstance(sink_at("alerts.jsonl"), JsonLines)


def test_apprise_is_told_title_and_text(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, str]] = []

    class Apprise:
        def add(self, url: str) -> bool:
            return url.startswith("mailto:")

        def notify(self, **parts: str) -> bool:
            sent.append(parts)
            return len(sent) > 1

    monkeypatch.setitem(sys.modules, "apprise", SimpleNamespace(Apprise=Apprise))
    with pytest.raises(AlertError, match="does not know this address"):
        engine.notify(AppriseSink("nothing://x"), after(2))
    with pytest.raises(AlertError, match="could not deliver it"):
        engine.notify(AppriseSink("mailto://x"), after(2))
    engine.notify(AppriseSink("mailto://x", "vi"), after(2))

    assert sent[1]["title"] == "cảnh báo: Ratio"
    assert sent[1]["body"].startswith("Cảnh báo: Ratio tháng 2/2026 là 8")


REAL = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
"""Apprise imports what the next Pythons no longer have, where they have it."""


@REAL
def test_apprise_itself_posts_title_and_text(engine: Engine, door: str) -> None:
    """The real library, to an address of its own kind."""
    address = door.replace("http://", "json://")
    (told,) = engine.notify(sink_at(address), after(2))

    ((_, posted),) = Door.got
    assert (posted["title"], posted["message"]) == ("firing: Ratio", told.text("en"))
    assert engine.notify(sink_at(address), after(2)) == ()


@REAL
def test_what_apprise_could_not_deliver_comes_again(engine: Engine, door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sink = sink_at(door.replace("http://", "json://"))
    monkeypatch.setattr(Door, "answer", 500)
    with pytest.raises(AlertError, match="Apprise could not deliver it"):
        engine.notify(sink, after(2))
    monkeypatch.setattr(Door, "answer", 200)

    assert [each.change for each in engine.notify(sink, after(2))] == ["firing"]
    assert [posted["message"] for _, posted in Door.got] == [Door.got[0][1]["message"]] * 2


@REAL
def test_an_address_that_apprise_does_not_know_is_a_failure(engine: Engine) -> None:
    with pytest.raises(AlertError, match="does not know this address"):
        engine.notify(AppriseSink("nothing-like-this://x"), after(2))


def test_without_apprise_it_says_what_to_install(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(AlertError, match="ALERT_NEEDS_EXTRA"):
        engine.notify(sink_at("mailto://x"), after(2))
