"""The tables of the old database and the types of their columns.

A table or column that is missing stops the import; one more is kept as it is in the event of its row.
``HasPo`` was added by hand in production: a database made by the old migrations lacks it.
"""

STAMPS = {"CreatedAt": "time", "UpdatedAt": "time", "DeletedAt": "time"}
TABLES: dict[str, dict[str, str]] = {
    "EngineeringDetailProblems": {
        "Id": "int", "No": "text", "Tgl": "time", "PoNumber": "text", "Cust": "text",
        "ProjectName": "text", "Engineering": "text", "DetailProblem": "text", "Pn": "text",
        "Description": "text", "Qty": "int", "Uom": "text", "Cost": "double", "ExtItemId": "int",
        "ExtJobId": "int", "ExtPurchaseOrderId": "int", "ExtPanelCodeId": "int", "ExtUserId": "int",
        "Type": "int", "TypeEcnCcn": "int", "HasPo": "bool", "MarginBefore": "double",
        "MarginAfter": "double", "Status": "int", "ApprovalExtUserId": "int", "ApprovalDate": "time",
        "ApprovalRemark": "text", "ApprovalFileName": "text", **STAMPS,
    },
    "EngineeringDetailProblemItem": {
        "Id": "int", "EngineeringDetailProblemId": "int", "ExtItemId": "int", "Qty": "double",
        "SnapshotDate": "time", "SnapshotPrice": "double", "TypeIncreaseDecrease": "int", **STAMPS,
    },
    "EngineeringDetailProblemApproval": {
        "Id": "int", "EngineeringDetailProblemId": "int", "ExtUserId": "int",
        "ApprovalDate": "time", "Status": "int", **STAMPS,
    },
    "BomApprovals": {
        "Id": "int", "ExtUserId": "int", "ExtBomLeveledId": "int", "ApprovalDate": "time",
        "Remark": "text", "Status": "int", **STAMPS,
    },
    "BomApprovalPics": {
        "Id": "int", "BomApprovalId": "int", "ExtUserId": "int", "ExtBomLeveledId": "int",
        "ApprovalDate": "time", "Remark": "text", "Status": "int", **STAMPS,
    },
    "EngineeringActivities": {
        "Id": "int", "PIC": "text", "Customer": "text", "Description": "text", "Date": "time",
        "Type": "int", "FromCache": "time", "ToCache": "time",
        "ExtEngineeringDetailProblemId": "int", "ExtInquiryId": "int", "ExtJobId": "int",
        "ExtPanelCodeId": "int", "ExtPurchaseOrderId": "int", "SupportTableId": "int", **STAMPS,
    },
    "Tasks": {
        "Id": "int", "EngineeringActivityId": "int", "Description": "text", "From": "time",
        "To": "time", "Hours": "double", "Remark": "text", "ExtPanelCodeId": "int",
        "CompletedDatePic": "time", "CompletedDateSpv": "time", "CompletedDateManager": "time",
        "CompletedByPicId": "int", "CompletedBySpvId": "int", "CompletedByManagerId": "int",
        **STAMPS,
    },
    "InCharges": {
        "Id": "int", "TaskId": "int", "ExtUserId": "int", "PIC": "text", "Customer": "text",
        "Description": "text", "Date": "time", **STAMPS,
    },
    "Notifications": {
        "Id": "int", "Title": "text", "Message": "text", "TaskId": "int", "Role": "text",
        "IsRead": "bool", "Status": "text", **STAMPS,
    },
    "UserRoles": {"Id": "int", "UserId": "int", "Role": "text"},
    "SupportTables": {"Id": "int", "Name": "text", "FilePath": "text", **STAMPS},
    "SupportEngineeringDocuments": {
        "Id": "int", "SupportTableId": "int", "JobId": "int", "JobName": "text", **STAMPS,
    },
    "InquiryAIGenerations": {
        "Id": "int", "FileName": "text", "Model": "text", "InquiryId": "int", "Content": "text",
        **STAMPS,
    },
    "Configurations": {
        "Id": "int", "Name": "text", "ByValuePercentage": "text", "Value": "double",
        "Percentage": "double", **STAMPS,
    },
    "EngDeptConfigs": {"Id": "int", "DepartmentId": "int", **STAMPS},
    "PanelProcesses": {
        "Id": "int", "PanelType": "text", "ProcessName": "text", "Minutes": "double",
    },
    "DashboardMetrics": {
        "Id": "int", "NumberOfManpowers": "int", "NumberOfECNsThisMonth": "int",
        "NumberOfCCNsThisMonth": "int", "LastDetectedProcess": "time", "TotalProducts": "int",
        "TotalBOMs": "int", "TotalSLDs": "int", "TotalDrawings": "int", **STAMPS,
    },
    "ECNData": {"Id": "int", "Month": "text", "Count": "int", **STAMPS},
    "CCNData": {"Id": "int", "Month": "text", "Count": "int", **STAMPS},
    "EngineerSupports": {
        "Id": "int", "Engineer": "text", "Project": "text", "Requester": "text",
        "SupportDates": "text", **STAMPS,
    },
    "SupportDetails": {
        "Id": "int", "No": "text", "Tgl": "time", "PoNumber": "text", "Cust": "text",
        "ProjectName": "text", "Engineering": "text", "DetailProblem": "text", "Pn": "text",
        "Description": "text", "Qty": "int", "Uom": "text", **STAMPS,
    },
    "OutstandingPostPOs": {
        "Id": "int", "Customer": "text", "DoneOuts": "text", "Project": "text",
        "DaysDeadline": "int", "OthersOuts": "int", "OthersProcess": "int", "PostPoOuts": "int",
        "PostPoProcess": "int", "PrePoOuts": "int", "PrePoProcess": "int", "TotalOuts": "int",
        "TotalProcess": "int", **STAMPS,
    },
    "DonePOs": {
        "Id": "int", "JobCategory": "text", "Detail": "text", "Outs": "int", "TProcess": "double",
        **STAMPS,
    },
}  # fmt: skip
# Columns that the old database lets nobody leave empty; an empty text is a text.
FILLED = {
    "EngineeringActivities": {"Type"},
    "Notifications": {"Title", "Message", "TaskId", "Role", "IsRead", "Status"},
    "UserRoles": {"UserId", "Role"},
    "SupportTables": {"Name"},
    "SupportEngineeringDocuments": {"JobId", "JobName", "CreatedAt", "UpdatedAt"},
    "PanelProcesses": {"PanelType", "ProcessName", "Minutes"},
}
OPTIONAL = {("EngineeringDetailProblems", "HasPo")}
# Columns that name a person by the auth server's id.
PEOPLE = (
    ("EngineeringDetailProblems", "ExtUserId"),
    ("EngineeringDetailProblems", "ApprovalExtUserId"),
    ("EngineeringDetailProblemApproval", "ExtUserId"),
    ("BomApprovals", "ExtUserId"),
    ("BomApprovalPics", "ExtUserId"),
    ("Tasks", "CompletedByPicId"),
    ("Tasks", "CompletedBySpvId"),
    ("Tasks", "CompletedByManagerId"),
    ("InCharges", "ExtUserId"),
    ("UserRoles", "UserId"),
)
TIMES = {
    name for table in TABLES.values() for name, kind in table.items() if kind == "time"
}
