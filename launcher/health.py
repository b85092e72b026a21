"""``python -m launcher.health``: whether the server here answers; for the image."""

import http.client
import os
import sys
from http import HTTPStatus

PORT = 8000


def main() -> int:
    """Return 0 when /healthz says so."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip(" .")
    client = http.client.HTTPConnection("127.0.0.1", PORT, timeout=2)
    try:
        client.request("GET", "/healthz", headers={"Host": host})
        return int(client.getresponse().status != HTTPStatus.OK)
    except (OSError, http.client.HTTPException):
        return 1
    finally:
        client.close()


if __name__ == "__main__":
    sys.exit(main())
