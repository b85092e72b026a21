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
    # Read where a library can, and handed out as downloads only: old libraries are full of them.
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "msg": "application/vnd.ms-outlook",
    "eml": "message/rfc822",
    "rtf": "application/rtf",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "webp": "image/webp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "heic": "image/heic",
    "rar": "application/vnd.rar",
    "xlsb": "application/vnd.ms-excel.sheet.binary.macroenabled.12",
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TIFF = (b"II*\x00", b"MM\x00*")
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
    "doc": (OLE,),
    "xls": (OLE,),
    "ppt": (OLE,),
    "msg": (OLE,),
    "rtf": (b"{\\rtf",),
    "gif": (b"GIF87a", b"GIF89a"),
    "bmp": (b"BM",),
    "webp": (b"RIFF",),
    "tif": TIFF,
    "tiff": TIFF,
    "rar": (b"Rar!\x1a\x07",),
}
# An e-mail begins with a header line.
MAIL = rb"(?:From |[A-Za-z][A-Za-z0-9-]{0,60}:[ \t\r\n])"
# What a browser would take a text for.
MARKUP = (b"<html", b"<!doctype", b"<script", b"<svg", b"<body", b"<iframe", b"<?xml")
