"""What can go wrong with a benchmark itself."""


class WrongCountError(RuntimeError):
    """What arrived is not what went in."""


class WorkerDiedError(RuntimeError):
    """A worker ended by itself; the text ends with its last lines."""
