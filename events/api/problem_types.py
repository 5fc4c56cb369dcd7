"""Every kind of problem that the API answers with: what it means, and what to do about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemType:
    """`code` ends the address of its page: /problems/<code>."""

    code: str
    status: int
    meaning: str
    remedy: str


_LATER = "Try again after the seconds that the header Retry-After names."
_LOOK = "Correct what `errors` names, each with its place; nothing was stored."
_ADDRESS = "Check the address. What belongs to another tenant is answered like what does not exist."

PROBLEM_TYPES = (
    ProblemType("bad-request", 400, "The request cannot be understood, or its Host is not one of ours.", "Correct it."),
    ProblemType("invalid", 400, "Members of the body are unknown, missing or invalid.", _LOOK),
    ProblemType("parse-error", 400, "The body is not the JSON that was announced.", "Send valid JSON in UTF-8."),
    ProblemType("invalid-event", 400, "The body, or its headers, are not a valid CloudEvent.", _LOOK),
    ProblemType("invalid-batch", 400, "Events of the batch are invalid, so none of it was stored.", _LOOK),
    ProblemType("invalid-parameter", 400, "A query parameter has a value it cannot have, or is given twice.", _LOOK),
    ProblemType("unknown-parameter", 400, "A query parameter is not known here.", "Leave out what `errors` names."),
    ProblemType("invalid-content-length", 400, "Content-Length is no number.", "Send the length of the body in bytes."),
    ProblemType("incomplete-body", 400, "The body ended before its announced length.", "Send it again."),
    ProblemType(
        "not-authenticated", 401, "No API key was given, or it is unknown or revoked.",
        "Send `Authorization: Bearer ecp_...` with a key that is still good.",
    ),
    ProblemType(
        "permission-denied", 403, "The API key lacks the scope for this.", "Use a key with the scope that is named."
    ),
    ProblemType(
        "scope-not-held", 403, "A key cannot grant what it may not do itself.",
        "Grant fewer scopes, or issue the key with one that has them, or in the admin.",
    ),
    ProblemType("not-found", 404, "There is nothing at this address for this key.", _ADDRESS),
    ProblemType(
        "method-not-allowed", 405, "The address exists, but not for this method.", "The header Allow names the ones."
    ),
    ProblemType("not-acceptable", 406, "The header Accept allows no media type that can be answered.", "Accept JSON."),
    ProblemType(
        "conflict", 409, "Another event has the same source and id.",
        "An id is for one content: hand the other event in under an id of its own.",
    ),
    ProblemType(
        "own-key", 409, "A key does not revoke itself, so that a slip locks nobody out.",
        "Revoke it by another key of the tenant, or in the admin.",
    ),
    ProblemType("not-dead", 409, "The delivery is not dead, or dead no longer.", "Read it: somebody was faster."),
    ProblemType("name-taken", 409, "Another one of its kind has this name or number.", "Choose another one."),
    ProblemType(
        "destination-in-use", 409, "Rules, routing tables, deliveries or dead letters still name the destination.",
        "See to what `errors` names, publish without it, and try again.",
    ),
    ProblemType(
        "not-publishable", 409, "Rules or policies, or those of the older version, cannot be published as they are.",
        "Correct what `errors` names, each with its place.",
    ),
    ProblemType(
        "own-changes", 403, "You changed what you want to publish or approve, and nobody else has approved it.",
        "Ask somebody else to publish it, or to approve the draft with its digest: then you can publish it.",
    ),
    ProblemType(
        "draft-changed", 409, "Rules or policies, or their newest version, are no longer those that were looked at.",
        "Get the difference again, look at it, and publish with its `draft` and `upon`.",
    ),
    ProblemType(
        "nothing-to-publish", 409, "The newest version says the same already.",
        "There is nothing to do: events go by it.",
    ),
    ProblemType(
        "type-in-use", 409, "Versions of the event type were activated: stored events bear their numbers.",
        "Block the type instead: `allowed` false, and a reason for producers.",
    ),
    ProblemType(
        "wrong-status", 409, "The schema version has a status in which this cannot be done with it.",
        "Read it. Only drafts are changed, deleted and activated; what was activated stays as it is.",
    ),
    ProblemType(
        "comparison-stale", 409, "The draft was compared with another version than the one that is active now.",
        "Save it again with `ancestor` null, look at what changes, and activate that.",
    ),
    ProblemType(
        "no-path", 409, "No migration leads from the one version to the other.",
        "Declare one: `migration_up` of a draft, `steps` of a legacy type.",
    ),
    ProblemType("not-open", 409, "The operation is over: it cannot be cancelled.", "Read it to see how it ended."),
    ProblemType(
        "more-than-expected", 409, "More match now than were counted, so nothing was begun.",
        "Count again, look at what was added, and expect as many.",
    ),
    ProblemType("edit-conflict", 412, "It was changed since you got it.", "Get it again and change that."),
    ProblemType("body-too-large", 413, "The body is larger than allowed.", "Send less at once."),
    ProblemType("too-many-events", 413, "The batch has more events than allowed.", "Send smaller batches."),
    ProblemType(
        "uri-too-long", 414, "The URL is longer than 8190 characters.",
        "Filter by less at once; acts on many take their filters in the body.",
    ),
    ProblemType("unsupported-media-type", 415, "The body is of a type that is not taken here.", "Send JSON."),
    ProblemType("unsupported-encoding", 415, "The body is compressed.", "Send it without Content-Encoding."),
    ProblemType("unsupported-charset", 415, "The body is announced in another charset than UTF-8.", "Send UTF-8."),
    ProblemType(
        "unsupported-format", 415, "The event is in another format than JSON.", "Use application/cloudevents+json."
    ),
    ProblemType(
        "unknown-type", 422, "The event's type is not registered, and unknown ones are not taken here.",
        "Register the type, or correct it.",
    ),
    ProblemType("type-blocked", 422, "Events of this type are not taken.", "Ask the type's owner."),
    ProblemType(
        "unknown-version", 422, "The event names a schema version that its type does not have, or two different ones.",
        "Name one that is active or deprecated, or none.",
    ),
    ProblemType(
        "no-active-version", 422, "The event names no schema version, and its type has no active one.",
        "Name a version, or have one activated.",
    ),
    ProblemType("schema-retired", 422, "The schema version of the event is retired.", "Move on to the active version."),
    ProblemType("schema-invalid", 422, "The data does not fit the schema of its version.", _LOOK),
    ProblemType(
        "no-migration", 422, "No migration leads from the event's schema version to the active one.",
        "Send the active version, or have the type's owner add a migration.",
    ),
    ProblemType(
        "migration-failed", 422, "The data cannot be migrated, or does not fit the active version afterwards.", _LOOK
    ),
    ProblemType(
        "pii-blocked", 422, "A policy lets no event with this personal data in: `errors` names its kinds and places.",
        "Leave it out, or ask the privacy officer.",
    ),
    ProblemType(
        "pii-does-not-fit", 422, "An attribute would be too long, or of a wrong form, once it is protected.",
        "Shorten the attribute, or keep personal data out of it.",
    ),
    ProblemType(
        "pii-not-located", 422, "Personal data was found that cannot be replaced where it stands.", "Report the event."
    ),
    ProblemType(
        "pii-too-much", 422, "The event holds more than can be searched for personal data.",
        "Send it in several events, or with fewer values in each.",
    ),
    ProblemType(
        "unknown-classification", 422, "The event classifies its data in a way that is not known here.", _LOOK
    ),
    ProblemType("events-refused", 422, "Events of the batch are refused, so none of it was stored.", _LOOK),
    ProblemType(
        "if-match-required", 428, "A change must say which state of things it was made for.",
        "Send the ETag of what you got in If-Match.",
    ),
    ProblemType("headers-too-large", 431, "There are too many headers, or one is too large.", "Send fewer, shorter."),
    ProblemType("throttled", 429, "Too many requests.", _LATER),
    ProblemType("internal-error", 500, "Something nobody foresaw.", "Report it with the request's id (X-Request-ID)."),
    ProblemType("database-unavailable", 503, "The database cannot be used at the moment; nothing was stored.", _LATER),
    ProblemType(
        "policies-unreadable", 503,
        "The published PII policies are of a newer release than this server; nothing was stored.",
        "Try again later. For operators: update this server, or roll the policies back.",
    ),
    ProblemType("search-timeout", 503, "The search looked for too long.", "Narrow it: a destination, a state, a time."),
    ProblemType(
        "keys-unavailable", 503, "The keys that protect personal data are not at hand; nothing was stored.", _LATER
    ),
    ProblemType("ingest-busy", 503, "Another transaction holds an event with the same identity.", _LATER),
)  # fmt: skip
BY_CODE = {each.code: each for each in PROBLEM_TYPES}
