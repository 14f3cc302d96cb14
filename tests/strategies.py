"""Small random scenarios with everything that a file may hold, as the trees of their files."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import islice, product
from typing import Any

from hypothesis import strategies as st

from detente.analysis.tables import BOUNDS, Amount, plain
from detente.io import parse_scenario
from detente.model.scenario import Scenario
from judge import holds, outcomes, spread, text_of, world_of

Draw = st.DrawFn
Node = dict[str, Any]

MOST_OUTCOMES = 150
ROLES = ["principal", "principal", "veto", "consulted"]


def scenario_of(tree: Mapping[str, Any]) -> Scenario:
    """The scenario of a tree, by way of the loader."""
    return parse_scenario(text_of(tree), "random.json")


def amount(ends: Mapping[str, Fraction | None]) -> Amount | None:
    """A figure that counts only above zero, from what the judge finds at each end of the ranges."""
    found = spread(ends)
    if found is None:
        return None
    low, likely, high, absent = found
    return Amount(plain(low), plain(likely), plain(high), tuple(end for end in BOUNDS if end in absent))


def decimals(digits: int, most: int) -> st.SearchStrategy[str]:
    """Numbers of so many decimals, as they are written."""
    units = 10**digits
    whole = st.integers(-most * units, most * units)
    return whole.map(lambda n: f"{'-' if n < 0 else ''}{abs(n) // units}.{abs(n) % units:0{digits}d}")


MAGNITUDES: dict[str, st.SearchStrategy[int | str]] = {
    "points": st.integers(-4, 4),
    "halves": decimals(1, 3),
    "billionths": st.one_of(st.integers(-2, 2), decimals(9, 1)),
    "nearly 2^62": st.one_of(
        st.sampled_from(["-400000000.000000001", "300000000.000000002", "1e8"]), decimals(9, 10**8)
    ),
    "huge": st.sampled_from(
        ["1e12", "-1e12", "1e-9", "-1e-9", "999999999999.999999999", "-999999999999.999999998", "1e11", "0"]
    ),
}


@st.composite
def figures(draw: Draw, magnitude: str, ranged: bool) -> Any:
    """A judged number: plain, a span, or a table."""
    kind = draw(st.sampled_from(["plain", "plain", "span", "table", "value"])) if ranged else "plain"
    if kind in ("plain", "value"):
        value = draw(MAGNITUDES[magnitude])
        return value if kind == "plain" else {"value": value, "why": "so they say"}
    three = draw(st.lists(MAGNITUDES[magnitude], min_size=3, max_size=3).map(lambda some: sorted(some, key=Fraction)))
    if kind == "span":
        return f"{three[0]}..{three[2]}"
    table = {"low": three[0], "likely": three[1], "high": three[2]}
    if draw(st.booleans()):
        del table["likely"]
    if draw(st.booleans()):
        table["shape"] = draw(st.sampled_from(["pert", "triangular", "uniform"]))
    return table


NUMERIC: list[Node] = [
    {"from": 0, "to": 2, "step": 1},
    {"from": "-1", "to": "0.6", "step": "0.5", "unit": "USD m"},
    {"from": "2022-01-30", "to": "2022-02-14", "step": "1 week"},
    {"from": "2022-01-31", "to": "2022-05-30", "step": "2 months"},
]
STEPS = {
    0: ["0", "1", "2"],
    1: ["-1", "-0.5", "0", "0.5"],
    2: ["2022-01-30", "2022-02-06", "2022-02-13"],
    3: ["2022-01-31", "2022-03-31"],
}
POINTS = {0: ["0", "0.3", "1", "2"], 1: ["-0.75", "0.25", "0"], 2: ["2022-01-31", "2022-02-10"], 3: ["2022-02-28"]}


@st.composite
def issues(draw: Draw, most: int) -> tuple[dict[str, Node], dict[str, list[str]], dict[str, list[str]]]:
    """Issues, their options, and the points at which their worth may be given."""
    nodes: dict[str, Node] = {}
    options: dict[str, list[str]] = {}
    points: dict[str, list[str]] = {}
    room = MOST_OUTCOMES
    for k in range(draw(st.integers(1, most))):
        name = f"i{k}"
        if room >= 4 and draw(st.integers(0, 4)) == 0:
            which = draw(st.sampled_from(sorted(STEPS)))
            options[name], points[name] = STEPS[which], [*STEPS[which], *POINTS[which]]
            nodes[name] = {"range": NUMERIC[which]}
        else:
            options[name] = [f"{name}{letter}" for letter in "abcd"[: draw(st.integers(1, max(1, min(4, room))))]]
            points[name] = options[name]
            listed: Any = options[name] if draw(st.booleans()) else {option: {} for option in options[name]}
            nodes[name] = {"options": listed}
        points[name] = list(dict.fromkeys(points[name]))
        room //= len(options[name])
        if draw(st.booleans()):
            nodes[name]["status_quo"] = draw(st.sampled_from(options[name]))
    return nodes, options, points


@st.composite
def some_terms(draw: Draw, options: Mapping[str, list[str]], most: int = 3) -> dict[str, Any]:
    """For some issues, one option, several, or (where it is numeric) a span."""
    names = draw(st.lists(st.sampled_from(list(options)), min_size=1, max_size=most, unique=True))
    found: dict[str, Any] = {}
    for name in names:
        chosen = draw(st.lists(st.sampled_from(options[name]), min_size=1, max_size=3, unique=True))
        found[name] = chosen if len(chosen) > 1 or draw(st.booleans()) else chosen[0]
        numeric = not options[name][0].startswith(name)
        if numeric and draw(st.booleans()):
            low, high = sorted((options[name].index(chosen[0]), options[name].index(chosen[-1])))
            found[name] = f"{options[name][low]}..{options[name][high]}"
    return found


def sets_of(options: Mapping[str, list[str]], node: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The terms of a tree as options one by one."""
    found = {}
    for name, words in node.items():
        if isinstance(words, str) and ".." in words:
            low, high = (options[name].index(word) for word in words.split(".."))
            found[name] = tuple(options[name][low : high + 1])
        else:
            found[name] = (words,) if isinstance(words, str) else tuple(words)
    return found


SCALES: list[Any] = [
    "0",
    "2",
    "0.3",
    "0.5..1.5",
    {"low": 0, "likely": "0.1", "high": 1, "shape": "uniform"},
    {"low": "0.000000001", "high": "0.000000004", "shape": "triangular"},
]


@st.composite
def worths(draw: Draw, points: Mapping[str, list[str]], magnitude: str, ranged: bool) -> Node:
    """What options are worth to one party."""
    found = {}
    for name in points:
        if draw(st.integers(0, 5)):
            given = draw(st.lists(st.sampled_from(points[name]), max_size=4, unique=True))
            found[name] = {point: draw(figures(magnitude, ranged)) for point in given}
            if given and draw(st.integers(0, 4)) == 0:
                found[name]["scale"] = draw(st.sampled_from(SCALES if ranged else SCALES[:3]))
    return {name: table for name, table in found.items() if table}


@st.composite
def refusals(draw: Draw, options: Mapping[str, list[str]]) -> Node:
    """Red lines: a name, a list, or a table with reasons."""
    terms = draw(some_terms(options, 2))
    for name, words in terms.items():
        if isinstance(words, list) and draw(st.booleans()):
            terms[name] = dict.fromkeys(words, "never")
    return terms


@st.composite
def parties(
    draw: Draw, options: Mapping[str, list[str]], points: Mapping[str, list[str]], magnitude: str, ranged: bool
) -> dict[str, Node]:
    """The sides; the first is a principal."""
    found = {}
    for k in range(draw(st.integers(1, 4))):
        role = "principal" if k == 0 else draw(st.sampled_from(ROLES))
        node: Node = {"role": role, "worth": draw(worths(points, magnitude, ranged))}
        if draw(st.integers(0, 2)) == 0:
            node["reservation"] = draw(figures(magnitude, ranged))
        if draw(st.integers(0, 3)) == 0:
            node["refuses"] = draw(refusals(options))
        if role == "veto" and draw(st.booleans()):
            node["over"] = draw(some_terms(options, 2))
        if draw(st.integers(0, 3)) == 0:
            node["leaning"] = draw(st.sampled_from(SHARES))
        found[f"p{k}"] = node
    return found


@st.composite
def trees(
    draw: Draw, *, quorum: bool | None = None, ranged: bool = True, judged: bool = True, most_issues: int = 5
) -> Node:
    """The tree of a scenario file; some outcome obeys its conditions."""
    magnitude = draw(st.sampled_from(["points", "points", "points", *MAGNITUDES]))
    nodes, options, points = draw(issues(most_issues))
    sides = draw(parties(options, points, magnitude, ranged))
    tree: Node = {"detente": "1", "title": "Random", "issues": nodes, "parties": sides}
    few = st.integers(0, 3)
    tree["interactions"] = [
        {
            **({"id": f"t{k}"} if draw(st.booleans()) else {}),
            "when": draw(some_terms(options)),
            "worth": {
                p: draw(figures(magnitude, ranged))
                for p in draw(st.lists(st.sampled_from(list(sides)), min_size=1, unique=True))
            },
        }
        for k in range(draw(few))
    ]
    tree["conditions"] = _obeyed(draw(st.lists(conditions(options), max_size=3)), options, draw)
    binding = [name for name, side in sides.items() if side["role"] != "consulted"]
    if draw(st.integers(0, 2)) == 0 if quorum is None else quorum:
        always = draw(st.lists(st.sampled_from(binding), unique=True, max_size=2))
        tree["agreement"] = {"at least": draw(st.integers(1, len(binding))), "always": always}
    tree["leanings"] = draw(leanings(list(sides), list(nodes)))
    if judged:
        tree["judgments"] = draw(judgments(tree, options, points, magnitude, ranged))
        _keep_the_quorum(tree)
    return tree


def _keep_the_quorum(tree: Node) -> None:
    """Nobody loses its say by a reading where a quorum counts on so many."""
    readings = [each for judgment in tree["judgments"].values() for each in judgment["readings"].values()]
    for part in (part for reading in readings for part in reading.get("change", {}).values() if "agreement" in tree):
        if part.get("role") == "consulted":
            part["role"] = "veto"


SHARES = ["0", "0.25", "0.9", "1"]


@st.composite
def leanings(draw: Draw, sides: list[str], issues: list[str]) -> Node:
    """At most two groups of doubts, which share no number: they are of different parties, or on different issues."""
    key, names = draw(st.sampled_from([("parties", sides), ("issues", issues)]))
    groups = draw(st.lists(st.lists(st.sampled_from(names), min_size=1, unique=True), max_size=2))
    if len(groups) == 2:
        groups[1] = [name for name in groups[1] if name not in groups[0]]
    other, others = ("issues", issues) if key == "parties" else ("parties", sides)
    found: Node = {}
    for k, group in enumerate(group for group in groups if group):
        found[f"g{k}"] = {"share": draw(st.sampled_from(SHARES)), key: group}
        if draw(st.booleans()):
            found[f"g{k}"][other] = draw(st.lists(st.sampled_from(others), min_size=1, unique=True))
    return found


@st.composite
def conditions(draw: Draw, options: Mapping[str, list[str]]) -> Node:
    """Either form."""
    if draw(st.booleans()):
        return {"never": draw(some_terms(options))}
    return {"when": draw(some_terms(options, 2)), "requires": draw(some_terms(options, 2))}


def _obeyed(rules: list[Node], options: Mapping[str, list[str]], draw: Draw) -> list[Node]:
    outcome = {name: draw(st.sampled_from(each)) for name, each in options.items()}

    def holds(node: Node) -> bool:
        return all(outcome[name] in words for name, words in sets_of(options, node).items())

    def obeyed(rule: Node) -> bool:
        return not holds(rule["never"]) if "never" in rule else not holds(rule["when"]) or holds(rule["requires"])

    return [rule for rule in rules if obeyed(rule)]


@st.composite
def judgments(
    draw: Draw,
    tree: Node,
    options: Mapping[str, list[str]],
    points: Mapping[str, list[str]],
    magnitude: str,
    ranged: bool,
) -> Node:
    """At most two judgments; they move different parties and interactions, or both only add."""
    sides, rules = tree["parties"], tree["interactions"]
    number = draw(st.integers(0, 2))
    adding = draw(st.booleans())
    found: Node = {}
    for k in range(number):
        mine = [name for j, name in enumerate(sides) if adding or j % max(number, 1) == k]
        theirs = [r.get("id", f"interaction {j + 1}") for j, r in enumerate(rules) if adding or j % max(number, 1) == k]
        readings = {}
        for name in draw(st.sampled_from([["yes"], ["yes", "no"], ["yes", "no", "perhaps"]])):
            first = draw(changes(sides, mine, theirs, options, points, magnitude, ranged, adding))
            second = draw(changes(sides, mine, theirs, options, points, magnitude, ranged, True))
            for part in second.values() if not adding else ():
                part.pop("over", None)  # a role set beside it may forbid that
            readings[name] = {"add": second} if adding else {"change": first, "add": second}
            if draw(st.booleans()):
                readings[name] = {"change": second, "add": True} if adding else {"change": first}
        found[f"j{k}"] = {"readings": readings}
        if draw(st.integers(0, 3)):
            found[f"j{k}"]["likely"] = draw(st.sampled_from(list(readings)))
    return found


@st.composite
def changes(
    draw: Draw,
    sides: Node,
    mine: list[str],
    theirs: list[str],
    options: Mapping[str, list[str]],
    points: Mapping[str, list[str]],
    magnitude: str,
    ranged: bool,
    adding: bool,
) -> Node:
    """What a reading sets, or (`adding`, and then never a role) adds."""
    change: Node = {}
    for name in draw(st.lists(st.sampled_from(mine), max_size=2, unique=True)) if mine else ():
        part: Node = change.setdefault(name, {})
        if draw(st.booleans()):
            part["worth"] = draw(worths(points, magnitude, ranged))
        if draw(st.integers(0, 2)) == 0:
            part["reservation"] = draw(figures(magnitude, ranged))
        if draw(st.integers(0, 2)) == 0:
            part["refuses"] = draw(refusals(options)) if draw(st.integers(0, 2)) else {next(iter(options)): []}
        if sides[name]["role"] == "veto" and draw(st.integers(0, 2)) == 0:
            part["over"] = draw(some_terms(options, 2))
        if not adding and name != next(iter(sides)) and draw(st.integers(0, 2)) == 0:
            part["role"] = draw(st.sampled_from(["principal", "veto", "consulted"]))
            part["over"] = {} if part["role"] != "veto" else part.get("over", {})
    rules = draw(st.lists(st.sampled_from(theirs), max_size=2, unique=True)) if theirs else ()
    if rules:
        change["interactions"] = {
            rule: {
                name: draw(figures(magnitude, ranged))
                for name in draw(st.lists(st.sampled_from(list(sides)), min_size=1, unique=True))
            }
            for rule in rules
        }
    return change


def readings_of(tree: Node, most: int = 6) -> list[dict[str, str]]:
    """Every way to read the judgments, up to so many."""
    tables = [[(name, reading) for reading in node["readings"]] for name, node in tree.get("judgments", {}).items()]
    return [dict(each) for each in islice(product(*tables), most)]


@st.composite
def outcomes_of(draw: Draw, tree: Node) -> dict[str, str]:
    """Any outcome, whether or not the conditions allow it."""
    return {name: draw(st.sampled_from(list(each))) for name, each in world_of(tree).issues.items()}


@st.composite
def negotiations(draw: Draw, *, quorum: bool | None = False, judged: bool = False, most_issues: int = 4) -> Node:
    """A tree with demands that some allowed outcome holds, packages that obey, and perhaps comparable points."""
    tree = draw(trees(quorum=quorum, judged=judged, most_issues=most_issues))
    world = world_of(tree)
    options = {name: list(each) for name, each in world.issues.items()}
    allowed = list(outcomes(world))
    terms = draw(st.lists(some_terms(options, 2), min_size=2, max_size=3))
    possible = [each for each in terms if any(holds(sets_of(options, each), outcome) for outcome in allowed)]
    chosen = draw(st.lists(st.sampled_from(allowed), min_size=1, max_size=2))
    tree["demands"] = {f"d{k}": {"terms": each} for k, each in enumerate(possible)}
    tree["packages"] = {f"k{k}": {"terms": each} for k, each in enumerate(chosen)}
    if draw(st.booleans()):
        tree["points"] = "comparable"
    return tree
