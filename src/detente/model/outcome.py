"""Which outcomes are possible? Terms, and the conditions that some combinations break."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from detente.model.issue import Issue

Outcome = Mapping[str, str]
"""One option for every issue."""

Terms = Mapping[str, tuple[str, ...]]
"""For some issues, the options that will do; it holds where every one of these issues is at one of them."""


def holds(terms: Terms, outcome: Outcome) -> bool:
    """Whether the outcome has every issue of the terms at one of the options named."""
    return all(outcome[issue] in options for issue, options in terms.items())


@dataclass(frozen=True, slots=True)
class Condition:
    """A rule that every outcome obeys: `when` these terms, `requires` those; or `when` these terms, never.

    With `requires` empty the terms of `when` are never allowed together.
    """

    when: Terms
    requires: Terms
    why: str = ""
    source: tuple[str, ...] = ()
    line: int | None = field(default=None, compare=False)

    def allows(self, outcome: Outcome) -> bool:
        """Whether the outcome obeys the rule."""
        return not holds(self.when, outcome) or (bool(self.requires) and holds(self.requires, outcome))

    def nogoods(self, issues: Mapping[str, Issue]) -> Iterator[Terms]:
        """The same rule as sets of terms that never hold together (an issue out of options needs none)."""
        if not self.requires:
            yield self.when
        for issue, options in self.requires.items():
            rest = tuple(o for o in issues[issue].options if o not in options)
            clash = dict(self.when)
            clash[issue] = tuple(o for o in rest if o in self.when[issue]) if issue in self.when else rest
            if clash[issue]:
                yield clash


class SearchTooLongError(Exception):
    """The conditions interlock too much to be searched within the budget."""


def allowed_outcome(
    issues: Mapping[str, Issue], nogoods: Iterable[Terms], held: Terms, budget: int = 20_000
) -> Outcome | None:
    """An outcome that obeys every nogood and holds the terms, or None if there is none.

    Backtracking with forward checking (Haralick & Elliott 1980) over at most `budget` trials; raises
    SearchTooLongError beyond.
    """
    domains = {name: set(held.get(name, issue.options)) for name, issue in issues.items()}
    clauses = [dict(nogood) for nogood in nogoods]
    watching: dict[str, list[dict[str, tuple[str, ...]]]] = {name: [] for name in issues}
    for clause in clauses:
        for name in clause:
            watching[name].append(clause)
    trials = iter(range(budget))

    def propagate(start: Iterable[dict[str, tuple[str, ...]]]) -> bool:
        queue = list(start)
        while queue:
            clause = queue.pop()
            loose = [name for name, options in clause.items() if not domains[name] <= set(options)]
            if len(loose) > 1 or any(domains[name].isdisjoint(clause[name]) for name in loose):
                continue
            if not loose:
                return False
            domains[loose[0]] -= set(clause[loose[0]])
            queue.extend(watching[loose[0]])
        return True

    def search() -> bool:
        open_issues = [name for name in issues if len(domains[name]) > 1 and watching[name]]
        if not open_issues:
            return True
        name = min(open_issues, key=lambda each: len(domains[each]))
        for option in [o for o in issues[name].options if o in domains[name]]:
            if next(trials, None) is None:
                raise SearchTooLongError
            saved = {key: set(value) for key, value in domains.items()}
            domains[name] = {option}
            if propagate(watching[name]) and search():
                return True
            domains.update(saved)
        return False

    if any(not options for options in domains.values()) or not propagate(clauses) or not search():
        return None
    return {name: next(o for o in issue.options if o in domains[name]) for name, issue in issues.items()}
