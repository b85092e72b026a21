# ruff: noqa: RUF001 - signs of fonts look like others
"""Signs of Word that are no letters of their font: symbols, and figures that are set higher."""

# Adobe's Symbol font and Wingdings, as far as technical documents use them.
SYMBOL = dict(
    zip(
        range(0x41, 0x5B),
        "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ",
        strict=True,
    )
) | dict(zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True))
SYMBOL |= {
    0xA2: "′", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→",
    0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB5: "∝",
    0xB6: "∂", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…",
    0xC5: "⊕", 0xC6: "∅", 0xD0: "∠", 0xD1: "∇", 0xD2: "®", 0xD3: "©", 0xD4: "™",
    0xD5: "∏", 0xD6: "√", 0xD7: "⋅", 0xE5: "∑", 0xF2: "∫",
}  # fmt: skip
WINGDINGS = {
    0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x75: "◆", 0x76: "❖", 0x77: "⬥",
    0x78: "☒", 0xA7: "▪", 0xA8: "☐", 0xD8: "➢", 0xE0: "→", 0xF0: "⇨", 0xFB: "✗",
    0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
RAISED = str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾")
# Of the private area that stands for the letters of a symbol font.
PRIVATE = range(0xF000, 0xF100)


def symbol(font: str, code: str) -> str:
    """The sign of ``w:sym``; one that nobody knows parts words and says nothing."""
    try:
        number = int(code, 16)
    except ValueError:
        return " "
    low = number - PRIVATE.start if number in PRIVATE else number
    table = WINGDINGS if font.lower().startswith("wingdings") else SYMBOL
    if font.lower().startswith(("symbol", "wingdings")):
        found = table.get(low, "")
        return found or (chr(low) if table is SYMBOL and 0x20 <= low < 0x40 else " ")
    if number in PRIVATE:
        return table.get(low, " ")
    return chr(number) if 0x20 <= number < 0xD800 else " "


def raised(text: str) -> str:
    """Figures that stand higher: 10³ is not 103."""
    return text.translate(RAISED) if all(c in "0123456789+-=()" for c in text) else text
