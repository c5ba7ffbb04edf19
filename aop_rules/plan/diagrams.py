"""The plan's graph drawn as Mermaid or DOT text, or as plain data. The same plan gives the same text."""

from __future__ import annotations

from typing import Any

from aop_rules.exact.number import number_text
from aop_rules.plan.edges import Edge, Kind, Node, edges_of, nodes_of
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words

_MERMAID: dict[Kind, tuple[str, str]] = {
    "goal": ("([", "])"),
    "kpi": ("(", ")"),
    "initiative": ("[", "]"),
    "milestone": (">", "]"),
    "line": ("[(", ")]"),
    "role": ("[/", "/]"),
    "risk": ("{{", "}}"),
}
_DOT: dict[Kind, str] = {
    "goal": "doubleoctagon",
    "kpi": "ellipse",
    "initiative": "box",
    "milestone": "cds",
    "line": "cylinder",
    "role": "parallelogram",
    "risk": "hexagon",
}


def mermaid(plan: Plan, language: str = "en") -> str:
    """A Mermaid flowchart: paste it into Markdown. What serves stands below what it serves."""
    names = _numbered(plan)
    lines = ["flowchart BT"]
    for node, name in names.items():
        opened, closed = _MERMAID[node.kind]
        lines.append(f'    {name}{opened}"{_for_mermaid(label(plan, node, language))}"{closed}')
    for edge in _sorted(plan):
        arrow = "-.->" if edge.relation in ("threatens", "watches") else "-->"
        lines.append(f"    {names[edge.source]} {arrow}|{_for_mermaid(_said(edge))}| {names[edge.target]}")
    return "\n".join(lines) + "\n"


def dot(plan: Plan, language: str = "en") -> str:
    """A Graphviz digraph."""
    names = _numbered(plan)
    lines = [f"digraph {_quoted(plan.id)} {{", "    rankdir=BT;"]
    for node, name in names.items():
        lines.append(f"    {name} [label={_quoted(label(plan, node, language))}, shape={_DOT[node.kind]}];")
    for edge in _sorted(plan):
        style = ", style=dashed" if edge.relation in ("threatens", "watches") else ""
        lines.append(f"    {names[edge.source]} -> {names[edge.target]} [label={_quoted(_said(edge))}{style}];")
    return "\n".join([*lines, "}"]) + "\n"


def graph_data(plan: Plan) -> dict[str, Any]:
    """The graph as plain data for JSON: `nodes` (kind, id, name) and `edges` (relation, from, to, part, effect)."""
    return {
        "plan": {"id": plan.id, "version": plan.version},
        "nodes": [
            {"kind": n.kind, "id": n.id, "name": {"en": label(plan, n, "en"), "vi": label(plan, n, "vi")}}
            for n in sorted(nodes_of(plan))
        ],
        "edges": [
            {
                "relation": e.relation,
                "from": {"kind": e.source.kind, "id": e.source.id},
                "to": {"kind": e.target.kind, "id": e.target.id},
                **({"part": e.part} if e.part else {}),
                **({"effect": number_text(e.effect)} if e.effect is not None else {}),
                **({"confidence": e.confidence} if e.confidence else {}),
            }
            for e in _sorted(plan)
        ],
    }


def label(plan: Plan, node: Node, language: str) -> str:
    """The name of a node as the plan's readers know it."""
    words: Words
    if node.kind == "milestone":
        owner, _, name = node.id.partition(".")
        milestone = plan.initiatives[owner].milestones[name]
        return f"{milestone.name.in_language(language)} ({milestone.due})"
    if node.kind == "goal":
        words = plan.goals[node.id].name
    elif node.kind == "kpi":
        words = plan.kpis[node.id].name
    elif node.kind == "initiative":
        words = plan.initiatives[node.id].name
    elif node.kind == "line":
        words = plan.budget.lines[node.id].name
    elif node.kind == "role":
        words = plan.resources.roles[node.id].name
    else:
        words = plan.risks[node.id].name
    return words.in_language(language)


def _numbered(plan: Plan) -> dict[Node, str]:
    """Short names for the drawing: ids of users may be words that the drawing language keeps for itself."""
    return {node: f"n{number}" for number, node in enumerate(sorted(nodes_of(plan)), 1)}


def _sorted(plan: Plan) -> list[Edge]:
    return sorted(edges_of(plan), key=lambda edge: (edge.source, edge.target, edge.relation, edge.part))


def _said(edge: Edge) -> str:
    return f"{edge.relation.replace('_', ' ')}{f' ({edge.part})' if edge.part and edge.part != 'sum' else ''}"


def _for_mermaid(text: str) -> str:
    """Mermaid reads `#35;` for a character by its number; a letter stands for itself."""
    plain = " ".join(text.split())
    return "".join(c if c.isalnum() or c in " .,:-_()/%+'" else f"#{ord(c)};" for c in plain)


def _quoted(text: str) -> str:
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
