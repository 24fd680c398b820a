"""A script drawn as a map of its ways: steps in layers from the first one down, ways as curves. Pure.

A step stands below every step that leads to it, except those that it leads back to. Where a way passes
layers, an empty place is kept for it in each, so that it does not run through other steps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean

WIDTH, HEIGHT = 136, 44
GAP_X, GAP_Y = 16, 48
EMPTY = 14
MARGIN = 12
MOST_LETTERS = 18
WORDS = 18
"""The words of a way stand so much above where it enters the next layer."""

SWEEPS = 4
"""How often the order within layers is looked at anew, to have few ways cross."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A step to be drawn: its words, its ways on (words and where to), and whether the call may end there."""

    name: str
    label: str
    detail: str
    ways: Sequence[tuple[str, str]]
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A step as drawn. `state`: "" or `dead_end`, `unreachable`, `missing` (led to, but not there)."""

    name: str
    number: int
    label: str
    detail: str
    x: float
    y: float
    state: str
    ends: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A way as drawn: its path, and its words with their place."""

    path: str
    label: str
    x: float
    y: float
    is_back: bool


@dataclass(frozen=True, slots=True)
class FlowMap:
    """The whole map."""

    width: float
    height: float
    box: tuple[int, int]
    boxes: Sequence[Box]
    lines: Sequence[Line]


_Edge = tuple[int, int, str]
Places = dict[tuple[int, int], tuple[float, float]]
"""Where things stand: a step by (its number, -1), an empty place by (the way's number, its layer)."""


def draw_map(stops: Sequence[Stop]) -> FlowMap:
    """The map of the steps; the first is where calls begin."""
    stops, missing = _with_missing(stops)
    numbers = {stop.name: at for at, stop in reversed(list(enumerate(stops)))}
    edges = [(at, numbers[to], label) for at, stop in enumerate(stops) for to, label in _ways(stop).items()]
    back = _back_edges(len(stops), edges)
    reached = _reached(edges)
    layers = _layers(len(stops), edges, back, reached)
    rows = _rows(layers, edges, back)
    places = _placed(rows)
    states = [_state(at, stop, reached, missing) for at, stop in enumerate(stops)]
    boxes = [_box(at, stop, places[at, -1], states[at]) for at, stop in enumerate(stops)]
    lines = [_line(number, edge, places, layers, number in back) for number, edge in enumerate(edges)]
    width = max((x for x, _ in places.values()), default=0) + WIDTH + 2 * MARGIN
    height = max((box.y for box in boxes), default=0) + HEIGHT + MARGIN
    return FlowMap(width, height, (WIDTH, HEIGHT), boxes, lines)


def _ways(stop: Stop) -> dict[str, str]:
    """Where the step leads, each place once, with all the words for it."""
    ways: dict[str, list[str]] = {}
    for label, to in stop.ways:
        ways.setdefault(to, []).append(label)
    return {to: " / ".join(filter(None, labels)) for to, labels in ways.items()}


def _with_missing(stops: Sequence[Stop]) -> tuple[list[Stop], frozenset[int]]:
    """The steps, and one for each that is led to but not there."""
    known = {stop.name for stop in stops}
    lost = dict.fromkeys(to for stop in stops for _, to in stop.ways if to not in known)
    found = [*stops, *(Stop(name, name, "", (), ends=True) for name in lost)]
    return found, frozenset(range(len(stops), len(found)))


def _reached(edges: Sequence[_Edge]) -> set[int]:
    onwards: dict[int, list[int]] = {}
    for start, end, _ in edges:
        onwards.setdefault(start, []).append(end)
    reached: set[int] = set()
    waiting = [0]
    while waiting:
        at = waiting.pop()
        if at not in reached:
            reached.add(at)
            waiting += onwards.get(at, ())
    return reached


def _back_edges(count: int, edges: Sequence[_Edge]) -> set[int]:
    """The ways that lead back to a step on the way from the first one: without them there are no circles."""
    onwards: dict[int, list[tuple[int, int]]] = {}
    for number, (start, end, _) in enumerate(edges):
        onwards.setdefault(start, []).append((number, end))
    back: set[int] = set()
    done: set[int] = set()
    for root in range(count):
        if root not in done:
            _search(root, onwards, back, done)
    return back


def _search(
    root: int, onwards: Mapping[int, Sequence[tuple[int, int]]], back: set[int], done: set[int]
) -> None:
    """Goes down from a step; without recursion, because scripts may be long."""
    on_the_way = {root}
    stack = [(root, iter(onwards.get(root, ())))]
    while stack:
        at, ways = stack[-1]
        way = next(ways, None)
        if way is None:
            stack.pop()
            on_the_way.discard(at)
            done.add(at)
        elif way[1] in on_the_way:
            back.add(way[0])
        elif way[1] not in done:
            on_the_way.add(way[1])
            stack.append((way[1], iter(onwards.get(way[1], ()))))


def _layers(count: int, edges: Sequence[_Edge], back: set[int], reached: set[int]) -> list[int]:
    """The layer of each step: below the lowest that leads to it. What nothing leads to stands at the end."""
    forward = [(start, end) for number, (start, end, _) in enumerate(edges) if number not in back]
    layers = [0] * count
    for _ in range(count):
        moved = False
        for start, end in forward:
            if layers[end] <= layers[start]:
                layers[end], moved = layers[start] + 1, True
        if not moved:
            break
    bottom = max((layers[at] for at in reached if at < count), default=-1) + 1
    return [layer if at in reached else layer + bottom for at, layer in enumerate(layers)]


_Row = list[tuple[int, int]]


def _rows(layers: Sequence[int], edges: Sequence[_Edge], back: set[int]) -> list[_Row]:
    """What stands in each layer, in an order in which few ways cross."""
    rows: list[_Row] = [[] for _ in range(max(layers, default=-1) + 1)]
    for at, layer in enumerate(layers):
        rows[layer].append((at, -1))
    chains: list[list[tuple[int, int]]] = []
    for number, (start, end, _) in enumerate(edges):
        if number not in back:
            between = [(number, layer) for layer in range(layers[start] + 1, layers[end])]
            for place in between:
                rows[place[1]].append(place)
            chains.append([(start, -1), *between, (end, -1)])
    return _uncrossed(rows, chains)


def _uncrossed(rows: list[_Row], chains: Sequence[Sequence[tuple[int, int]]]) -> list[_Row]:
    above: dict[tuple[int, int], list[tuple[int, int]]] = {}
    below: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for chain in chains:
        for upper, lower in pairwise(chain):
            above.setdefault(lower, []).append(upper)
            below.setdefault(upper, []).append(lower)
    for sweep in range(SWEEPS):
        near = above if sweep % 2 == 0 else below
        for row in rows if sweep % 2 == 0 else reversed(rows):
            order = {each: at for other in rows for at, each in enumerate(other)}
            row.sort(key=lambda each: _middle(each, near, order))
    return rows


def _middle(
    each: tuple[int, int],
    near: Mapping[tuple[int, int], Sequence[tuple[int, int]]],
    order: Mapping[tuple[int, int], int],
) -> float:
    return mean(order[other] for other in near[each]) if each in near else order[each]


def _placed(rows: Sequence[_Row]) -> Places:
    widths = [sum(_width(each) + GAP_X for each in row) - GAP_X for row in rows]
    widest = max(widths, default=0)
    places: Places = {}
    for layer, row in enumerate(rows):
        x = MARGIN + (widest - widths[layer]) / 2
        for each in row:
            places[each] = (x, MARGIN + layer * (HEIGHT + GAP_Y))
            x += _width(each) + GAP_X
    return places


def _width(each: tuple[int, int]) -> int:
    return WIDTH if each[1] < 0 else EMPTY


def _state(at: int, stop: Stop, reached: set[int], missing: frozenset[int]) -> str:
    if at in missing:
        return "missing"
    if at not in reached:
        return "unreachable"
    return "" if stop.ways or stop.ends else "dead_end"


def _box(at: int, stop: Stop, place: tuple[float, float], state: str) -> Box:
    label, detail = _shortened(stop.label), _shortened(stop.detail)
    return Box(stop.name, at, label, detail, place[0], place[1], state, stop.ends)


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"


def _line(number: int, edge: _Edge, places: Places, layers: Sequence[int], is_back: bool) -> Line:
    start, end, label = edge
    x0, y0 = places[start, -1]
    x1, y1 = places[end, -1]
    if is_back:
        return _back_line(label, (x0, y0), (x1, y1))
    points = [(x0 + WIDTH / 2, y0 + HEIGHT)]
    for layer in range(layers[start] + 1, layers[end]):
        x, y = places[number, layer]
        points += [(x + EMPTY / 2, y), (x + EMPTY / 2, y + HEIGHT)]
    points.append((x1 + WIDTH / 2, y1))
    x, y = points[1]  # the words stand where the ways have parted
    return Line(_curves(points), _shortened(label), x, y - WORDS, is_back=False)


def _curves(points: Sequence[tuple[float, float]]) -> str:
    path = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for (x0, y0), (x1, y1) in pairwise(points):
        half = (y0 + y1) / 2
        path.append(f"C{x0:g} {half:g} {x1:g} {half:g} {x1:g} {y1:g}")
    return " ".join(path)


def _back_line(label: str, start: tuple[float, float], end: tuple[float, float]) -> Line:
    """A way back: out at the right, and in at the right."""
    x0, y0 = start[0] + WIDTH, start[1] + HEIGHT / 2
    x1, y1 = end[0] + WIDTH, end[1] + HEIGHT / 2
    out = max(x0, x1) + GAP_X
    path = f"M{x0:g} {y0:g} C{out:g} {y0:g} {out:g} {y1:g} {x1:g} {y1:g}"
    return Line(path, _shortened(label), out - GAP_X / 2, (y0 + y1) / 2, is_back=True)
