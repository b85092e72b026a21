"""The tables of the department, by subject."""

from engineering.models.change import (
    CHANGE_REQUEST_FIELDS,
    AnnouncedFile,
    ChangeAttachment,
    ChangeItem,
    ChangeNotice,
    NumberSequence,
)
from engineering.models.dashboard_figures import DashboardMetrics
from engineering.models.note import FIRST_WIRE_ID, EngineeringNote
from engineering.models.orders import (
    DonePo,
    EngineerSupport,
    OutstandingPostPo,
    SupportDetail,
)
from engineering.models.search import ChangeIndex
from engineering.models.setup import Configuration, DepartmentConfig, PanelProcess

__all__ = [
    "CHANGE_REQUEST_FIELDS",
    "FIRST_WIRE_ID",
    "AnnouncedFile",
    "ChangeAttachment",
    "ChangeIndex",
    "ChangeItem",
    "ChangeNotice",
    "Configuration",
    "DashboardMetrics",
    "DepartmentConfig",
    "DonePo",
    "EngineerSupport",
    "EngineeringNote",
    "NumberSequence",
    "OutstandingPostPo",
    "PanelProcess",
    "SupportDetail",
]
