"""Wire shapes of changes and setup tables (docs/contract.md#changes)."""

from rest_framework import serializers

from core.approvals.serializers import RoundSerializer
from core.http.wire import (
    WireDay,
    WireDecimal,
    WireFlag,
    WireInteger,
    WireMoment,
    WireSerializer,
    WireText,
)


class ChangeItemSerializer(WireSerializer):
    """A line of a change, in and out."""

    id = WireInteger()
    ext_item_id = WireInteger()
    qty = WireDecimal()
    engineering_detail_problem_id = WireInteger(source="change_id", read_only=True)
    snapshot_date = WireMoment()
    snapshot_price = WireDecimal(places=2)
    type_increase_decrease = WireInteger(source="direction")
    part_number = WireText(max_length=200)
    # Taken in only for a part that PPIC does not know.
    part_name = WireText(max_length=300)
    part_description = WireText(read_only=True)
    manufacturer = WireText(read_only=True)
    unit = WireText(max_length=40)
    created_at = WireMoment(read_only=True)
    updated_at = WireMoment(read_only=True)
    deleted_at = WireMoment()


class PriceDeviationSerializer(WireSerializer):
    """A line whose typed price is far from PPIC's (IDR), and by how many percent it differs."""

    item_id = WireInteger()
    ext_item_id = WireInteger()
    price = WireDecimal(places=2)
    percent = WireDecimal(may_be_negative=True)


class ChangeApprovalSerializer(WireSerializer):
    """A decision on a change; on the way in only an own entry counts."""

    id = WireInteger()
    ext_user_id = WireInteger(source="approver.ext_id", read_only=True)
    engineering_detail_problem_id = WireInteger(source="record_id", read_only=True)
    approval_date = WireMoment(source="decided_at", read_only=True)
    status = WireInteger()
    remark = WireText(read_only=True)
    revision = WireInteger(read_only=True)
    digest = WireText(read_only=True)
    # Said only of an author.
    by_author = WireFlag(required=False)
    # Said only where a substitute decided.
    on_behalf_of_ext_user_id = WireInteger(source="on_behalf_of.ext_id", required=False)


class ApprovalEntrySerializer(WireSerializer):
    """An entry that a client may post in ``approvals``."""

    id = WireInteger()
    ext_user_id = WireInteger()
    status = WireInteger()


class ChangeSerializer(WireSerializer):
    """``EngineeringDetailProblem``: every column, in and out."""

    id = WireInteger()
    no = WireText(source="number", max_length=40)
    tgl = WireDay(source="date")
    po_number = WireText(max_length=100)
    cust = WireText(source="customer", max_length=200)
    project_name = WireText(max_length=300)
    product_name = WireText(max_length=300)
    engineering = WireText()
    detail_problem = WireText()
    ext_job_id = WireInteger()
    ext_purchase_order_id = WireInteger()
    type = WireInteger(source="direction")
    ext_user_id = WireInteger()
    type_ecn_ccn = WireInteger(source="kind")
    ext_panel_code_id = WireInteger()
    items = ChangeItemSerializer(many=True, required=False, allow_null=True)
    approvals = ApprovalEntrySerializer(
        many=True, required=False, allow_null=True, write_only=True
    )
    # The name of a file that follows; what is there is in ``ChangeOutSerializer``.
    approval_file_name = WireText(max_length=300, write_only=True)
    approval_ext_user_id = WireInteger(read_only=True)
    approval_date = WireMoment(read_only=True)
    status = WireInteger()
    approval_remark = WireText(max_length=4000)
    has_po = WireFlag()
    margin_before = WireDecimal(digits=9, may_be_negative=True)
    margin_after = WireDecimal(digits=9, may_be_negative=True)
    priority = WireInteger()
    justification = WireText()
    impact_without = WireText()
    impact_risk = WireText()
    impact_schedule = WireText()
    customer_pays = WireFlag()
    customer_reference = WireText(max_length=200)
    internal_cause = WireText()
    increase = WireDecimal(read_only=True)
    decrease = WireDecimal(read_only=True)
    net = WireDecimal(read_only=True, may_be_negative=True)
    revision = WireInteger(read_only=True)
    digest = WireText(read_only=True)
    created_at = WireMoment(read_only=True)
    updated_at = WireMoment(read_only=True)
    deleted_at = WireMoment()


class ChangeOutSerializer(ChangeSerializer):
    """The entity as it goes out, with its decisions; for the schema."""

    approvals = ChangeApprovalSerializer(many=True, read_only=True)  # type: ignore[assignment]
    approval_file_name = WireText(read_only=True)
    # Said of one change only, where a difference is above ``PRICE_DEVIATION_SHARE``.
    price_deviations = PriceDeviationSerializer(
        many=True, required=False, read_only=True
    )


class PersonSerializer(WireSerializer):
    """A person as ``{id, name}``."""

    id = WireInteger()
    name = WireText()


class AccountSerializer(WireSerializer):
    """A customer of the CRM."""

    id = WireInteger()
    name = WireText()


class OrderSerializer(WireSerializer):
    """``CrmPurchaseOrder``."""

    id = WireInteger()
    purchase_order_number = WireText()
    account = AccountSerializer()


class ChangeAllSerializer(ChangeOutSerializer):
    """``ProblemAll``: the whole entity plus what the upstreams know (docs/contract.md#lists)."""

    material_requests = serializers.ListField(child=serializers.DictField())
    purchase_order = OrderSerializer(required=False)
    requested_by = PersonSerializer(required=False)
    round = RoundSerializer(required=False)


class DecisionSerializer(WireSerializer):
    """Body of ``…/decision``: 1 approve, 2 reject, 3 back for rework.

    ``password`` (or the PIN) where ``SIGNATURE_REAUTH`` asks for it.
    """

    status = WireInteger()
    remark = WireText(max_length=4000)
    revision = WireInteger()
    digest = WireText(max_length=64)
    password = WireText(max_length=1024, write_only=True)
    on_behalf_of_ext_user_id = WireInteger(source="on_behalf_of")


class PhotoSerializer(WireSerializer):
    """Body of ``…/photo``: base64, with or without a data URL's prefix, and a name if known."""

    photo = WireText(max_length=None)
    file_name = WireText(max_length=255)


class NoteSerializer(WireSerializer):
    """A row of ``/engineering-notes``; both spellings of the member go out."""

    id = WireInteger()
    engineering_notes = WireText(source="engineering")
    engineer_notes = WireText(source="engineering")
    type_note = WireInteger(source="kind")


class WireInt32(WireInteger):
    """An ``int`` of the predecessor: 32 bits."""

    def __init__(self, *, min_value: int = -(2**31), **kwargs: object) -> None:
        super().__init__(min_value=min_value, max_value=2**31 - 1, **kwargs)


class RowSerializer(WireSerializer):
    """Members of every simple table."""

    id = WireInteger()
    created_at = WireMoment(read_only=True)
    updated_at = WireMoment(read_only=True)
    deleted_at = WireMoment()


class EngineerSupportSerializer(RowSerializer):
    """``/engineerSupports``."""

    engineer = WireText()
    project = WireText()
    requester = WireText()
    support_dates = WireText()


class SupportDetailSerializer(RowSerializer):
    """``/supportDetails``."""

    no = WireText()
    tgl = WireMoment()
    po_number = WireText()
    cust = WireText()
    project_name = WireText()
    engineering = WireText()
    detail_problem = WireText()
    pn = WireText()
    description = WireText()
    qty = WireInt32()
    uom = WireText()


class OutstandingPostPoSerializer(RowSerializer):
    """``/outstandingPostPOs``."""

    customer = WireText()
    done_outs = WireText()
    project = WireText()
    days_deadline = WireInt32()
    others_outs = WireInt32()
    others_process = WireInt32()
    post_po_outs = WireInt32()
    post_po_process = WireInt32()
    pre_po_outs = WireInt32()
    pre_po_process = WireInt32()
    total_outs = WireInt32()
    total_process = WireInt32()


class DonePoSerializer(RowSerializer):
    """``/donePOs``."""

    job_category = WireText()
    detail = WireText()
    outs = WireInt32()
    t_process = WireDecimal(source="process_hours", may_be_negative=True)


class ConfigurationSerializer(RowSerializer):
    """``/configurations``."""

    name = WireText(max_length=100)
    by_value_percentage = WireText(max_length=20)
    value = WireDecimal()
    percentage = WireDecimal(digits=9)
    text = WireText(max_length=300)


class DepartmentConfigSerializer(WireSerializer):
    """A row of ``/api/deptconfigs``."""

    id = WireInteger()
    department_id = WireInteger(min_value=1)
    created_at = WireMoment(read_only=True)
    updated_at = WireMoment(read_only=True)


class DashboardMetricsSerializer(WireSerializer):
    """``/api/dashboard/metrics``; the odd capitals are the predecessor's."""

    id = WireInteger()
    number_of_manpowers = WireInt32(min_value=0)
    numberOfECNsThisMonth = WireInt32(min_value=0, source="number_of_ecns_this_month")  # noqa: N815
    numberOfCCNsThisMonth = WireInt32(min_value=0, source="number_of_ccns_this_month")  # noqa: N815
    last_detected_process = WireMoment()
    total_products = WireInt32(min_value=0)
    totalBOMs = WireInt32(min_value=0, source="total_boms")  # noqa: N815
    totalSLDs = WireInt32(min_value=0, source="total_slds")  # noqa: N815
    total_drawings = WireInt32(min_value=0)
    overrides = serializers.DictField(read_only=True)
    created_at = WireMoment(read_only=True)
    updated_at = WireMoment(read_only=True)


class MonthCountSerializer(WireSerializer):
    """A row of ``/api/dashboard/ecn-data`` and ``ccn-data``."""

    id = WireInteger(read_only=True)
    month = WireText(source="name")
    year = WireInteger()
    count = WireInteger()


class PanelProcessSerializer(WireSerializer):
    """``/panelprocess``."""

    id = WireInteger()
    panel_type = WireText(max_length=200)
    process_name = WireText(max_length=200)
    minutes = WireDecimal(digits=12, places=2)
