"""Which rules bind every outcome, and what do they leave? Searched within a budget, whatever the file says."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from detente.io.fields import said, sources
from detente.io.nodes import Faults
from detente.io.schema import ConditionDoc
from detente.io.scope import Scope
from detente.model.issue import Issue
from detente.model.outcome import Condition, Outcome, SearchTooLongError, Terms, allowed_outcome

MOST_WORK = 50_000_000
"""Options looked at while searching; a trial looks at about as many as the conditions name."""

MOST_TRIALS = 20_000
NEAR_TRIALS = 20
"""So many first, with all that is far from a demand as in an outcome found before."""

MOST_CLASHES = 50_000_000
"""Options looked at while the conditions are first worked into one another, at most."""

Sets = Mapping[str, frozenset[str]]


def resolve_conditions(documents: Iterable[ConditionDoc], scope: Scope) -> tuple[Condition, ...]:
    """The conditions, in the order of the file."""
    return tuple(_condition(document, scope) for document in documents)


def _condition(document: ConditionDoc, scope: Scope) -> Condition:
    at, faults = document.at, scope.faults
    given = tuple(key for key in ("when", "requires", "never") if at.gives(key))
    if given not in (("when", "requires"), ("never",)):
        faults.add("a condition has 'when' and 'requires', or else 'never'", at)
    else:
        _check_named(document, given, faults)
    when = scope.terms(document.when or document.never)
    return Condition(when, scope.terms(document.requires), said(document.why), sources(document.source), at.line)


def _check_named(document: ConditionDoc, given: tuple[str, ...], faults: Faults) -> None:
    parts = {"when": document.when, "requires": document.requires, "never": document.never}
    for key in given:
        if not parts[key] and not document.at.under(key):
            faults.add(f"'{key}' names no issue", document.at.key(key))


class Rules:
    """The conditions over representative options: options that no condition tells apart count as one."""

    def __init__(self, conditions: Sequence[Condition], issues: Mapping[str, Issue], left: int = MOST_WORK) -> None:
        self.whole = conditions, issues
        self.sets = [(_sets(each.when), _sets(each.requires)) for each in conditions]
        self.left = left
        self.known: Outcome | None = None
        kinds = self.kinds = _kinds(issues, [part for when, requires in self.sets for part in (when, requires)])
        self.issues = {name: _reduced(issues[name], kinds[name]) for name in kinds}
        rules = [Condition(_merged(when, kinds), _merged(requires, kinds)) for when, requires in self.sets]
        work = sum(
            len(self.issues[name].options) * len(rule.requires[name]) for rule in rules for name in rule.requires
        )
        vast = work > MOST_WORK // 5
        self.nogoods = [] if vast else [clash for rule in rules for clash in rule.nogoods(self.issues)]
        size = sum(len(options) for clash in self.nogoods for options in clash.values())
        self.trial = 1 + size + sum(len(issue.options) for issue in self.issues.values())
        self.too_many = vast or size * len(self.nogoods) > MOST_CLASHES

    def broken_by(self, outcome: Outcome) -> Iterator[int]:
        """Which of the conditions the outcome breaks, by their numbers from 0."""
        for number, (when, requires) in enumerate(self.sets):
            if _holds(when, outcome) and not (requires and _holds(requires, outcome)):
                yield number

    def emptied_by(self) -> int | None:
        """Of conditions that leave no outcome the first, by number from 0, after which none is left; None: too hard."""
        conditions, issues = self.whole
        possible, empty = 0, len(conditions)
        while empty - possible > 1:
            middle = (possible + empty) // 2
            first = Rules(conditions[:middle], issues, self.left)
            try:
                some = first.leave({})
            except SearchTooLongError:
                return None
            self.left = first.left
            possible, empty = (middle, empty) if some else (possible, middle)
        return empty - 1

    def leave(self, terms: Terms) -> bool:
        """Whether some outcome holds the terms and obeys the conditions; SearchTooLongError if that takes too long."""
        held = {
            name: tuple(dict.fromkeys(self.kinds[name][option] for option in options))
            for name, options in terms.items()
            if name in self.kinds
        }
        if self.known is not None:
            with suppress(SearchTooLongError):
                if self._search({**self._far(held, self.known), **held}, NEAR_TRIALS) is not None:
                    return True
        trials = len(self.issues) + 1
        while True:
            try:
                found = self._search(held, trials)
            except SearchTooLongError:
                if trials >= MOST_TRIALS or self.left <= 0:
                    raise
                trials = min(8 * trials, MOST_TRIALS)
                continue
            self.known = self.known or found
            return found is not None

    def _far(self, held: Terms, known: Outcome) -> Terms:
        """An outcome found before, apart from the issues that some condition ties to those of the terms."""
        near = {
            name
            for parts in self.sets
            if any(issue in part for issue in held for part in parts)
            for part in parts
            for name in part
        }
        return {name: (option,) for name, option in known.items() if name not in near}

    def _search(self, held: Terms, trials: int) -> Outcome | None:
        self.left -= trials * self.trial
        if self.too_many or self.left < 0:
            self.left = 0
            raise SearchTooLongError
        return allowed_outcome(self.issues, self.nogoods, held, trials)


def _sets(terms: Terms) -> Sets:
    return {name: frozenset(options) for name, options in terms.items()}


def _holds(sets: Sets, outcome: Outcome) -> bool:
    return all(outcome[name] in options for name, options in sets.items())


def _kinds(issues: Mapping[str, Issue], parts: Iterable[Sets]) -> dict[str, dict[str, str]]:
    """For every issue that a condition names, which option stands for each of its options."""
    marks: dict[str, dict[str, list[int]]] = {}
    for number, part in enumerate(parts):
        for name, options in part.items():
            marked = marks.setdefault(name, {option: [] for option in issues[name].options})
            for option in options:
                marked[option].append(number)
    kinds = {}
    for name, marked in marks.items():
        first: dict[tuple[int, ...], str] = {}
        kinds[name] = {option: first.setdefault(tuple(numbers), option) for option, numbers in marked.items()}
    return kinds


def _reduced(issue: Issue, kinds: Mapping[str, str]) -> Issue:
    return replace(issue, options={option: issue.options[option] for option in dict.fromkeys(kinds.values())})


def _merged(sets: Sets, kinds: Mapping[str, Mapping[str, str]]) -> Terms:
    return {name: tuple(sorted({kinds[name][option] for option in options})) for name, options in sets.items()}
