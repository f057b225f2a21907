"""The state machine as a picture: every node and edge, and the path that one turn took lit.

The way of a plain answer is the middle row, what asks the customer stands above it. Pure functions; the
picture is an SVG without scripts or styles of its own (its classes are in ``replay.css``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from graph.build import GraphDependencies, build_graph

START, END = "__start__", "__end__"
_LABELS = {START: "start", END: "end"}
_PLACES = {
    START: (0, 1), "detect_intent": (1, 1), "select_tools": (2, 1), "execute_tools": (3, 1), "synthesize": (4, 1),
    END: (5, 1), "clarify": (2, 0), "confirm": (3, 0), "troubleshoot": (4, 0), "hand_over": (3, 2),
    "plan": (2, 2),
}  # fmt: skip
"""Column and row of the nodes that have their place; any other one stands below, in the column of its distance."""
_WIDE, _HIGH = 118, 34
_COLUMN, _ROW = 160, 86
_MARGIN = 24

_MARKER = (
    '<marker id="{id}" class="{id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="11" markerHeight="11" '
    'markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0 0 8 4 0 8z"/></marker>'
)


@dataclass(frozen=True)
class Shape:
    """Nodes and edges of a graph.

    Attributes:
        nodes: Column and row by name.
        edges: From and to, by name.
    """

    nodes: Mapping[str, tuple[int, int]]
    edges: Sequence[tuple[str, str]]


def shape_of(parts: GraphDependencies) -> Shape:
    """The shape of the graph that these parts make."""
    drawn = build_graph(parts).get_graph()
    return placed([(edge.source, edge.target) for edge in drawn.edges])


def placed(edges: Sequence[tuple[str, str]]) -> Shape:
    """Put every node that can be reached into its place."""
    distance = {START: 0}
    reached = [START]
    for name in reached:  # grows while it is walked
        for source, target in edges:
            if source == name and target not in distance:
                distance[target] = distance[name] + 1
                reached.append(target)
    nodes: dict[str, tuple[int, int]] = {}
    for name in reached:
        below = 3 + sum(column == distance[name] and row >= 3 for column, row in nodes.values())
        nodes[name] = _PLACES.get(name, (distance[name], below))
    return Shape(nodes, edges)


def path_of(shape: Shape, visited: Sequence[str], ended: bool) -> list[tuple[str, str]]:
    """The edges that a turn took.

    Args:
        shape: Of the graph.
        visited: Its nodes in order.
        ended: Whether it came to the end, and does not wait for the customer.
    """
    stops = [*([START] if visited and (START, visited[0]) in shape.edges else []), *visited, *([END] if ended else [])]
    return [pair for pair in zip(stops, stops[1:], strict=False) if pair in shape.edges]


def picture(
    shape: Shape, visited: Sequence[str], ended: bool, title: str = "path", labels: Mapping[str, str] = _LABELS
) -> str:
    """The graph as SVG, with what was visited lit.

    Args:
        shape: Of the graph.
        visited: Its nodes in order.
        ended: Whether the turn came to the end.
        title: The word for the path, in the reader's language.
        labels: The words for nodes that are shown under another name: the start and the end.
    """
    taken = path_of(shape, visited, ended)
    lit = {*visited, *(name for pair in taken for name in pair)}
    deepest = max(row for _, row in shape.nodes.values())
    last = max(column for column, _ in shape.nodes.values())
    width, height = 2 * _MARGIN + last * _COLUMN + _WIDE, 2 * _MARGIN + deepest * _ROW + _HIGH + _ROW // 2
    edges = [_edge(shape, pair, False) for pair in shape.edges if pair not in taken]
    edges += [_edge(shape, pair, True) for pair in dict.fromkeys(taken)]
    nodes = [_node(shape, name, name in lit, labels.get(name, name)) for name in shape.nodes]
    way = " → ".join(visited) or "–"
    told = f"{escape(title)}: {escape(way)}"
    return (
        f'<svg class="graph" viewBox="0 0 {width} {height}" role="img" aria-label="{told}"><defs>'
        f"{_MARKER.format(id='tip')}{_MARKER.format(id='lit')}</defs>{''.join(edges)}{''.join(nodes)}</svg>"
    )


def _node(shape: Shape, name: str, lit: bool, label: str) -> str:
    x, y = _corner(shape, name)
    return (
        f'<g class="node{" lit" if lit else ""}" data-node="{escape(name)}">'
        f'<rect x="{x}" y="{y}" width="{_WIDE}" height="{_HIGH}" rx="9"/>'
        f'<text x="{x + _WIDE / 2}" y="{y + _HIGH / 2}">{escape(label)}</text></g>'
    )


def _edge(shape: Shape, pair: tuple[str, str], lit: bool) -> str:
    (x1, y1), (x2, y2) = _corner(shape, pair[0]), _corner(shape, pair[1])
    middle = _HIGH / 2
    start: tuple[float, float]
    end: tuple[float, float]
    if pair[0] == pair[1]:
        start, end = (x1 + _WIDE * 0.3, y1), (x1 + _WIDE * 0.7, y1)
        curve = f"C{start[0]} {y1 - 26} {end[0]} {y1 - 26} {end[0]} {y1}"
    elif x2 == x1 or y2 != y1 and x2 < x1:  # to another row of the same or an earlier column
        down = y2 > y1
        start, end = (x1 + _WIDE * 0.4, y1 + (_HIGH if down else 0)), (x2 + _WIDE * 0.6, y2 + (0 if down else _HIGH))
        bend = (end[1] - start[1]) / 2
        curve = f"C{start[0]} {start[1] + bend} {end[0]} {end[1] - bend} {end[0]} {end[1]}"
    elif x2 > x1 and (y1 != y2 or x2 - x1 == _COLUMN):  # on to a later column
        start, end = (x1 + _WIDE, y1 + middle), (x2, y2 + middle)
        bend = (end[0] - start[0]) / 2
        curve = f"C{start[0] + bend} {start[1]} {end[0] - bend} {end[1]} {end[0]} {end[1]}"
    else:  # over other nodes of the same row: below them
        start, end = (x1 + _WIDE * 0.6, y1 + _HIGH), (x2 + _WIDE * 0.4, y2 + _HIGH)
        deep = y1 + _HIGH + 14 + abs(x2 - x1) / 16
        curve = f"C{start[0]} {deep} {end[0]} {deep} {end[0]} {end[1]}"
    mark = "lit" if lit else "tip"
    return f'<path class="edge {mark}" marker-end="url(#{mark})" d="M{start[0]} {start[1]}{curve}"/>'


def _corner(shape: Shape, name: str) -> tuple[int, int]:
    column, row = shape.nodes[name]
    return _MARGIN + column * _COLUMN, _MARGIN + row * _ROW
