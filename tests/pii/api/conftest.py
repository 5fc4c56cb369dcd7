import pytest
from django.test import Client

from tests.api.conftest import Call
from tests.api.conftest import caller as caller  # the fixture


@pytest.fixture
def editor(caller: Call) -> Client:
    return caller("events:read", "configure")


@pytest.fixture
def publisher(caller: Call) -> Client:
    return caller("events:read", "publish")


@pytest.fixture
def reader(caller: Call) -> Client:
    return caller("events:read")
