"""Kinds of files in words, for sentences about a file that is not what its name says."""

from django.utils.translation import gettext as _

from core.files.judging import Verdict


def said_kind(kind: str) -> str:
    """What a kind is called; "" for one without a name."""
    return {
        "pdf": _("a PDF"),
        "docx": _("a Word document (.docx)"),
        "xlsx": _("an Excel workbook (.xlsx)"),
        "pptx": _("a PowerPoint presentation (.pptx)"),
        "docm": _("a Word document with macros (.docm)"),
        "xlsm": _("an Excel workbook with macros (.xlsm)"),
        "pptm": _("a PowerPoint presentation with macros (.pptm)"),
        "xlsb": _("a binary Excel workbook (.xlsb)"),
        "odf": _("a document of LibreOffice (OpenDocument)"),
        "doc": _("a Word document of the old kind (.doc)"),
        "xls": _("an Excel workbook of the old kind (.xls)"),
        "ppt": _("a PowerPoint presentation of the old kind (.ppt)"),
        "msg": _("an e-mail of Outlook (.msg)"),
        "ole": _("an Office file of the old kind"),
        "vsd": _("a drawing of Visio (.vsd)"),
        "rtf": _("rich text (.rtf)"),
        "zip": _("a ZIP archive"),
        "rar": _("a RAR archive"),
        "7z": _("a 7-Zip archive"),
        "gz": _("a GZIP archive"),
        "png": _("a PNG picture"),
        "jpg": _("a JPEG picture"),
        "gif": _("a GIF picture"),
        "bmp": _("a BMP picture"),
        "webp": _("a WebP picture"),
        "tif": _("a TIFF picture"),
        "heic": _("a HEIC photo"),
        "avif": _("an AVIF picture"),
        "mp4": _("a video"),
        "mov": _("a video"),
        "dwg": _("a DWG drawing"),
        "dxb": _("a binary DXF drawing"),
        "html": _("a web page (HTML or XML)"),
        "exe": _("a program"),
        "text": _("plain text"),
    }.get(kind, "")


def refusal_of(extension: str, verdict: Verdict) -> str:
    """Why a content does not go with its name, and what to do about it."""
    if verdict.kind == "locked":
        return _("The document is protected by a password.")
    name = said_kind(verdict.kind)
    if not name:
        return _("The content is not what the name says.")
    sentence = _("The name says .%(extension)s, but the content is %(kind)s.") % {
        "extension": extension,
        "kind": name,
    }
    old = {"doc": "docx", "xls": "xlsx", "ppt": "pptx"}
    if old.get(verdict.kind) == extension:
        more = _("Save it as .%(new)s in its own program, or name it .%(old)s.")
        return f"{sentence} {more % {'new': extension, 'old': verdict.kind}}"
    return sentence
