"""What landed migrations call; it lives in ``core.text.normal_form``."""

from core.text.normal_form import plain_lines, plain_text

__all__ = ["plain_lines", "plain_text"]
