"""How much of a PDF's page is a picture: that decides whether it is a scan, not the letters on it."""

from typing import Any

from pypdfium2 import raw

# The page is laid out in so many fields each way; a field is covered or not.
FIELDS = 24
MOST_OBJECTS = 3000
DEEPEST = 4
# A page that pictures cover by this share is a scan, whatever letters stand on it.
COVERED = 0.5
# A picture that is larger than a logo may hold words; that they were not read is said.
NOTABLE = 0.12
FEW_LETTERS = 16
# A plot of a drawing may have its words as lines.
MANY_LINES = 200


class Pictures:
    """The pictures of a page: the share of it that they cover."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._box = page.get_bbox()
        self._covered: set[tuple[int, int]] = set()
        self._left = MOST_OBJECTS
        self._lines = 0
        self._largest = 0.0
        self.has_any = False
        self._walk(None, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), 0)

    @property
    def share(self) -> float:
        """Of the page that is covered, 0 to 1."""
        return len(self._covered) / FIELDS**2

    @property
    def is_notable(self) -> bool:
        """Whether one of them is large enough for words."""
        return self._largest > NOTABLE

    def is_scan(self, text: str, *, is_layer: bool) -> bool:
        """Whether the words of a page are to be recognised; a scan with its words laid over is not."""
        has_letters = len(text.strip()) >= FEW_LETTERS
        if self.share >= COVERED:
            return not is_layer
        return not has_letters and (self.has_any or self._lines >= MANY_LINES)

    def _walk(self, form: Any, matrix: tuple[float, ...], depth: int) -> None:
        objects = self._page.get_objects(max_depth=1, form=form, level=0)
        for each in objects:
            self._left -= 1
            if self._left < 0:
                return
            if each.type == raw.FPDF_PAGEOBJ_IMAGE:
                self._cover(each, matrix)
            elif each.type == raw.FPDF_PAGEOBJ_PATH:
                self._lines += 1
            elif each.type == raw.FPDF_PAGEOBJ_FORM and depth < DEEPEST:
                self._walk(each, _times(each.get_matrix().get(), matrix), depth + 1)

    def _cover(self, picture: Any, matrix: tuple[float, ...]) -> None:
        left, bottom, right, top = picture.get_bounds()
        corners = [_on(matrix, x, y) for x in (left, right) for y in (bottom, top)]
        first, last = (
            map(min, zip(*corners, strict=True)),
            map(max, zip(*corners, strict=True)),
        )
        start, end = self._field(*first), self._field(*last)
        self.has_any = True
        fields = {
            (column, row)
            for column in range(max(start[0], 0), min(end[0], FIELDS))
            for row in range(max(start[1], 0), min(end[1], FIELDS))
        }
        self._covered |= fields
        self._largest = max(self._largest, len(fields) / FIELDS**2)

    def _field(self, x: float, y: float) -> tuple[int, int]:
        left, bottom, right, top = self._box
        width, height = max(right - left, 1.0), max(top - bottom, 1.0)
        return (
            round(max(min((x - left) / width, 2), -1) * FIELDS),
            round(max(min((y - bottom) / height, 2), -1) * FIELDS),
        )


def _times(first: tuple[float, ...], then: tuple[float, ...]) -> tuple[float, ...]:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (
        a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j,
        e * g + f * i + k, e * h + f * j + m,
    )  # fmt: skip


def _on(matrix: tuple[float, ...], x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
