"""The years that somebody here can mean; others are slips of the keyboard, or attacks."""

from datetime import date

FIRST_YEAR, LAST_YEAR = 2000, 2100


def is_sensible(day: date) -> bool:
    """Whether a day, or an instant, lies in a year that can be meant."""
    return is_year(day.year)


def is_year(number: int) -> bool:
    """Whether a number is a year that can be meant."""
    return FIRST_YEAR <= number <= LAST_YEAR
