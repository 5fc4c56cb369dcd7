"""U+0000 in the address of an admin page."""

import pytest
from django.contrib.auth.models import User
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/admin/routing/destination/?kind=%00", "/admin/dlq/operation/?kind=a%00", "/admin/routing/delivery/?q=%00"],
)
def test_it_is_refused_before_the_database_meets_it(client: Client, address: str) -> None:
    client.force_login(User.objects.create_superuser("admin"))

    assert client.get(address).status_code == 400
