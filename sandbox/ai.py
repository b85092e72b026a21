"""The company's AI estimator, and beside it a model that speaks OpenAI's and Anthropic's protocols."""

import base64
import hashlib

from sandbox.chats import Chats
from sandbox.messages import Call, Reply, json_reply, refusal
from sandbox.upstream import Routes, Upstream

MODELS = ("gpt4", "claude")
PANELS = ("LVMDP 3200A", "SDP 630A", "MCC 12 feeder", "ATS-AMF 1000 kVA", "Cap. Bank")
SUMMARY = """# Ringkasan dokumen

Dibaca oleh model **{model}** ({size} byte, sidik `{mark}`).

## Lingkup
| No | Panel | Jumlah | IP | Form |
|---:|---|---:|---|---|
| 1 | {panel} | {quantity} | IP{grade} | Form {form} |

## Persyaratan utama
- Busbar tembaga, Icw 50 kA / 1 detik, uji rutin sesuai IEC 61439-2.
- Komponen proteksi satu merek; koordinasi selektif dilampirkan.
- FAT disaksikan pelanggan, **{days} hari** setelah gambar disetujui.

## Perlu ditanyakan
1. Merek ACB dan MCCB yang disetujui?
2. Arah masuk kabel: atas atau bawah?
"""


class AiServer(Upstream):
    """The same file and model always give the same answer; ``chats`` is the model beside."""

    name = "ai"

    def load(self) -> None:
        """A model that has heard nothing."""
        self.chats = Chats()

    def routes(self) -> Routes:
        """Return what the estimator answers."""
        return {
            ("POST", "/process_pdf"): self._process,
            ("POST", "/v1/chat/completions"): self._openai,
            ("POST", "/v1/messages"): self._anthropic,
        }

    def _openai(self, call: Call) -> Reply:
        return self.chats.openai(call)

    def _anthropic(self, call: Call) -> Reply:
        return self.chats.anthropic(call)

    def _process(self, call: Call) -> Reply:
        given = call.json()
        if given["model"] not in MODELS or not isinstance(given["option_type"], int):
            return refusal("unknown model or option_type", 400)
        document = base64.b64decode(given["file"], validate=True)
        return json_reply({"results": [_summary(document, given["model"])]})


def _summary(document: bytes, model: str) -> str:
    digest = hashlib.sha256(document)
    first, second, third, *_ = digest.digest()
    return SUMMARY.format(
        model=model,
        size=len(document),
        mark=digest.hexdigest()[:12],
        panel=PANELS[first % len(PANELS)],
        quantity=1 + second % 6,
        grade=(31, 42, 54)[third % 3],
        form=("2b", "3b", "4a")[first % 3],
        days=14 + second % 15,
    )
