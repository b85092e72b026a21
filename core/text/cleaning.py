"""Text without invisible characters, which a person does not see and a model obeys."""

import re

# Soft hyphens, fillers, zero-width and direction signs, variation selectors, the plane of tags.
INVISIBLE = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"
)
UNSEEN = re.compile(f"[{INVISIBLE}]")
# A word that goes on in the next line.
HYPHENATED = re.compile(
    r"(?<=[a-z\u00ad])[-\u2010\u2011][ \t\r]{0,9}\n[ \t\r]{0,99}(?=[a-z])"
)
TAIL = re.compile(HYPHENATED.pattern + "([a-z]+)")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def strip_invisible(text: str) -> str:
    """Unseen signs vanish, so that words stay whole; control signs become a space."""
    return CONTROL.sub(" ", UNSEEN.sub("", text))


def join_hyphenated(text: str) -> str:
    """Words that go on in the next line, whole in the line where they begin."""
    return TAIL.sub(r"\1\n", UNSEEN.sub("", text))
