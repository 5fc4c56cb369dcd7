"""What a subject template makes of an event, for people who are writing one."""

from dataclasses import dataclass

from events.envelope import CloudEvent
from routing.publishers.nats.subject import PLACEHOLDER, TemplateError, attribute, compile_template

EXAMPLE = CloudEvent(
    id="4f1c",
    source="/oms/main",
    type="com.foundry.oms.objecttype.created",
    subject="Aircraft",
    extensions={"tenant": "acme", "branch": "main", "partitionkey": "Aircraft"},
)
MAX_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class SubjectExample:
    """`subject` for an event with `attributes`, and the `wildcard` a consumer subscribes to; or why there is none."""

    subject: str = ""
    wildcard: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    problem: str = ""


def subject_example(template: str) -> SubjectExample:
    """An empty template stands for the default."""
    text = template[:MAX_LENGTH] or "events.{type}"
    try:
        compiled = compile_template(text)
    except TemplateError as error:
        return SubjectExample(problem=str(error))
    names = dict.fromkeys(PLACEHOLDER.findall(text))
    attributes = tuple((name, attribute(EXAMPLE, name)) for name in names)
    return SubjectExample(compiled.subject_of(EXAMPLE), compiled.wildcard, attributes)
