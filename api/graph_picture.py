"""The state machine as a picture: every node and edge, and the path that one turn took lit.

Nodes stand in columns by their distance from the start. Pure functions; the picture is an SVG without scripts or
styles of its own (its classes are in ``replay.css``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from graph.build import Parts, build_graph

START, END = "__start__", "__end__"
_WIDE, _HIGH = 118, 34
_COLUMN, _ROW = 196, 74
_MARGIN = 16

_MARKER = (
    '<marker id="{id}" class="{id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
    'orient="auto-start-reverse"><path d="M0 0 8 4 0 8z"/></marker>'
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


def shape_of(parts: Parts) -> Shape:
    """The shape of the graph that these parts make."""
    drawn = build_graph(parts).get_graph()
    return placed([(edge.source, edge.target) for edge in drawn.edges])


def placed(edges: Sequence[tuple[str, str]]) -> Shape:
    """Put every node into the column of its distance from the start; the end stands last."""
    columns = {START: 0}
    reached = [START]
    for name in reached:  # grows while it is walked
        for source, target in edges:
            if source == name and target not in columns:
                columns[target] = columns[name] + 1
                reached.append(target)
    columns[END] = max(columns.values())
    rows: dict[int, int] = {}
    nodes = {}
    for name in reached:
        row = rows.get(columns[name], 0)
        rows[columns[name]] = row + 1
        nodes[name] = (columns[name], row)
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


def picture(shape: Shape, visited: Sequence[str], ended: bool) -> str:
    """The graph as SVG, with what was visited lit."""
    taken = path_of(shape, visited, ended)
    lit = {*visited, *(name for pair in taken for name in pair)}
    deepest = max(row for _, row in shape.nodes.values())
    last = max(column for column, _ in shape.nodes.values())
    width, height = 2 * _MARGIN + last * _COLUMN + _WIDE, 2 * _MARGIN + deepest * _ROW + _HIGH + _ROW // 2
    edges = [_edge(shape, pair, False) for pair in shape.edges if pair not in taken]
    edges += [_edge(shape, pair, True) for pair in dict.fromkeys(taken)]
    nodes = [_node(shape, name, name in lit) for name in shape.nodes]
    way = " → ".join(visited) or "nothing"
    return (
        f'<svg class="graph" viewBox="0 0 {width} {height}" role="img" aria-label="path: {escape(way)}"><defs>'
        f"{_MARKER.format(id='tip')}{_MARKER.format(id='lit')}</defs>{''.join(edges)}{''.join(nodes)}</svg>"
    )


def _node(shape: Shape, name: str, lit: bool) -> str:
    x, y = _corner(shape, name)
    label = {START: "start", END: "end"}.get(name, name)
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
    if x2 > x1:  # on to a later column
        start, end = (x1 + _WIDE, y1 + middle), (x2, y2 + middle)
        bend = (end[0] - start[0]) / 2
        curve = f"C{start[0] + bend} {start[1]} {end[0] - bend} {end[1]} {end[0]} {end[1]}"
    elif x2 == x1:  # within a column, along its right side
        side = x1 + _WIDE
        start, end = (side, y1 + middle + 6), (side, y2 + middle - 6)
        curve = f"C{side + 46} {start[1]} {side + 46} {end[1]} {end[0]} {end[1]}"
    else:  # back: below both
        start, end = (x1 + _WIDE * 0.4, y1 + _HIGH), (x2 + _WIDE * 0.6, y2 + _HIGH)
        deep = max(start[1], end[1]) + 44
        curve = f"C{start[0]} {deep} {end[0]} {deep} {end[0]} {end[1]}"
    mark = "lit" if lit else "tip"
    return f'<path class="edge {mark}" marker-end="url(#{mark})" d="M{start[0]} {start[1]}{curve}"/>'


def _corner(shape: Shape, name: str) -> tuple[int, int]:
    column, row = shape.nodes[name]
    return _MARGIN + column * _COLUMN, _MARGIN + row * _ROW
