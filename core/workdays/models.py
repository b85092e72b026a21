"""The hours of the company's week, its holidays, and who is on leave."""

from datetime import date, time
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from core.db.models import Timestamped
from core.text.years import FIRST_YEAR, LAST_YEAR, is_sensible

NOON = time(12)


class WorkingDay(models.Model):
    """The hours of one day of the week, by the clock of ``TIME_ZONE``; a day without a row is free."""

    weekday = models.PositiveSmallIntegerField(
        _("day of the week"), choices=list(WEEKDAYS.items()), unique=True
    )
    starts = models.TimeField(_("work begins"), default=time(8))
    ends = models.TimeField(_("work ends"), default=time(17))
    break_starts = models.TimeField(_("break begins"), default=NOON)
    break_minutes = models.PositiveSmallIntegerField(
        _("break (minutes)"), default=60, validators=[MaxValueValidator(600)]
    )

    class Meta:
        ordering: ClassVar = ["weekday"]
        verbose_name = _("working day")
        verbose_name_plural = _("working week")

    def __str__(self) -> str:
        return str(self.get_weekday_display())

    def clean(self) -> None:
        """A working day has working time, and its break lies within it."""
        if None in (self.starts, self.ends, self.break_starts, self.break_minutes):
            return  # an empty field is refused by itself
        if self.ends <= self.starts:
            raise ValidationError(
                {"ends": _("Work ends later on the same day than it begins.")}
            )
        if self.break_minutes and not self._holds_break():
            raise ValidationError(
                {
                    "break_minutes": _(
                        "The break lies within the working time and leaves some of it."
                    )
                }
            )

    def _holds_break(self) -> bool:
        begin, end = _minutes(self.starts), _minutes(self.ends)
        pause = _minutes(self.break_starts)
        return begin < pause and pause + self.break_minutes < end


def _minutes(clock: time) -> float:
    """Minutes after midnight."""
    return clock.hour * 60 + clock.minute + clock.second / 60


class Holiday(models.Model):
    """A day on which nobody works, whatever day of the week it is."""

    class Kind(models.TextChoices):
        """Who gave the day free."""

        NATIONAL = "national", _("National holiday")
        LEAVE = "leave", _("Collective leave")
        COMPANY = "company", _("Company holiday")

    date = models.DateField(_("date"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(
        _("kind"), max_length=10, choices=Kind.choices, default=Kind.NATIONAL
    )
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["date"]
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}"

    def clean(self) -> None:
        """A day of a year that can be meant."""
        day: date | None = self.date  # an empty field is refused by itself
        if day is not None and not is_sensible(day):
            sentence = _("The year must lie between %(first)d and %(last)d.")
            years = {"first": FIRST_YEAR, "last": LAST_YEAR}
            raise ValidationError({"date": ValidationError(sentence, params=years)})


class Leave(Timestamped):
    """Days on which a person (auth server id) does not work, both included; why is not asked."""

    ext_user_id = models.BigIntegerField(_("person (id)"))
    first = models.DateField(_("from"))
    last = models.DateField(_("until"))

    class Meta:
        ordering: ClassVar = ["first", "id"]
        verbose_name = _("leave")
        verbose_name_plural = _("leave")
        indexes: ClassVar = [models.Index(fields=["last", "first"], name="leave_days")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ext_user_id", "first"], name="one_leave_from_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")),
                name="leave_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.ext_user_id} {self.first:%Y-%m-%d} – {self.last:%Y-%m-%d}"  # noqa: RUF001 - until
