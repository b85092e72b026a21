"""The id of a record, as an address, a form or a client writes it."""

DIGITS = 18  # each such number fits into the database's column


def as_id(text: str, digits: int = DIGITS) -> int | None:
    """The number; None for what can be no id: signs, spaces, digits of other scripts, too many.

    What Python takes for a number may be one that the database crashes on.
    """
    is_id = text.isascii() and text.isdigit() and len(text) <= digits
    return int(text) if is_id else None
