"""Which negotiations are built alike? Six features of structure, and a distance that anyone can work out by hand.

Each feature compares two scenarios by a metric from 0 (alike) to 1: shares and counts as 1 - sum of the smaller over
sum of the larger (Ružička 1958; Jaccard's distance where counts are 0 or 1), words as equal or not. The distance is
their mean, so it is a metric as well: 0 from a scenario to itself, the same both ways, and no detour is shorter.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from detente.model.party import Role
from detente.model.scenario import Scenario
from detente.table import listed

UNSTATED = "not stated"
_PLURAL = {"principal": "s", "veto": "es"}


@dataclass(frozen=True, slots=True)
class Structure:
    """What a negotiation is made of: how its issues divide by subject, its roles, and how its proposal is put.

    `subjects` and `roles` are shares and counts, `reversible` the part of all changes that can be undone.
    """

    subjects: Mapping[str, Fraction]
    roles: Mapping[str, Fraction]
    reversible: Fraction
    linkage: str
    offer: str
    parties: int

    @classmethod
    def of(cls, scenario: Scenario) -> "Structure":
        """The structure of a scenario; `setting` and each issue's `about` say what cannot be read off."""
        issues = scenario.issues.values()
        subjects = Counter(issue.about or UNSTATED for issue in issues)
        roles = Counter(party.role for party in scenario.parties.values())
        changes = [o.reversible for issue in issues for o in issue.options.values() if o.id != issue.status_quo]
        setting = scenario.setting
        return cls(
            {name: Fraction(count, len(issues)) for name, count in subjects.items()},
            {role.value: Fraction(roles[role]) for role in Role if roles[role]},
            Fraction(sum(bool(each) for each in changes), len(changes)) if changes else Fraction(0),
            (setting.linkage if setting else None) or UNSTATED,
            (setting.offer if setting else None) or UNSTATED,
            len(scenario.parties),
        )

    def in_words(self) -> dict[str, str]:
        """Each feature as people say it."""
        return {
            "issues": listed([f"{name} {_percent(part)}" for name, part in self.subjects.items()]) or "none",
            "roles": listed([_counted(int(count), role) for role, count in self.roles.items()]),
            "reversibility": f"{_percent(self.reversible)} of the changes can be undone",
            "linkage": self.linkage,
            "offer": self.offer,
            "parties": str(self.parties),
        }


def apart(one: Structure, other: Structure) -> dict[str, Fraction]:
    """How far two negotiations are apart in each feature, from 0 to 1."""
    return {
        "issues": _ruzicka(one.subjects, other.subjects),
        "roles": _ruzicka(one.roles, other.roles),
        "reversibility": abs(one.reversible - other.reversible),
        "linkage": Fraction(one.linkage != other.linkage),
        "offer": Fraction(one.offer != other.offer),
        "parties": 1 - Fraction(min(one.parties, other.parties), max(one.parties, other.parties)),
    }


def distance(one: Structure, other: Structure) -> Fraction:
    """How far two negotiations are apart: the mean over the features, from 0 to 1."""
    parts = apart(one, other)
    return sum(parts.values(), Fraction(0)) / len(parts)


def _ruzicka(one: Mapping[str, Fraction], other: Mapping[str, Fraction]) -> Fraction:
    keys: Sequence[str] = list(dict.fromkeys((*one, *other)))
    least = sum((min(one.get(key, Fraction(0)), other.get(key, Fraction(0))) for key in keys), Fraction(0))
    most = sum((max(one.get(key, Fraction(0)), other.get(key, Fraction(0))) for key in keys), Fraction(0))
    return 1 - least / most if most else Fraction(0)


def _counted(count: int, role: str) -> str:
    return f"{count} {role}{_PLURAL.get(role, '') if count > 1 else ''}"


def _percent(part: Fraction) -> str:
    return f"{round(100 * part)}%"
