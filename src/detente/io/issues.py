"""Which questions are on the table, and how can each be settled? Options listed or ranged."""

from collections.abc import Mapping
from typing import Literal, cast

from detente.io.commitments import check_carried_out
from detente.io.fields import said, sources
from detente.io.nodes import Faults, Text
from detente.io.numeric import MOST_OPTIONS, Axis, axis, place
from detente.io.schema import IssueDoc, OptionDoc
from detente.io.scope import Grid, Listed, Scope, Unread
from detente.model.issue import Issue, Option
from detente.model.setting import Subject


def resolve_issues(documents: Mapping[Text, IssueDoc], scope: Scope) -> None:
    """Put the issues, and the names of their options, in scope."""
    for name, document in documents.items():
        grid = _grid(name, document, scope.faults)
        scope.grids[str(name)] = grid
        by = scope.parties(document.by)
        options = _options(name, document, grid, scope)
        if not options:
            continue
        scope.issues[str(name)] = Issue(
            id=str(name),
            options=options,
            status_quo=_status_quo(document, grid, options, scope.faults),
            title=said(document.title),
            by=by,
            unit=said(document.range.unit) if document.range else "",
            kind=grid.kind if isinstance(grid, Axis) else "named",
            about=cast(Subject | None, document.about and str(document.about)),
            ladder=not isinstance(grid, Axis) if document.ladder is None else document.ladder,
            why=said(document.why),
            source=sources(document.source),
            line=name.line,
        )


def grid_of(issue: Issue) -> Grid:
    """The options of an issue that has been read before, for reading more about it."""
    names = tuple(issue.options)
    if issue.kind == "named":
        return Listed(frozenset(names), names)
    return Axis(issue.kind, tuple(map(place, names)), names)


def _grid(name: Text, document: IssueDoc, faults: Faults) -> Grid:
    at = document.at
    if document.range is not None:
        if document.options:
            faults.add("an issue has options or a range, not both", at.key("range"))
            return Unread()
        return axis(document.range, faults) or Unread()
    if not document.options:
        if not at.gives("options") or not at.under("options"):
            faults.add("an issue needs at least one option: give 'options' or a 'range'", name)
        return Unread()
    if len(document.options) > MOST_OPTIONS:
        faults.add(f"at most {MOST_OPTIONS:,} options; this issue has {len(document.options):,}", name)
        return Unread()
    order = tuple(map(str, document.options))
    return Listed(frozenset(order), order)


def _options(name: Text, document: IssueDoc, grid: Grid, scope: Scope) -> dict[str, Option]:
    if isinstance(grid, Axis):
        scope.spend(len(grid.names), name)
        return {step: Option(step, line=name.line) for step in grid.names}
    if isinstance(grid, Unread):
        return {}
    return {str(key): _option(key, option, scope.faults) for key, option in document.options.items()}


def _option(name: Text, document: OptionDoc, faults: Faults) -> Option:
    check_carried_out(document, faults)
    if document.lump is not None and document.lump == document.flow:
        faults.add("an option pays as a lump or as a flow: one of the two", document.at.key("lump"))
    return Option(
        id=str(name),
        title=said(document.title),
        months=document.months,
        reversible=document.reversible,
        verifiable=document.verifiable,
        detection=document.detection,
        pays=_pays(document),
        why=said(document.why),
        source=sources(document.source),
        line=name.line,
    )


def _pays(document: OptionDoc) -> Literal["lump", "flow"] | None:
    if document.lump is None and document.flow is None:
        return None
    return "lump" if document.lump or document.flow is False else "flow"


def _status_quo(document: IssueDoc, grid: Grid, options: Mapping[str, Option], faults: Faults) -> str:
    first = next(iter(options))
    if document.status_quo is None:
        return first
    found = grid.options(document.status_quo, faults)
    if len(found) > 1:
        faults.add("the status quo is one option", document.status_quo)
    return found[0] if found else first
