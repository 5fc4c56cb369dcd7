from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from events.api_keys import issue_key

Call = Callable[..., Client]


@pytest.fixture
def caller(db: None) -> Call:
    """Makes a client whose API key has these scopes, of the default tenant unless another is named."""

    def make(*scopes: str, tenant: str = "default") -> Client:
        headers: dict[str, Any] = {"Authorization": f"Bearer {issue_key('tests', scopes, tenant)[1]}"}
        return Client(headers=headers)

    return make
