"""The types of files that we know, and how their content begins. Nothing is imported here."""

TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "dwg": "application/acad",
    "dxf": "application/dxf",
    "zip": "application/zip",
    "txt": "text/plain",
    "csv": "text/csv",
}
SIGNATURES: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "docx": (b"PK\x03\x04",),
    "xlsx": (b"PK\x03\x04",),
    "pptx": (b"PK\x03\x04",),
    "zip": (b"PK\x03\x04", b"PK\x05\x06"),
    "dwg": (b"AC10",),
}
# A ZIP with this folder in it.
FOLDERS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/", "zip": ""}
PLAIN = {"txt", "csv", "dxf"}
MACROS = ("vbaproject.bin", ".xlm")
LOCKED_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What a browser would take a text for.
MARKUP = (b"<html", b"<!doctype", b"<script", b"<svg", b"<body", b"<iframe", b"<?xml")
