"""Each destination: its config, its secrets, what it answers, and settings that do not go together."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass

from controlplane.doctor.finding import Finding, error, good, warning
from routing.check_destinations import check_one
from routing.health import Live, read_live
from routing.publishers.config import ConfigError
from routing.publishers.port import Check
from routing.publishers.registry import parse_config
from routing.publishers.secrets import SecretMissingError, SecretRef

SAFE_ENTRY_BYTES = 262_144
CHECKS_AT_ONCE = 4
SLOW_SECONDS = 2.0


def destinations() -> Iterator[Finding]:
    there = read_live()
    if not there:
        yield warning("destinations", "there are none", "Add one in the admin, under Destinations.")
        return
    with ThreadPoolExecutor(CHECKS_AT_ONCE, "doctor") as pool:
        for live, (check, seconds) in zip(there, pool.map(_timed, there), strict=True):
            yield from _of(live, check, seconds)


def _timed(live: Live) -> tuple[Check, float]:
    begun = time.monotonic()
    return check_one(live), time.monotonic() - begun


def _of(live: Live, check: Check, seconds: float) -> Iterator[Finding]:
    name = f"destination.{live.name}"
    try:
        parsed = parse_config(live.kind, live.config)
    except ConfigError as failure:
        yield error(name, f"its config cannot be used: {failure}", "Correct it in the admin.")
        return
    missing = list(_missing_secrets(parsed))
    for field in missing:
        fix = "Set the variable or mount the file that the config names, for workers too, and restart them."
        yield error(name, f"the secret for {field} is missing or empty here", fix)
    if not check.ok and not missing:
        yield error(name, f"it cannot take events: {check.message} ({check.code})", _fix(check.code))
    elif check.ok:
        tell = f"it answers within {seconds:.1f} s"
        yield good(name, tell) if seconds < SLOW_SECONDS else warning(name, tell, "Look at the network between.")
    if live.paused:
        yield warning(name, "it is paused: its deliveries wait", "Resume it in the admin when it may go on.")
    yield from _settings(name, live, parsed)


def _missing_secrets(parsed: object) -> Iterator[str]:
    """The fields whose secret cannot be read on this machine."""
    for each in fields(parsed) if is_dataclass(parsed) else ():
        value = getattr(parsed, each.name)
        if isinstance(value, SecretRef):
            try:
                value.resolve()
            except SecretMissingError:
                yield each.name
        else:
            yield from _missing_secrets(value)


def _settings(name: str, live: Live, parsed: object) -> Iterator[Finding]:
    window = getattr(parsed, "dedup_window_seconds", None)
    longest = _longest(live)
    if window is not None and longest > window:
        what = f"tries may be {longest:g} s apart in all, but it deduplicates for {window:g} s"
        fix = "A later try may repeat an event whose answer was lost: raise dedup_window_seconds, or retry sooner."
        yield warning(name, what, fix)
    if getattr(parsed, "max_entry_bytes", 0) > SAFE_ENTRY_BYTES:
        what = f"max_entry_bytes is above {SAFE_ENTRY_BYTES} (256 KB)"
        fix = "Some regions refuse larger calls: make sure that this one takes them, or lower it."
        yield warning(name, what, fix)


def _longest(live: Live) -> float:
    """Seconds from the first try to the end of the last, while the destination is not held."""
    again = (live.policy.max_attempts - 1) * (live.ack_wait + live.policy.backoff_cap)
    return min(again, live.policy.max_age)


def _fix(code: str) -> str:
    return FIXES.get(code, "See its page in the admin for what was found, and test the connection there.")


FIXES = {
    "no_bus": "Create the bus, or correct its name or region.",
    "no_credentials": "Give this machine a role or keys, or name secrets in the config.",
    "no_stream": "Create the stream, or let the destination create it.",
    "not_connected": "Start the server, or correct its address; see that the network lets this machine through.",
    "secret_missing": "Set the variable or mount the file that the config names.",
    "short_dedup_window": "Make the stream's duplicate window longer, or dedup_window_seconds shorter.",
    "subjects_missing": "Add the subjects to the stream.",
    "tls_failed": "See that the certificates are valid, and for the name in the address.",
    "unauthorized": "Correct the credentials, and what they may publish.",
}
