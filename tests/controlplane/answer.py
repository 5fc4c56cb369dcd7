"""A command that was run in the test's own process."""

import io
import json
from typing import Any

from django.core.management import CommandError, call_command


class Answer:
    """What a command wrote, and how it ended."""

    def __init__(self, *words: str) -> None:
        self.out, self.err = io.StringIO(), io.StringIO()
        self.code: Any = 0
        try:
            call_command(*words, stdout=self.out, stderr=self.err)
        except SystemExit as end:
            self.code = end.code
        except CommandError as error:
            self.code = error.returncode
            self.err.write(str(error))

    @property
    def text(self) -> str:
        return self.out.getvalue()

    @property
    def talk(self) -> str:
        return self.err.getvalue()

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.text.splitlines()]
