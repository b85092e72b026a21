"""The offline analyzer as a program of its own: pages in, lines out, within limits.

It runs as ``python -m aianalyzer.policies.offline_process``. A document that breaks it, fills the memory or
takes for ever costs this process and nothing else (docs/threats.md#t41, docs/threats.md#f46). It
reaches no network, starts no program and writes no file.
"""

import json
import sys
from collections.abc import Iterator, Mapping

from aianalyzer.policies.answer_lines import AnswerLine
from aianalyzer.policies.key_facts import key_facts, missing_of
from aianalyzer.policies.summary import summarised
from core.documents import landlock, sandboxing

POINTS = 10
OUT_OF_MEMORY = 3


def analysed(pages: Mapping[int, str]) -> Iterator[AnswerLine]:
    """Facts, then the sentences that matter, then what the document does not say."""
    kinds = set()
    for fact in key_facts(pages):
        kinds.add(fact.kind)
        yield AnswerLine(
            "fact", fact.value, fact.kind, fact.page, fact.quote, fact.panel
        )
    for sentence in summarised(pages, POINTS):
        yield AnswerLine("point", sentence.text, "", sentence.page, sentence.text)
    for kind in missing_of(kinds):
        yield AnswerLine("question", kind, kind)


def confine(memory: int, seconds: int) -> None:
    """Let the system end this process at so much work or memory, and let it reach nothing."""
    sandboxing.hide_memory()
    landlock.restrict_files(readable=(), writable=None, has_programs=False)
    sandboxing.limit(memory=memory, seconds=seconds)
    sandboxing.forbid_programs()
    sandboxing.forbid_network(has_programs=False)


def main() -> None:
    """Read one JSON object from stdin, write a line per statement."""
    given = json.load(sys.stdin)
    confine(int(given["memory"]), int(given["seconds"]))
    pages = {int(number): str(text) for number, text in given["pages"]}
    for line in analysed(pages):
        sys.stdout.write(line.spelled() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
