"""`listening redact` and `listening tag`: NDJSON in, NDJSON out, by stream."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from listening.cli.policy import PolicyFile
from listening.errors import UsageError
from listening.settings import load_settings

Input = Annotated[Path | None, Parameter(help="NDJSON file to read; standard input where it is left out.")]
Output = Annotated[Path | None, Parameter(name=["--output", "-o"], help="File to write; standard output by default.")]
BatchSize = Annotated[
    int, Parameter(help="Records that go through together, 1 to 10000.", validator=Number(gte=1, lte=10_000))
]


def redact(
    input_file: Input = None,
    *,
    output: Output = None,
    batch_size: BatchSize = 256,
    policy: PolicyFile = None,
    explain: Annotated[
        bool, Parameter(help="Say of each span which pattern, score and context decided, never the value.")
    ] = False,
) -> None:
    """Take texts through gate 1: personal and patient data out, medicine kept.

    Reads `{"id", "text"}` a line (more fields are ignored) and writes, in the same order, one record per record:
    `{"id", "text", "spans": [{"start", "end", "entity_type", "score", "recognizer", "operator", "replacement"}]}`, or
    `{"id", "refused": reason}`. Offsets are half-open code points into the original text; `text` is what would be stored, and
    `spans` are all that was hidden, layer 7's by `default_deny`. With `--explain` a span has `pattern`,
    `score_before_context` and `is_lifted_by_context` too. Nothing is stored.
    """
    from listening.privacy.gate import open_gate
    from listening.privacy.records import redact_lines

    with _streams(input_file, output) as (source, sink):
        gate = open_gate(policy or load_settings().policy)
        for line in redact_lines(source, gate, batch_size=batch_size, is_explained=explain):
            sink.write(line)


def tag(input_file: Input = None, *, output: Output = None, batch_size: BatchSize = 256) -> None:
    """Say what texts are about: products, conditions, topics, events, content types, procedures, adverse events.

    Reads `{"id", "text"}` a line and writes, in the same order, one record per record: `{"id", "text", "mentions":
    [{"start", "end", "kind", "concept_id", "label", "negated", "score"}], "topics": [{"concept_id", "score"}],
    "adverse_event"}`. The text is unchanged. Give it redacted text: it writes out what it reads.
    """
    from listening.tagging.records import tag_lines
    from listening.tagging.tagger import open_tagger

    with _streams(input_file, output) as (source, sink):
        for line in tag_lines(source, open_tagger(), batch_size=batch_size):
            sink.write(line)


@contextmanager
def _streams(input_file: Path | None, output: Path | None) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Open both ends. The path of the input is not quoted in errors: a file can be named after a person.

    An output file appears whole, by rename at the end: it may be the input's own path, and a run that is broken off leaves
    none.
    """
    is_stdin = input_file is None
    unreadable = False
    source: IO[bytes] = sys.stdin.buffer
    if not is_stdin:
        try:
            source = Path(input_file or "").open("rb")  # noqa: SIM115 - closed below
        except OSError:
            unreadable = True
    if unreadable:
        raise UsageError(problem="The input file cannot be read", remedy="Check its path and your rights.")
    sink: IO[bytes] = sys.stdout.buffer
    partial: Path | None = None
    unwritable = False
    if output is not None:
        partial = output.with_name(f".{output.name}.{os.getpid()}.part")
        try:
            sink = partial.open("wb")
        except OSError:
            unwritable = True
    if unwritable:
        raise UsageError(problem="The output file cannot be written", remedy="Check its path and your rights.")
    try:
        yield source, sink
        sink.flush()
        if partial is not None and output is not None:
            partial.replace(output)
    finally:
        if not is_stdin:
            source.close()
        if partial is not None:
            sink.close()
            partial.unlink(missing_ok=True)
