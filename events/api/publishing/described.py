"""What the OpenAPI document says of the views over one kind of thing that is published."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import OpenApiExample

from events.api.documented import WRITE_PROBLEMS
from events.api.publishing.representation import (
    ComparedSerializer,
    DraftOfSerializer,
    PublishedPageSerializer,
    SnapshotOfSerializer,
)
from events.api.schema import link, links
from events.publishing.difference import Change
from events.publishing.errors import Problem
from events.publishing.publication import Publication, Snapshot

COMPARED = (
    "Unless versions are named: what publishing the draft would change. Publish with the `draft` and `upon` of the "
    "answer, and exactly this is published, or nothing."
)
AS_SEEN = (
    "`draft` and `upon`, as the difference gives them, say what you looked at: if it changed since, nothing is "
    "published."
)
APPROVED = (
    "Where it takes four eyes, somebody who changed them can publish them then. It holds for the draft with this "
    "digest, and for no other one."
)
LOOKED = OpenApiExample("After a look", {"note": "looked at each change", "draft": "0" * 64}, request_only=True)


@dataclass(frozen=True, slots=True)
class PublishedApi:
    """What the API says of one kind of thing that is published.

    `page`, `one`, `draft` and `compared` represent it. `difference` compares two snapshots, `member` is how a change
    names the draft that it is of, and `faults` represents what keeps drafts from being published. `address` is the name
    of the path of one version. `effect` says what publishing does, `none_yet` what holds before, `note` is an example.
    `read`, `publish` and `rollback` are the operations that answers link to.
    """

    publication: Publication[Any]
    page: type[PublishedPageSerializer]
    one: type[SnapshotOfSerializer]
    draft: type[DraftOfSerializer]
    compared: type[ComparedSerializer]
    difference: Callable[[Snapshot, Snapshot], Sequence[Change]]
    member: str
    faults: Callable[[Iterable[Problem]], list[dict[str, str]]]
    address: str
    effect: str
    none_yet: str
    note: str
    read: str
    publish: str
    rollback: str

    @property
    def example(self) -> OpenApiExample:
        return OpenApiExample("With its reason", {"note": self.note}, request_only=True)

    @property
    def refused(self) -> Mapping[int, str]:
        what = f"The {self.publication.members} cannot be published as they are"
        return {**WRITE_PROBLEMS, 409: f"{what}, are no longer those that were looked at, or are published already."}

    @property
    def made(self) -> dict[str, Any]:
        """Links from what was published."""
        version = "$response.body#/version"
        return links(201, read=link(self.read, version=version), rollback=link(self.rollback, version=version))

    @property
    def seen(self) -> dict[str, Any]:
        """A link from the draft: publish it as it was seen."""
        body = {"note": "as it was seen", "draft": "$response.body#/digest", "upon": "$response.body#/upon"}
        return links(200, publish={**link(self.publish), "requestBody": body})
