"""Which issues do the rules join? Conditions and interactions, by the issues that stand in them together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from detente.analysis.layout import Layout
from detente.kernels.pruning import Bools
from detente.model.outcome import Terms
from detente.model.scenario import Interaction


@dataclass(slots=True)
class Joined:
    """What stands over one set of issues: terms that no outcome may hold, and interactions."""

    nogoods: list[Terms] = field(default_factory=list)
    interactions: list[Interaction] = field(default_factory=list)


def joined(
    layout: Layout, nogoods: Iterable[Terms], interactions: Iterable[Interaction]
) -> Mapping[tuple[int, ...], Joined]:
    """The rules by the issues that they name."""
    place = {name: k for k, name in enumerate(layout.names)}
    scopes: dict[tuple[int, ...], Joined] = {}
    for terms in nogoods:
        scopes.setdefault(tuple(sorted(place[i] for i in terms)), Joined()).nogoods.append(terms)
    for rule in interactions:
        scopes.setdefault(tuple(sorted(place[i] for i in rule.when)), Joined()).interactions.append(rule)
    return scopes


def where_holds(layout: Layout, terms: Terms, scope: Sequence[int]) -> Bools:
    """For each cell of the scope, the last issue fastest, whether the terms hold there."""
    sizes = [len(layout.options[k]) for k in scope]
    result = np.ones(sizes or [1], dtype=bool)
    for axis, k in enumerate(scope):
        options = terms.get(layout.names[k])
        if options is not None:
            shape = [1] * len(scope)
            shape[axis] = sizes[axis]
            result = result & np.array([o in set(options) for o in layout.options[k]]).reshape(shape)
    return result.reshape(-1)


def forbidden(layout: Layout, nogoods: Iterable[Terms], scope: Sequence[int]) -> Bools:
    """For each cell of the scope, whether it holds terms that no outcome may hold."""
    found = np.zeros(where_holds(layout, {}, scope).shape, dtype=bool)
    for terms in nogoods:
        found |= where_holds(layout, terms, scope)
    return found
