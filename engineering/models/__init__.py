"""The tables of the department, by subject."""

from engineering.models.change import (
    BOXES,
    AnnouncedFile,
    ChangeAttachment,
    ChangeDecision,
    ChangeItem,
    ChangeNotice,
    NumberSequence,
)
from engineering.models.dashboard_figures import DashboardMetrics
from engineering.models.orders import (
    DonePo,
    EngineerSupport,
    OutstandingPostPo,
    SupportDetail,
)
from engineering.models.search import ChangeIndex
from engineering.models.setup import Configuration, DepartmentConfig, PanelProcess

__all__ = [
    "BOXES",
    "AnnouncedFile",
    "ChangeAttachment",
    "ChangeDecision",
    "ChangeIndex",
    "ChangeItem",
    "ChangeNotice",
    "Configuration",
    "DashboardMetrics",
    "DepartmentConfig",
    "DonePo",
    "EngineerSupport",
    "NumberSequence",
    "OutstandingPostPo",
    "PanelProcess",
    "SupportDetail",
]
