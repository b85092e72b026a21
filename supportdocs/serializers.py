"""Wire shapes of support documents (docs/contract.md#support-documents)."""

from typing import Any

from drf_spectacular.utils import extend_schema_field

from core.http.wire import (
    WireInteger,
    WireMoment,
    WireSerializer,
    WireText,
    WireValues,
)


class DocumentSerializer(WireSerializer):
    """``SupportTable``: what came with it, and its current file. In, only the name counts."""

    id = WireInteger()
    name = WireText(max_length=300)
    file_path = WireText(read_only=True)
    version = WireInteger(read_only=True)
    file_name = WireText(read_only=True)
    content_type = WireText(read_only=True)
    size = WireInteger(read_only=True)
    sha256 = WireText(read_only=True)
    uploaded_at = WireMoment(read_only=True)
    created_at = WireMoment(read_only=True)
    updated_at = WireMoment(read_only=True)


class UploadedSerializer(WireSerializer):
    """Answer of ``…/upload``."""

    message = WireText()
    file_path = WireText()


@extend_schema_field({"type": "array", "items": {"type": "integer"}})
class DocumentIds(WireValues):
    """At most 500 ids, each at least 1."""

    child = WireInteger(min_value=1, allow_null=False)


class JobSerializer(WireSerializer):
    """The documents of one job, in and out."""

    job_id = WireInteger(min_value=1)
    job_name = WireText(max_length=300)
    support_table_ids: Any = DocumentIds(
        required=False, allow_null=True, max_length=500
    )


class JobSavedSerializer(WireSerializer):
    """Answer of a POST: ``dto`` is what was asked for, the job's documents in all."""

    message = WireText()
    dto = JobSerializer()


class JobSetSerializer(WireSerializer):
    """Answer of a PUT."""

    message = WireText()
    job_id = WireInteger()
    support_table_ids: Any = DocumentIds()


class JobRemovedSerializer(WireSerializer):
    """Answer of a DELETE."""

    message = WireText()
    job_id = WireInteger()
