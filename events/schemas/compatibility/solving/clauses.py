"""What must hold of one value: literals, and clauses of which one option each must hold."""

from collections.abc import Iterable

from events.schemas.compatibility.nodes import Node, Op, Signed

Literals = dict[Signed, None]
Clause = tuple[Signed, ...]


class Contradiction(Exception):  # noqa: N818
    """Nothing fits."""


class Claims:
    """Literals and clauses of values of one kind; the nodes are projected on it."""

    def __init__(
        self, literals: Literals | None = None, clauses: Iterable[Clause] = (), stated: Iterable[Signed] = ()
    ) -> None:
        self.literals: Literals = dict(literals or {})
        self.clauses: dict[Clause, None] = dict.fromkeys(clauses)
        # What was taken apart into literals and clauses.
        self.stated = set(stated)

    def with_option(self, chosen: Clause, option: Signed) -> "Claims":
        """A copy in which this option of a clause was taken. Raises Contradiction."""
        claims = Claims(self.literals, (clause for clause in self.clauses if clause is not chosen), self.stated)
        claims.add([option])
        claims.simplify()
        return claims

    def add(self, waiting: Iterable[Signed]) -> None:
        """Raises Contradiction."""
        todo = list(waiting)[::-1]
        while todo:
            node, sign = todo.pop()
            if node.op in (Op.TRUE, Op.FALSE):
                if sign is not (node.op is Op.TRUE):
                    raise Contradiction
            elif node.op is Op.NOT:
                todo.append((node.args[0], not sign))
            elif node.op in (Op.ALL, Op.ANY):
                self._add_joined(node, sign, todo)
            else:
                self._add_literal((node, sign))

    def _add_joined(self, node: Node, sign: bool, todo: list[Signed]) -> None:
        if (node, not sign) in self.stated:
            raise Contradiction
        self.stated.add((node, sign))
        parts = [(part, sign) for part in node.args[0]]
        if (node.op is Op.ALL) is sign:
            todo.extend(reversed(parts))
        else:
            self.clauses[tuple(parts)] = None

    def _add_literal(self, literal: Signed) -> None:
        if (literal[0], not literal[1]) in self.literals:
            raise Contradiction
        self.literals[literal] = None

    def simplify(self) -> None:
        """Drop options that cannot hold and clauses that do; take what is left alone. Raises Contradiction."""
        changed = True
        while changed:
            before = list(self.clauses)
            self.clauses = {}
            for clause in before:
                self._take(clause)
            changed = list(self.clauses) != before

    def _take(self, clause: Clause) -> None:
        if any(self._holds(option) for option in clause):
            return
        left = tuple(option for option in clause if not self._refuted(*option))
        if not left:
            raise Contradiction
        if len(left) == 1:
            self.add(left)
        else:
            self.clauses[left if len(left) < len(clause) else clause] = None

    def _holds(self, option: Signed) -> bool:
        node, sign = option
        while node.op is Op.NOT:
            node, sign = node.args[0], not sign
        return (node, sign) in self.literals or (node, sign) in self.stated

    def _refuted(self, node: Node, sign: bool) -> bool:
        if node.op is Op.NOT:
            return self._refuted(node.args[0], not sign)
        if node.op in (Op.ALL, Op.ANY):
            if (node, not sign) in self.stated:
                return True
            parts = (self._refuted(part, sign) for part in node.args[0])
            return any(parts) if (node.op is Op.ALL) is sign else all(parts)
        if node.op in (Op.TRUE, Op.FALSE):
            return sign is not (node.op is Op.TRUE)
        return (node, not sign) in self.literals
