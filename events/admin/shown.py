"""How values look on the pages: states as badges, JSON on lines of its own, texts as they are."""

import re

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

VARIANTS = {
    "pending": "info",
    "delivered": "success",
    "dead": "danger",
    "unrouted": "warning",
    "ready": "success",
    "paused": "warning",
    "unreachable": "danger",
    "in use": "success",
    "waiting": "info",
    "running": "info",
    "done": "success",
    "cancelled": "warning",
    "failed": "danger",
}
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|\{\s*\}|\[\s*\]|[{}\[\],:]|[^\s{}\[\],:"]+')


def badge(state: str) -> SafeString:
    """A state in its colour."""
    return render_to_string("unfold/helpers/label.html", {"text": state, "type": VARIANTS.get(state, "")})


def preformatted(text: str) -> SafeString:
    """Text whose spaces and lines count."""
    style = "white-space: pre-wrap; overflow-wrap: anywhere; font-family: monospace; font-size: 12px"
    style += "; max-height: 24rem; overflow-y: auto"
    return format_html('<pre style="{}">{}</pre>', style, text)


def indented(text: str) -> str:
    """JSON on lines of its own, each token as it was written: 1.50 stays 1.50. `text` must be JSON."""
    depth, lines = 0, [""]
    for piece in _PIECE.findall(text):
        if piece in ("}", "]"):
            depth -= 1
            lines.append("  " * depth)
        lines[-1] += _spaced(piece)
        if piece in ("{", "[", ","):
            depth += piece != ","
            lines.append("  " * depth)
    return "\n".join(lines)


def _spaced(piece: str) -> str:
    if piece == ":":
        return ": "
    return "".join(piece.split()) if piece[0] in "{[" else piece
