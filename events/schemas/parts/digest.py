"""The names of parts. A root and a chunk of the same content have different names, so neither passes for the other."""

import hashlib
import re

SIZE = 32
DIGEST = re.compile(r"[0-9a-f]{64}")


def root_digest(content: str) -> str:
    return _digest(b"schema root", content)


def chunk_digest(content: str) -> str:
    return _digest(b"schema chunk", content)


def _digest(domain: bytes, content: str) -> str:
    return hashlib.blake2b(content.encode(), digest_size=SIZE, person=domain).hexdigest()
