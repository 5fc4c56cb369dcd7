"""What ends a drain's rest: something was committed, or an answer came."""

from threading import Event


class Wake(Event):
    """`set` is the hint that something was committed; `stir` ends the rest without one, for an answer or a check.

    Only a hint calls for a read at once: a drain that reads whenever it is stirred reads in vain most of the time.
    """

    def __init__(self) -> None:
        super().__init__()
        self._hinted = True

    def set(self) -> None:
        self._hinted = True
        super().set()

    def stir(self) -> None:
        super().set()

    def take_hint(self) -> bool:
        """Whether there was a hint since the last call. One that comes meanwhile is seen now or kept."""
        if not self._hinted:
            return False
        self._hinted = False
        return True
