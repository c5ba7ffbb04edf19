"""One broken file for each way to be wrong; `broken/EXPECTED` says what each is told, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from aop_rules.errors import InputError, PlanError
from aop_rules.limits import FILE_BYTES_MAX
from aop_rules.source.read import read, read_text

BROKEN = Path(__file__).parent / "broken"
EXPECTED = [line for line in (BROKEN / "EXPECTED").read_text().splitlines() if not line.startswith("#")]
FILES = sorted({line.split(":")[0] for line in EXPECTED})


def said(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        read(path)
    return caught.value


@pytest.mark.parametrize("name", FILES)
def test_each_mistake_is_told_at_its_line_and_column(name: str) -> None:
    problems = said(BROKEN / name).problems
    found = [f"{Path(p.place.file).name}:{p.place.line}:{p.place.column}: {p.code}" for p in problems]
    assert found == [line for line in EXPECTED if line.startswith(f"{name}:")]
    assert all(p.hint and p.message[-1] != "." and p.message[0] == p.message[0].lower() for p in problems)


def test_every_broken_file_is_expected() -> None:
    assert sorted(path.name for path in BROKEN.iterdir() if path.name != "EXPECTED") == FILES


def test_a_file_that_is_not_there_is_one_problem(tmp_path: Path) -> None:
    assert [p.code for p in said(tmp_path / "none.yaml").problems] == ["SOURCE_NOT_FOUND"]


def test_a_path_through_a_file_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    assert [p.code for p in said(tmp_path / "a" / "b.yaml").problems] == ["SOURCE_NOT_FOUND"]


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    assert [p.code for p in said(tmp_path).problems] == ["SOURCE_NOT_A_FILE"]


@pytest.mark.parametrize("name", ["a" * 5000, "a\0b"])
def test_a_name_that_no_file_can_have_is_one_problem(name: str) -> None:
    assert [p.code for p in said(Path(name)).problems] == ["SOURCE_NOT_READABLE"]


def test_a_large_file_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    assert [p.code for p in said(path).problems] == ["SOURCE_TOO_LARGE"]


def test_a_file_without_an_honest_size_is_cut_off() -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("there is no /dev/zero here")
    assert [p.code for p in said(Path("/dev/zero")).problems] == ["SOURCE_TOO_LARGE"]


@pytest.mark.parametrize("text", ["a: " + "x" * 20_001, "a: '" + "x" * 20_001 + "'"])
def test_a_text_has_a_length(text: str) -> None:
    with pytest.raises(InputError, match="SOURCE_TEXT_TOO_LONG"):
        read_text(text)


@pytest.mark.parametrize(
    ("format_", "text"), [("json", "[" + "1," * 200_000 + "1]"), ("toml", "a=[" + "1," * 200_000 + "]")]
)
def test_a_file_has_a_number_of_values(format_: str, text: str) -> None:
    with pytest.raises(InputError, match="SOURCE_TOO_MANY_VALUES"):
        read_text(text, format=format_)


def test_text_given_directly_is_held_to_the_same_size() -> None:
    with pytest.raises(InputError, match="SOURCE_TOO_LARGE"):
        read_text("#" * (FILE_BYTES_MAX + 1))


def test_the_caller_names_the_error() -> None:
    with pytest.raises(PlanError):
        read_text("a: [", error=PlanError)
    with pytest.raises(PlanError):
        read("nowhere.yaml", error=PlanError)


def test_what_can_be_read_around_a_duplicate_key_is_read() -> None:
    document = read_text("a: 1\nb: {c: 2, c: 3}\na: [4]\n", recover=True)
    assert document.data == {"a": 1, "b": {"c": 2}}
    assert [p.code for p in document.problems] == ["SOURCE_DUPLICATE_KEY"] * 2


def test_an_unknown_format_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="unknown format"):
        read_text("a", format="xml")
