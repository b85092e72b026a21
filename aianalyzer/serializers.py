"""Wire shapes of the analyzer (docs/contract.md#analyses)."""

from typing import Any

from rest_framework import serializers

from core.http.wire import WireInteger, WireMoment, WireSerializer, WireText

MAX_CONTENT = 200_000


class CitationSerializer(WireSerializer):
    """A source: ``state`` is found, moved (on another page), missing, or none given."""

    page = WireInteger(read_only=True)
    quote = WireText(read_only=True)
    state = WireText(read_only=True)


class FactSerializer(WireSerializer):
    """A key fact; ``cite`` is the number of its source, from 1; ``panel`` is left out where it has none."""

    kind = WireText(read_only=True)
    value = WireText(read_only=True)
    cite = WireInteger(read_only=True)
    panel = WireText(read_only=True)


class GenerationSerializer(WireSerializer):
    """``InquiryAIGeneration``; a client writes only the first four members."""

    id = WireInteger(read_only=True)
    file_name = WireText(max_length=200)
    model = WireText(max_length=100)
    inquiry_id = WireInteger(source="ext_inquiry_id", min_value=1)
    content = WireText(max_length=MAX_CONTENT)
    subject = WireText(read_only=True)
    state = WireText(read_only=True)
    step = WireText(read_only=True)
    progress = WireInteger(read_only=True)
    provider = WireText(read_only=True)
    document_class = WireText(read_only=True)
    language = WireText(read_only=True)
    sha256 = WireText(read_only=True)
    size = WireInteger(read_only=True)
    page_count = WireInteger(read_only=True)
    prompt_version = WireText(read_only=True)
    tokens_in = WireInteger(read_only=True)
    tokens_out = WireInteger(read_only=True)
    duration_ms = WireInteger(read_only=True)
    word_count = WireInteger(read_only=True)
    ext_user_id = WireInteger(read_only=True)
    facts = FactSerializer(many=True, read_only=True)
    citations = CitationSerializer(many=True, read_only=True)
    notes: Any = serializers.ListField(child=serializers.CharField(), read_only=True)
    failure = WireText(read_only=True)
    failure_sentence = WireText(read_only=True)
    started_at = WireMoment(read_only=True)
    finished_at = WireMoment(read_only=True)
    created_at = WireMoment(read_only=True)
    updated_at = WireMoment(read_only=True)


class AnalyzeSerializer(WireSerializer):
    """The document to analyse: a multipart ``file``, or the inquiry itself."""

    inquiry_id = WireInteger(source="ext_inquiry_id", min_value=1)
    model = WireText(max_length=120)
    document_class = WireText(max_length=12)
    language = WireText(max_length=2)
