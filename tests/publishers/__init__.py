import pytest

# Its assertions explain themselves too.
pytest.register_assert_rewrite("tests.publishers.contract")
