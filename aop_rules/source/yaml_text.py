"""YAML as events, taken one by one: nothing is composed, constructed or resolved by PyYAML.

The C composer of PyYAML kills the process at 100,000 nested brackets and its constructors run code that tags name. Here
the builder counts depth and size before anything is kept, and what a plain text means is decided by us: `null`, `true`,
`false` and numbers; all else (`yes`, `7%`, `2026-05-01`) stays text. Only this module imports yaml.
"""

from __future__ import annotations

import yaml

from aop_rules.source.build import At, Builder, Scalar, Stop, shown

Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS: dict[str, Scalar] = {"": None, "~": None, "null": None, "true": True, "false": False}
_CASED = {"True": True, "TRUE": True, "False": False, "FALSE": False, "Null": None, "NULL": None}

# What PyYAML says (either loader), what we say, and the way out. The first that fits counts.
_SAID = (
    ("found character", "this character cannot start a value", "put the text in quotes"),
    (
        "mapping values are not allowed",
        "a `:` stands where no key can be",
        "quote a text that holds `: `, or check the indentation",
    ),
    ("block sequence entries", "a `- ` stands where no item can be", "begin the list on a line of its own"),
    ("could not find expected ':'", "a key without its `:`", "write `key: value`, or check the indentation"),
    ("found unexpected end of stream", "a quoted text is never closed", "close it with the same quote"),
    ("found unexpected document indicator", "a quoted text is never closed", "close it with the same quote"),
    ("' or ']'", "a list in brackets is not closed, or misses a comma", "check the `[`, `,` and `]`"),
    ("' or '}'", "a mapping in braces is not closed, or misses a comma", "check the `{`, `,` and `}`"),
    (
        "expected <block end>",
        "the indentation does not fit what stands above",
        "give keys of one mapping the same indentation",
    ),
    (
        "did not find expected key",
        "the indentation does not fit what stands above",
        "give keys of one mapping the same indentation",
    ),
    (
        "did not find expected '-'",
        "the indentation does not fit the list above",
        "give items of one list the same indentation",
    ),
    ("escape", "a `\\` in double quotes starts an escape that does not exist", "use single quotes, or write `\\\\`"),
    ("indentation", "the indentation does not fit", "indent with spaces, the same number for keys of one mapping"),
)


def read_yaml(text: str, builder: Builder) -> None:
    """Feed `text` to the builder. Raises Stop where reading cannot go on."""
    try:
        for event in yaml.parse(text, Loader=Loader):
            _take(event, builder)
    except yaml.MarkedYAMLError as error:
        raise _syntax(error, text, builder) from None
    except yaml.YAMLError:
        raise builder.stop((1, 1), "SOURCE_SYNTAX", "this is not YAML", "check that it is a text file") from None


def _take(event: yaml.Event, builder: Builder) -> None:
    mark = event.start_mark
    at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if isinstance(event, yaml.DocumentStartEvent):
        if builder.root is not None:
            hint = "keep one document in a file: remove the `---`"
            raise builder.stop(at, "SOURCE_SEVERAL_DOCUMENTS", "a second document starts here", hint)
    elif isinstance(event, yaml.NodeEvent):
        _node(event, at, builder)
    elif isinstance(event, yaml.CollectionEndEvent):
        builder.close()


def _node(event: yaml.NodeEvent, at: At, builder: Builder) -> None:
    if event.anchor is not None:
        mark = "*" if isinstance(event, yaml.AliasEvent) else "&"
        hint = "write the value out where it is needed"
        raise builder.stop(
            at, "SOURCE_ALIAS", f"anchors and aliases (`{mark}{shown(event.anchor)}`) are not read", hint
        )
    tag: str | None = getattr(event, "tag", None)
    if tag is not None:
        written = shown(tag.replace("tag:yaml.org,2002:", "!!"))
        builder.problem(at, "SOURCE_TAG", f"the tag `{written}` is not read", "remove it: values speak for themselves")
    is_key = builder.wants_key()
    if isinstance(event, yaml.ScalarEvent):
        value = _resolve(event, at, builder)
        if is_key:
            _key(event.value, value, at, builder)
        else:
            builder.scalar(value, at)
        return
    if is_key:
        hint = "a key is a word; a text that starts with `[`, `{` or `?` needs quotes"
        raise builder.stop(at, "SOURCE_KEY_NOT_TEXT", "a list or mapping cannot be a key", hint)
    if isinstance(event, yaml.MappingStartEvent):
        builder.mapping(at)
    else:
        builder.sequence(at)


def _key(written: str, value: Scalar, at: At, builder: Builder) -> None:
    if isinstance(value, str):
        builder.key(value, at)
        return
    message = f"the key `{shown(written)}` is not a text" if written else "a key is missing before this `:`"
    builder.problem(at, "SOURCE_KEY_NOT_TEXT", message, f'quote it: `"{shown(written)}"`' if written else "write one")
    builder.refuse_key()


def _resolve(event: yaml.ScalarEvent, at: At, builder: Builder) -> Scalar:
    """What a plain text means, after the core schema of YAML 1.2; a quoted one is always text."""
    text: str = event.value
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if text in _CASED:
        return _CASED[text]
    number = builder.number(text, at) if text[0] in "+-.0123456789" else None
    return text if number is None else number


def _syntax(error: yaml.MarkedYAMLError, text: str, builder: Builder) -> Stop:
    problem = str(error.problem or "this cannot be read")
    mark = error.problem_mark or error.context_mark
    message, hint = next(((m, h) for part, m, h in _SAID if part in problem), (problem, "check the lines around it"))
    if error.context_mark is not None and ("never closed" in message or "not closed" in message):
        mark = error.context_mark
    at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if "found character" in problem and line_of(text, at[0])[at[1] - 1 : at[1]] == "\t":
        message, hint = "a tab stands where a value or an indentation is expected", "indent with spaces"
    return builder.stop(at, "SOURCE_SYNTAX", message, hint)


def line_of(text: str, number: int) -> str:
    lines = text.splitlines()
    return lines[number - 1] if number <= len(lines) else ""
