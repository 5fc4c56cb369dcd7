"""What is wrong with what somebody asks to be done to many."""


class OperationError(ValueError):
    """An act on many cannot be asked for like this."""


class ReasonRequiredError(OperationError):
    """Giving up needs a reason."""

    def __init__(self) -> None:
        super().__init__("say why they are given up")


class MoreThanExpectedError(OperationError):
    """It would take more than was agreed to. `count` is how many it would be."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__("there are more by now than you expected")
