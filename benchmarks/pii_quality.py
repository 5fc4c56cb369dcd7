"""How well personal data is found: recall and precision by kind, over sentences that are made up or files of cases.

    python -m benchmarks.pii_quality [--count 1500] [--seed 7] [--show] [FILE ...]

A finding counts if it has the kind and the very span that was put there; `touched` also counts those that share more
than half of it. A FILE is a JSON list of {"input", "expected_entities": [{"type", "start", "end"}]}, or one of
presidio-evaluator's: of {"full_text", "spans": [{"entity_type", "start_position", "end_position"}]}. Types that are not
looked for are left out. Each text is examined as the member `text` of an event's data.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.pii_sentences import Sentence, sentences
from events.pii.detection import Examined, Finding, Kind, detect

Span = tuple[Kind, int, int]
Count = Counter[Kind]
_TYPES = {
    "EMAIL": Kind.EMAIL,
    "PHONE": Kind.PHONE,
    "SSN": Kind.US_SSN,
    "CREDIT_CARD": Kind.CREDIT_CARD,
    "IP_ADDRESS": Kind.IPV4,
    "DE_IBAN": Kind.IBAN,
    "EMAIL_ADDRESS": Kind.EMAIL,
    "PHONE_NUMBER": Kind.PHONE,
    "US_SSN": Kind.US_SSN,
    "IBAN_CODE": Kind.IBAN,
}


def main() -> None:
    options = _parsed()
    for path in options.files:
        print(f"{path.name}\n{measured(_cases(path), options.show)}\n")
    if not options.files:
        print(measured(sentences(options.count, options.seed), options.show))


def measured(cases: Iterable[Sentence], show: bool = False) -> str:
    """The table of a set of sentences."""
    return _table(*judged(cases, show))


def judged(cases: Iterable[Sentence], show: bool = False) -> tuple[Count, Count, Count, Count]:
    """By kind: how many there are, how many are found exactly or about, and how many are found wrongly."""
    there, exact, touched, false = Count(), Count(), Count(), Count()
    for case in cases:
        found = [finding for finding in detect(Examined({"text": case.text})) if finding.by == "value"]
        there.update(kind for kind, _, _ in case.spans)
        exact.update(span[0] for span in case.spans if span in map(_span, found))
        missed = [span for span in case.spans if not any(_touches(finding, span) for finding in found)]
        touched.update(span[0] for span in case.spans if span not in missed)
        wrong = [finding for finding in found if not any(_touches(finding, span) for span in case.spans)]
        false.update(finding.kind for finding in wrong)
        if show:
            _print("missed", case.text, missed)
            _print("false", case.text, map(_span, wrong))
    return there, exact, touched, false


def _print(what: str, text: str, spans: Iterable[Span]) -> None:
    for kind, start, end in spans:
        print(f"{what} {kind}: {text[start:end]!r} in {text!r}")


def _span(finding: Finding) -> Span:
    return finding.kind, finding.start, finding.end


def _touches(finding: Finding, span: Span) -> bool:
    kind, start, end = span
    shared = min(finding.end, end) - max(finding.start, start)
    return finding.kind is kind and shared * 2 > max(end - start, finding.end - finding.start)


def _table(there: Count, exact: Count, touched: Count, false: Count) -> str:
    rows = [f"{'kind':16} {'there':>6} {'exact':>6} {'touched':>8} {'false':>6} {'recall':>7} {'precision':>10}"]
    for kind in sorted({*there, *false}):
        found = touched[kind]
        recall = f"{found / there[kind]:.3f}" if there[kind] else "-"
        precision = f"{found / (found + false[kind]):.3f}" if found + false[kind] else "-"
        rows.append(f"{kind:16} {there[kind]:6} {exact[kind]:6} {found:8} {false[kind]:6} {recall:>7} {precision:>10}")
    return "\n".join(rows)


def _cases(path: Path) -> Iterator[Sentence]:
    for case in json.loads(path.read_text()):
        if "full_text" in case:
            entities = [(e["entity_type"], e["start_position"], e["end_position"]) for e in case["spans"]]
        else:
            entities = [(e["type"], e["start"], e["end"]) for e in case["expected_entities"]]
        text = case.get("full_text") or case["input"]
        spans = [(_kind(name, text[start:end]), start, end) for name, start, end in entities if name in _TYPES]
        yield Sentence(text, tuple(spans))


def _kind(name: str, value: str) -> Kind:
    kind = _TYPES[name]
    return Kind.IPV6 if kind is Kind.IPV4 and ":" in value else kind


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pii_quality", description="How well.")
    parser.add_argument("files", nargs="*", type=Path, help="files of cases, instead of made-up sentences")
    parser.add_argument("--count", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--show", action="store_true", help="what was missed and what was found wrongly")
    return parser.parse_args()


if __name__ == "__main__":
    main()
