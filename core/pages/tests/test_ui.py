"""The components say the right words, and never let input become markup."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from core.pages.form_fields import DateInput, MoneyField, QuantityField
from core.pages.templatetags import ui
from core.text import formatting


def render(source: str, **context: Any) -> str:
    with translation.override("en"):
        return Template("{% load forms lists ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1250000"), "Rp\u00a01.250.000"),
        (Decimal("-820000"), "Rp\u00a0\u2212820.000"),
        (Decimal("1250000.5"), "Rp\u00a01.250.000,50"),
        (Decimal("-0.001"), "Rp\u00a00"),
        (0, "Rp\u00a00"),
        ("999", "Rp\u00a0999"),
        (None, "\u2013"),
        ("", "\u2013"),
        ("nonsense", "\u2013"),
    ],
)
def test_money_reads_as_the_department_writes_it(value: Any, text: str) -> None:
    assert formatting.rupiah(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1.50"), "1,5"),
        (2, "2"),
        (1250, "1.250"),
        (-3, "\u22123"),
        (None, "\u2013"),
    ],
)
def test_quantities_have_a_decimal_comma_and_no_useless_zeros(
    value: Any, text: str
) -> None:
    assert formatting.quantity(value) == text


def test_moments_are_shown_in_jakarta() -> None:
    late = datetime(2026, 1, 6, 20, 2, tzinfo=UTC)
    with translation.override("en"):
        assert formatting.day(late) == "07 Jan 2026"
        assert formatting.moment(late) == "07 Jan 2026 03:02"
    assert (
        formatting.day(None)
        == formatting.moment(None)
        == ui.ago(None)
        == formatting.NOTHING
    )


@pytest.mark.parametrize(
    ("shift", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(hours=-2, minutes=-1), "2\u00a0hours ago"),
        (timedelta(days=3, minutes=1), "in 3\u00a0days"),
    ],
)
def test_a_relative_time_carries_the_exact_one(shift: timedelta, words: str) -> None:
    when = timezone.now() + shift
    html = render("{% ago when %}", when=when)
    assert words in html
    with translation.override("en"):
        assert formatting.moment(when) in html
    assert "data-relative" in html


@pytest.mark.parametrize(
    ("status", "tone", "word"),
    [
        (0, "wait", "Waiting"),
        (1, "ok", "Approved"),
        (2, "no", "Rejected"),
        (9, "mute", ""),
    ],
)
def test_a_decision_is_word_colour_and_icon(status: int, tone: str, word: str) -> None:
    html = render("{% status_tag status %}", status=status)
    assert f'class="tag {tone}"' in html
    assert "<use" in html
    assert word in html


def test_an_unknown_tone_is_muted_and_words_are_escaped() -> None:
    html = render("{% status_tag 'evil' word %}", word="<script>")
    assert "tag mute" in html
    assert "<script>" not in html


@pytest.mark.parametrize(
    ("amount", "tone"),
    [(100, "money up"), (-100, "money down"), (0, '"money"'), (None, "mute")],
)
def test_costs_are_red_and_savings_green(amount: int | None, tone: str) -> None:
    assert tone in render("{% money_cell amount %}", amount=amount)


def test_a_signed_cost_shows_its_plus() -> None:
    assert "+ Rp" in render("{% money_cell 5 signed=True %}")


@pytest.mark.parametrize(
    ("done", "states"), [(0, (0, 1)), (2, (2, 1)), (3, (3, 0)), (9, (3, 0))]
)
def test_stages_show_what_is_done_and_what_is_next(
    done: int, states: tuple[int, int]
) -> None:
    html = render("{% steps done %}", done=done)
    assert (html.count('"done"'), html.count('"now"')) == states


def test_progress_over_the_total_is_marked() -> None:
    assert 'class="over"' in render("{% progress 412 380 label='MP' %}")
    assert "37\u00a0%" in render("{% progress 3 8 label='Reading' %}")
    assert "0\u00a0%" in render("{% progress 3 0 label='Empty' %}")


def test_a_page_link_keeps_the_filters() -> None:
    request = RequestFactory().get("/changes/", {"status": "0", "page": "2"})
    page = Paginator(range(5000), 2).page(1200)
    html = render("{% pagination page %}", page=page, request=request)
    assert "?status=0&amp;page=1201" in html
    assert "?status=0&amp;page=1199" in html
    assert 'aria-current="page"' in html


def test_pages_can_be_linked_without_a_request() -> None:
    html = render("{% pagination page 'p' %}", page=Paginator(range(4), 2).page(1))
    assert 'href="?p=2"' in html


class SampleForm(forms.Form):
    """One field of each kind that the components treat in its own way."""

    title = forms.CharField(help_text="One sentence.")
    cost = MoneyField(required=False)
    quantity = QuantityField(required=False)
    due = forms.DateField(required=False, widget=DateInput)
    urgent = forms.BooleanField(required=False)
    role = forms.ChoiceField(
        choices=[("pic", "PIC")], widget=forms.RadioSelect, required=False
    )

    def clean(self) -> dict[str, Any]:
        """Always has a word on the whole."""
        raise forms.ValidationError("The whole does not fit.")


def test_errors_stand_beside_the_field_and_on_top_with_a_link() -> None:
    html = render("{{ form }}", form=SampleForm({"title": "", "cost": "12x"}))
    assert 'href="#id_title"' in html
    assert "The whole does not fit." in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_title_error"' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert "Enter an amount such as 1.250.000." in html
    assert "field check" in html
    assert "<legend>" in html


def test_a_formset_reports_the_errors_of_its_forms() -> None:
    formset_class = forms.formset_factory(
        SampleForm, max_num=1, validate_max=True, absolute_max=3
    )
    formset = formset_class(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-cost": "x"}
    )
    html = render("{% form_errors formset %}", formset=formset)
    assert 'href="#id_form-0-cost"' in html
    assert "at most 1 form" in html
    assert "form-TOTAL_FORMS" in render("{{ formset }}", formset=formset)


def test_one_field_can_be_placed_by_hand() -> None:
    form = SampleForm(
        initial={"cost": Decimal("1250000.50"), "due": datetime(2026, 1, 7, tzinfo=UTC)}
    )
    assert 'value="1.250.000,5"' in render("{% field form.cost %}", form=form)
    assert 'value="2026-01-07"' in render("{% field form.due %}", form=form)


def test_an_empty_number_is_none_and_nonsense_is_refused() -> None:
    field = QuantityField(required=False)
    assert field.clean("") is None
    assert field.clean("1,5") == Decimal("1.5")
    with pytest.raises(forms.ValidationError):
        field.clean("NaN")


def test_a_breadcrumb_links_all_but_the_page_itself() -> None:
    html = render("{% breadcrumb 'ECN' '/changes/' title %}", title="<b>")
    assert " ".join(html.split()).count("<li>") == 2
    assert '<a href="/changes/">ECN</a>' in html
    assert "&lt;b&gt;" in html
    assert html.count("<a ") == 1


def test_a_list_says_how_many_or_that_it_counts() -> None:
    text = "{% list_count 'x-count' %}{{ totals }} records{% endlist_count %}"
    assert "7 records" in render(text, rows=[1], totals=7, oob=True)
    assert "hx-swap-oob" in render(text, rows=[1], totals=7, oob=True)
    assert "hx-swap-oob" not in render(text, rows=[1], totals=7)
    assert "7 records" not in render(text, rows=[1])
    assert render(text, rows=[1]) != render(text, rows=[])


def test_blocks_wrap_their_content_and_escape_their_title() -> None:
    html = render(
        "{% page_head title lead='r2' %}<a>x</a>{% endpage_head %}"
        "{% card title='Items' note='3' name='items' extra='decide' %}in{% endcard %}"
        "{% callout 'wait' title='Careful' %}text{% endcallout %}"
        "{% dropdown %}<a>y</a>{% enddropdown %}",
        title="<b>",
    )
    assert "&lt;b&gt;" in html
    assert '<div class="act"><a>x</a></div>' in html
    assert 'id="items"' in html
    assert "callout wait" in html
    assert "More actions" in html


def test_lists_of_facts_events_and_views_are_drawn() -> None:
    html = render(
        "{% facts facts %}{% timeline entries %}{% tabs tabs %}{% chip 'Year' 2026 remove='?' %}"
        "{% kpi 'ECN' 12 note='6' tone='ok' url='/x' %}{% empty_state 'None' url='/new' action='New' %}"
        "{% skeleton 2 %}{% person user note='SPV' %}{% chart 'Per month' data=chart live='changes' %}",
        facts=[
            ("Who", "Agus"),
            {"label": "PO", "value": "101", "url": "/po", "note": "PT"},
        ],
        entries=[
            {
                "who": "Agus",
                "what": "changed",
                "at": timezone.now(),
                "void": True,
                "changes": [{"label": "qty", "before": 1, "after": 2}],
            }
        ],
        tabs=[{"label": "List", "url": "/l", "active": True, "count": 3}],
        user=SimpleNamespace(name="Rina", initials="RL"),
        chart={"labels": ["</script>"], "series": []},
    )
    assert "<del>1</del> <ins>2</ins>" in html
    assert 'data-live="changes"' in html
    assert "\\u003C/script\\u003E" in html


def test_no_component_writes_inline_style_or_script_handlers() -> None:
    html = render(
        "{% icon 'bell' 'News' %}{% steps 1 %}{% progress 1 2 %}{% skeleton %}{% chart 'x' src='/d' %}"
    )
    assert "style=" not in html
    assert "onclick" not in html
    assert 'role="img"' in html
    assert render("{% icon '' %}") == ""


@pytest.mark.parametrize(
    ("now", "direction", "then"),
    [
        ("", "", "sort=number"),
        ("number", "ascending", "sort=-number"),
        ("-number", "descending", "sort=number"),
    ],
)
def test_a_column_sorts_up_then_down_and_keeps_the_filters(
    now: str, direction: str, then: str
) -> None:
    request = RequestFactory().get(
        "/changes/", {"status": "0", "page": "2", "sort": now}
    )
    html = render("{% sort_head 'Number' 'number' extra='n' %}", request=request)
    assert "status=0" in html
    assert then in html
    assert "page=" not in html
    assert (f'aria-sort="{direction}"' in html) == bool(direction)


def test_a_column_sorts_without_a_request() -> None:
    assert 'href="?sort=cost"' in render("{% sort_head 'Cost' 'cost' %}")
