"""Arguments that are no plain files: each ends with one problem, and none of them hangs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from aop_rules.cli import main
from aop_rules.errors import EventError, InputError, PlanError
from aop_rules.ledger import lines
from aop_rules.ledger.reading import read_events
from aop_rules.plan.load import load_plan
from aop_rules.rules.collection import read_rulesets
from aop_rules.source import read as reading
from strategies import BABYCARE

PLAN, CASE = BABYCARE / "plan.yaml", BABYCARE / "cases" / "d01_new_store.yaml"
SUFFIXES = (".yaml", ".json", ".toml", ".jsonl", "")


def codes(path: Path) -> set[str]:
    """What is said of a file, whatever it is taken for."""
    found = set()
    for read in (load_plan, read_events, lambda file: read_rulesets([file])):
        with pytest.raises(InputError) as caught:
            read(path)  # type: ignore[operator]
        found |= {problem.code for problem in caught.value.problems}
    return found


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_folder_is_no_file(tmp_path: Path, suffix: str) -> None:
    folder = tmp_path / f"plan{suffix}"
    folder.mkdir()
    assert codes(folder) == {"SOURCE_NOT_A_FILE"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_pipe_that_nobody_writes_to_does_not_hang(tmp_path: Path, suffix: str) -> None:
    pipe = tmp_path / f"plan{suffix}"
    os.mkfifo(pipe)
    assert codes(pipe) == {"SOURCE_NOT_A_FILE"}
    link = tmp_path / f"link{suffix}"
    link.symlink_to(pipe)
    assert codes(link) == {"SOURCE_NOT_A_FILE"}


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="open files have no names here")
def test_what_a_shell_opened_is_read() -> None:
    """`aop decide plan.yaml <(zcat …)`: a pipe without a place in a folder."""
    out, into = os.pipe()
    os.write(into, CASE.read_bytes())
    os.close(into)
    try:
        assert read_events(Path(f"/dev/fd/{out}"))
    finally:
        os.close(out)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_links_in_a_circle_are_no_file(tmp_path: Path, suffix: str) -> None:
    one, other = tmp_path / f"one{suffix}", tmp_path / f"other{suffix}"
    one.symlink_to(other)
    other.symlink_to(one)
    assert codes(one) == {"SOURCE_NOT_READABLE"}


def test_a_link_to_nothing_is_no_file(tmp_path: Path) -> None:
    link = tmp_path / "plan.yaml"
    link.symlink_to(tmp_path / "gone.yaml")
    assert codes(link) == {"SOURCE_NOT_FOUND"}


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="there are no sockets in folders here")
def test_a_socket_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket is short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("plan.yaml")
        assert codes(Path("plan.yaml")) == {"SOURCE_NOT_READABLE"}


def test_a_file_that_nobody_may_read_is_told(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_bytes(PLAN.read_bytes())
    file.chmod(0)
    if os.access(file, os.R_OK):
        pytest.skip("whoever runs this may read everything")
    assert codes(file) == {"SOURCE_NOT_READABLE"}


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no /dev/zero here")
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_without_an_end_is_cut_off(tmp_path: Path, suffix: str) -> None:
    link = tmp_path / f"zero{suffix}"
    link.symlink_to("/dev/zero")
    assert codes(link) == {"SOURCE_TOO_LARGE"}


def test_a_history_without_an_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size says nothing, and every line of it is blank."""
    out, into = os.pipe()
    monkeypatch.setattr(lines, "HISTORY_BYTES_MAX", 10_000)
    os.write(into, b"\n" * 20_000)
    with os.fdopen(out, "rb"), os.fdopen(into, "wb"), pytest.raises(EventError, match="SOURCE_TOO_LARGE"):
        list(lines.lines_of(Path(f"/dev/fd/{out}")))


def test_a_file_that_goes_away_between_two_looks_is_one_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "plan.yaml"
    file.write_bytes(PLAN.read_bytes())
    real = Path.is_dir

    def gone_then(path: Path) -> bool:
        answer = real(path)
        path.unlink(missing_ok=True)
        return answer

    monkeypatch.setattr(reading.Path, "is_dir", gone_then)
    with pytest.raises(PlanError, match="SOURCE_NOT_FOUND"):
        load_plan(file)


def test_a_name_is_only_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No shell, no home folder, no pattern, no address is looked for in it."""
    monkeypatch.chdir(tmp_path)
    for name in (
        "$(touch it)",
        "`touch it`",
        "; touch it",
        "| touch it",
        "~",
        "*.yaml",
        "http://x/plan.yaml",
        "-",
        "%s",
        "{}",
    ):
        with pytest.raises(PlanError, match="SOURCE_NOT_FOUND"):
            load_plan(name)
    assert not [*tmp_path.iterdir()]


# ── at the command line ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_the_command_ends_with_one_or_two_for_what_is_no_file(tmp_path: Path) -> None:
    folder, circle, pipe = (tmp_path / f"{name}.yaml" for name in ("folder", "circle", "pipe"))
    folder.mkdir()
    circle.symlink_to(circle)
    os.mkfifo(pipe)
    for words in (
        ("check", pipe), ("check", circle), ("graph", folder), ("rules", PLAN, "--rules", pipe), ("decide", PLAN, folder),
        ("decide", PLAN, CASE, "--history", pipe), ("decide", circle, CASE), ("vocabulary", pipe),
    ):  # fmt: skip
        result = CliRunner().invoke(main, [str(word) for word in words])
        assert result.exit_code in (1, 2), (words, result.output)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no /dev/zero here")
def test_standard_input_without_an_end_is_cut_off() -> None:
    """With 1.5 GB for all: it once read on until nothing was left."""
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000,) * 2);"
        "from aop_rules.cli import main; main(sys.argv[1:])"
    )
    with Path("/dev/zero").open("rb") as zero:
        command = [sys.executable, "-c", limited, "decide", str(PLAN), "-"]
        done = subprocess.run(command, stdin=zero, capture_output=True, timeout=60)
    assert done.returncode == 1 and b"SOURCE_TOO_LARGE" in done.stderr, done.stderr[-500:]


def test_a_name_that_is_no_text_is_one_problem() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "aop_rules", "check", b"\xff\x1b[31m.yaml"], capture_output=True, timeout=20
    )
    assert done.returncode == 1 and b"\x1b" not in done.stdout + done.stderr, done.stderr
