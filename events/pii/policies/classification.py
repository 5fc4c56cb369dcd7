"""What an event says of its data, by the CloudEvents Data Classification extension, and what follows from it.

`dataclassification` is public, internal, confidential or restricted; `dataregulation` is a list of regulations;
`datacategory` is a category of one of them. The extension tells intermediaries to refuse what they do not know, and
not to change what producers say: an event that says nothing is told apart by what was found in it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from events.pii.detection.kinds import Kind
from events.pii.policies.action import Action
from events.pii.policies.errors import ClassificationError

CLASSIFICATION, REGULATION, CATEGORY = "dataclassification", "dataregulation", "datacategory"
POLICY, TREATMENT = "piipolicy", "pii"
"""Attributes of our own: the version of the policies that decided, and what was done."""
OWN_WORDS = frozenset({POLICY, TREATMENT})

CLASSES: Mapping[str, Action] = {
    "public": Action.LOG,
    "internal": Action.LOG,
    "confidential": Action.ANONYMIZE,
    "restricted": Action.ENCRYPT,
}
"""Each class with the least that is done about what is found: LOG leaves it in clear."""
_RESTRICTED = frozenset({"sensitive", "special-category", "sensitive-pii", "phi"})
CATEGORIES = _RESTRICTED | {"non-sensitive", "standard", "non-sensitive-pii", "non-pii"}
_BY_REGION = (
    "GDPR PIPEDA CCPA CPRA VCDPA CPA UCPA LGPD LPDP LOCDI PDPA PIPA APPI DPDP PDPO PIPL DPA-MY DPA-ID POPIA NDPR "
    "DPA-KE PDPL GDPL PDPD APEC-CBPR"
)
REGULATIONS = frozenset(_BY_REGION.split()) | {"ISO-27001", "ISO-27701", "HIPAA", "PCI-DSS", "NIST-800-53"}

SECRETS = frozenset(
    {
        Kind.AWS_ACCESS_KEY, Kind.AWS_SECRET_KEY, Kind.JWT, Kind.PRIVATE_KEY, Kind.API_TOKEN, Kind.URL_CREDENTIALS,
        Kind.CREDENTIAL, Kind.CARD_SECURITY, Kind.CREDIT_CARD, Kind.SPECIAL_CATEGORY,
    }
)  # fmt: skip
_TREATED = {Action.LOG: "clear", Action.REDACT: "redacted", Action.ANONYMIZE: "anonymized", Action.ENCRYPT: "encrypted"}


@dataclass(frozen=True, slots=True)
class Classification:
    """`minimum` is the least that is done about what is found, `why` says who asks for it."""

    minimum: Action = Action.LOG
    why: str = ""


UNCLASSIFIED = Classification()


def classification_of(attributes: Mapping[str, object]) -> Classification:
    """What follows from an event's extension attributes. Raises ClassificationError for what is not known here."""
    if CLASSIFICATION in attributes:
        found = [_classified(attributes[CLASSIFICATION])]
        if REGULATION in attributes:
            found.append(_regulated(attributes[REGULATION]))
        if CATEGORY in attributes:
            found.append(_in_category(attributes[CATEGORY]))
        return max(found, key=lambda one: one.minimum.rank)
    for name in (REGULATION, CATEGORY):
        if name in attributes:
            raise ClassificationError(name, f"means something only together with {CLASSIFICATION}")
    return UNCLASSIFIED


def emitted(version: int, found: Iterable[Kind], done: Collection[Action], *, classified: bool) -> dict[str, str | int]:
    """The extension attributes that an event gets in which something was found; none where nothing was.

    `version` is that of the policies, `done` what was decided about each finding; `classified`: its producer has
    said of which class it is.
    """
    if not done:
        return {}
    said: dict[str, str | int] = {POLICY: version, TREATMENT: treated(done)}
    if not classified:
        said[CLASSIFICATION] = class_of(found)
    return said


def class_of(found: Iterable[Kind]) -> str:
    """The class of an event in which these were found, if nobody has said another."""
    return "restricted" if SECRETS.intersection(found) else "confidential"


def treated(done: Iterable[Action]) -> str:
    """`clear`, `redacted`, `anonymized`, `encrypted`, or some of these with commas between, in this order."""
    return ",".join(_TREATED[action] for action in sorted(set(done), key=lambda action: action.rank))


def _classified(value: object) -> Classification:
    if not isinstance(value, str) or value not in CLASSES:
        raise ClassificationError(CLASSIFICATION, f"must be one of {', '.join(CLASSES)}")
    return Classification(CLASSES[value], f"{CLASSIFICATION} is {value}")


def _regulated(value: object) -> Classification:
    names = [name.strip() for name in value.split(",")] if isinstance(value, str) else [""]
    if not REGULATIONS.issuperset(names):
        known = ", ".join(sorted(REGULATIONS))
        raise ClassificationError(REGULATION, f"must be some of these, with commas between: {known}")
    return Classification(Action.ANONYMIZE, f"{REGULATION} names a regulation")


def _in_category(value: object) -> Classification:
    if not isinstance(value, str) or value not in CATEGORIES:
        raise ClassificationError(CATEGORY, f"must be one of {', '.join(sorted(CATEGORIES))}")
    if value in _RESTRICTED:
        return Classification(Action.ENCRYPT, f"{CATEGORY} is {value}")
    return Classification(Action.LOG, f"{CATEGORY} is {value}")
