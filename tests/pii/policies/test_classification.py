from typing import Any

import pytest

from events.envelope.attributes import MAX_NAME
from events.pii.detection import Kind
from events.pii.policies.action import Action
from events.pii.policies.classification import POLICY, TREATMENT, classification_of, emitted
from events.pii.policies.errors import ClassificationError


@pytest.mark.parametrize(
    ("attributes", "minimum"),
    [
        ({}, "LOG"),
        ({"tenant": "acme"}, "LOG"),
        ({"dataclassification": "public"}, "LOG"),
        ({"dataclassification": "internal"}, "LOG"),
        ({"dataclassification": "confidential"}, "ANONYMIZE"),
        ({"dataclassification": "restricted"}, "ENCRYPT"),
        ({"dataclassification": "public", "dataregulation": "GDPR, PCI-DSS"}, "ANONYMIZE"),
        ({"dataclassification": "public", "datacategory": "special-category"}, "ENCRYPT"),
        ({"dataclassification": "restricted", "datacategory": "non-pii"}, "ENCRYPT"),
    ],
)
def test_what_an_event_says_of_its_data_is_the_least_that_is_done(attributes: Any, minimum: str) -> None:
    assert classification_of(attributes).minimum == minimum


@pytest.mark.parametrize(
    ("attributes", "named"),
    [
        ({"dataclassification": "Public"}, "dataclassification"),
        ({"dataclassification": ""}, "dataclassification"),
        ({"dataclassification": 3}, "dataclassification"),
        ({"dataregulation": "GDPR"}, "dataregulation"),
        ({"datacategory": "phi"}, "datacategory"),
        ({"dataclassification": "public", "dataregulation": "GDPR,,"}, "dataregulation"),
        ({"dataclassification": "public", "dataregulation": "XYZ"}, "dataregulation"),
        ({"dataclassification": "public", "dataregulation": True}, "dataregulation"),
        ({"dataclassification": "public", "datacategory": "nice"}, "datacategory"),
    ],
)
def test_what_is_not_known_is_refused_by_its_name_and_not_quoted(attributes: Any, named: str) -> None:
    with pytest.raises(ClassificationError) as refused:
        classification_of(attributes)

    assert refused.value.attribute == named
    assert "XYZ" not in str(refused.value)


def test_an_event_in_which_something_was_found_says_by_which_version_and_what_was_done() -> None:
    done = [Action.ENCRYPT, Action.ANONYMIZE, Action.ENCRYPT]

    said = emitted(7, [Kind.EMAIL], done, classified=False)

    assert said == {"piipolicy": 7, "pii": "anonymized,encrypted", "dataclassification": "confidential"}
    assert all(name.isalnum() and name.islower() and len(name) <= min(20, MAX_NAME) for name in said)


def test_secrets_and_cards_make_an_event_restricted_and_what_a_producer_said_stays() -> None:
    kinds = [Kind.EMAIL, Kind.CREDIT_CARD]

    assert emitted(0, kinds, [Action.LOG], classified=False)["dataclassification"] == "restricted"
    assert emitted(0, kinds, [Action.LOG], classified=True) == {POLICY: 0, TREATMENT: "clear"}


def test_an_event_without_findings_stays_as_it_is() -> None:
    assert emitted(7, [], [], classified=False) == {}
