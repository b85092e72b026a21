"""Pages under /analyzer/."""

from django.urls import path

from aianalyzer.views import answers, inquiries, paper, starting, using

app_name = "aianalyzer"
ONE = "answers/<int:pk>/"
urlpatterns = [
    path("", inquiries.inquiry_list, name="inquiry_list"),
    path(
        "inquiries/<int:inquiry_id>/", inquiries.inquiry_detail, name="inquiry_detail"
    ),
    path("new/", starting.document_new, name="document_new"),
    path("start/", starting.start, name="start"),
    path("compare/", answers.compare, name="compare"),
    path("answers/", inquiries.answer_list, name="answer_list"),
    path(ONE, answers.answer_detail, name="answer_detail"),
    path(f"{ONE}part/", answers.answer_part, name="answer_part"),
    path(f"{ONE}source/", answers.answer_source, name="answer_source"),
    path(f"{ONE}cancel/", answers.answer_cancel, name="answer_cancel"),
    path(f"{ONE}retry/", answers.answer_retry, name="answer_retry"),
    path(f"{ONE}view/", paper.answer_viewer, name="answer_viewer"),
    path(f"{ONE}picture/", paper.answer_picture, name="answer_picture"),
    path("preview/<str:key>/", paper.answer_preview, name="answer_preview"),
    path(f"{ONE}use/", using.answer_use, name="answer_use"),
    path(f"{ONE}markdown/", answers.answer_markdown, name="answer_markdown"),
    path(f"{ONE}word/", answers.answer_word, name="answer_word"),
    path(f"{ONE}file/", answers.answer_file, name="answer_file"),
]
