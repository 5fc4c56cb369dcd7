"""Which shard an entry belongs to: all of a partition key to one, those without a key spread evenly."""

import zlib
from uuid import UUID

SHARDS = 64


def shard_of(partitionkey: str | None, uuid: UUID) -> int:
    return (uuid.int if partitionkey is None else zlib.crc32(partitionkey.encode())) % SHARDS
