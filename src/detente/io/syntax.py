"""What breaks the file's grammar, in words for whoever wrote it, and where? A parser's terms are not told."""

from dataclasses import dataclass

import yaml


@dataclass(frozen=True, slots=True)
class _Case:
    """What the parser says in its own words (parts of them), and what is told instead; `opening`: told where it began.

    In the sentence {begun} is where it began, {line} on which line, {broken} where it breaks off, {sign} what is there.
    """

    context: str
    problem: str
    sentence: str
    opening: bool = False


_CASES = (
    _Case("quoted scalar", "escape", "after \\ this means nothing; within '…' a \\ stands for itself"),
    _Case("quoted scalar", "", "the quote opened here is never closed", opening=True),
    _Case(
        "flow sequence", "", "the list opened with [ at {begun} goes on here without a comma, or is not closed with ]"
    ),
    _Case(
        "flow mapping", "", "the table opened with {{ at {begun} goes on here without a comma, or is not closed with }}"
    ),
    _Case("", "mapping values", "a ':' cannot stand here; a text that holds ': ' needs quotes, and a key its own line"),
    _Case("simple key", "", "a key stands here without the ':' and the space that come after it", opening=True),
    _Case("block mapping", "", "a key is due here, indented like those of the table that begins on line {line}"),
    _Case("block collection", "", "a '- ' is due here, indented like those of the list that begins on line {line}"),
    _Case("", "start any token", "a text cannot begin with '{sign}' unless it stands in quotes"),
    _Case("an alias", "", "a text that begins with '*' needs quotes", opening=True),
    _Case("an anchor", "", "a text that begins with '&' needs quotes", opening=True),
    _Case("a tag", "", "a scenario file has no tags; a text that begins with '!' needs quotes", opening=True),
    _Case("", "tag handle", "a scenario file has no tags; a text that begins with '!' needs quotes", opening=True),
    _Case("block scalar", "", "after | or > the text begins on the next line"),
    _Case(" node", "", "a value is due here"),
)

_UNCLOSED = {
    "flow sequence": "the list opened with [ is not closed with ], or lacks a comma: it breaks off at {broken}",
    "flow mapping": "the table opened with {{ is not closed with }}, or lacks a comma: it breaks off at {broken}",
}
"""Said where something was opened that breaks off on a later line."""


def breaking(error: yaml.MarkedYAMLError, text: str) -> tuple[str, int, int]:
    """What is wrong with a text that is no YAML, and its line and column, counted from 1."""
    end = error.problem_mark or error.context_mark
    begin = error.context_mark or end
    if begin is None or end is None:
        return error.problem or "it breaks off", 1, 1
    context, problem = error.context or "", error.problem or ""
    case = next((c for c in _CASES if c.context in context and c.problem in problem), _Case("", "", "{problem}"))
    row = next(iter(text.splitlines()[end.line : end.line + 1]), "")
    sentence, opening = case.sentence, case.opening
    if row[end.column : end.column + 1] == "\t":
        sentence, opening = "a tab cannot indent YAML, spaces can", False
    elif case.context == "block mapping" and row[: end.column].rstrip().endswith(("'", '"')):
        sentence = "the quotes are closed before this; within '…' write '' for a ', within \"…\" write \\\" for a \""
    elif case.context in _UNCLOSED and end.line > begin.line:
        sentence, opening = _UNCLOSED[case.context], True
    mark = begin if opening else end
    said = sentence.format(
        begun=f"{begin.line + 1}:{begin.column + 1}",
        broken=f"{end.line + 1}:{end.column + 1}",
        line=begin.line + 1,
        sign=row[end.column : end.column + 1],
        problem=problem or context or "it breaks off",
    )
    return said, mark.line + 1, mark.column + 1
