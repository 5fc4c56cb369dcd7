"""Order per key, in memory: of the works of one key whose reaches overlap, one is on its way at a time."""

from collections.abc import Iterator

from routing.relay.work import Phase, Work


class Sequencer:
    """The works of each key in their order, from admission until the settling that makes them known to the database.

    A work that failed or was held stays as a blocker until `drop`: what was read before its settling was committed
    cannot know of it otherwise.
    """

    def __init__(self) -> None:
        self._chains: dict[str, list[Work]] = {}

    def __len__(self) -> int:
        return len(self._chains)

    def admit(self, key: str, work: Work) -> Phase:
        """Put the work behind those of its key; says whether it may be SENT now, waits (QUEUED) or is HELD."""
        chain = self._chains.setdefault(key, [])
        phase = Phase.SENT
        for earlier in chain:
            if earlier.reach & work.reach:
                phase = (
                    Phase.HELD
                    if earlier.phase is not Phase.SENT and earlier.phase is not Phase.QUEUED
                    else Phase.QUEUED
                )
                if phase is Phase.HELD:
                    break
        chain.append(work)
        return phase

    def arrived(self, key: str, work: Work) -> list[Work]:
        """The work was delivered: it leaves, and the queued works it alone kept waiting are returned, in order."""
        chain = self._chains[key]
        chain.remove(work)
        if not chain:
            del self._chains[key]
            return []
        return list(_released(chain, work.reach))

    def failed(self, key: str, work: Work) -> list[Work]:
        """The work did not arrive: the queued works behind it must not pass it. They are returned, to be held."""
        held: list[Work] = []
        blocking = 0
        for later in self._chains[key]:
            if later is work:
                blocking = work.reach
            elif blocking & later.reach and later.phase is Phase.QUEUED:
                held.append(later)
                blocking |= later.reach
        return held

    def drop(self, key: str, work: Work) -> None:
        """The database knows of the work now, or it is none of ours any more."""
        chain = self._chains.get(key)
        if chain is None or work not in chain:
            return
        chain.remove(work)
        if not chain:
            del self._chains[key]


def _released(chain: list[Work], left: int) -> Iterator[Work]:
    """`left` is the reach of what has gone: what it did not keep waiting was returned before, by whatever did."""
    ahead = 0
    for work in chain:
        if work.phase is Phase.QUEUED and work.reach & left and not work.reach & ahead:
            yield work
        ahead |= work.reach
