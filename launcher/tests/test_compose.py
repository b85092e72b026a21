"""compose.yaml and what it mounts: nothing without a version, nobody with more than is needed."""

import re
from typing import Any

import boto3
import pytest
import yaml
from moto.server import ThreadedMotoServer

from ems.server.request_gate import max_body_bytes
from launcher.bucket import make
from launcher.places import BASE

pytestmark = pytest.mark.once
COMPOSE: dict[str, Any] = yaml.safe_load((BASE / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PROXY = (BASE / "deploy/proxy/ems.conf").read_text("utf-8")
# An exact version, and a variable for the digest behind it.
PINNED = re.compile(r"[a-z0-9./-]+:\d+\.\d+(\.\d+)?(-[a-z]+)?\$\{[A-Z]+_DIGEST:-\}")


def test_every_image_has_an_exact_version_and_room_for_a_digest() -> None:
    images = {name: service["image"] for name, service in SERVICES.items()}
    foreign = {name: i for name, i in images.items() if i != "ems:prod"}
    assert foreign.keys() == {"proxy", "grants", "db", "redis", "s3"}
    for image in foreign.values():
        assert PINNED.fullmatch(image), image
    bases = re.findall(r"^FROM (\S+)", (BASE / "Dockerfile").read_text("utf-8"), re.M)
    assert len(bases) == 2
    for base in bases:
        assert re.fullmatch(r"python:3\.11\.\d+-slim-[a-z]+\$\{PYTHON_DIGEST\}", base)


def test_only_the_proxy_is_published_and_believed() -> None:
    assert [name for name, each in SERVICES.items() if "ports" in each] == ["proxy"]
    assert all("127.0.0.1" in port for port in SERVICES["proxy"]["ports"])
    address = SERVICES["proxy"]["networks"]["front"]["ipv4_address"]
    assert SERVICES["web"]["environment"]["TRUSTED_PROXIES"] == address
    assert COMPOSE["networks"]["back"] == {"internal": True}
    for name in ("db", "redis", "s3"):
        assert SERVICES[name]["networks"] == ["back"]


def test_what_is_mounted_is_there() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            if volume.startswith("./"):
                assert (BASE / volume.split(":")[0]).exists(), volume


def test_whoever_serves_has_no_key_to_more_than_it_needs() -> None:
    for name in ("web", "worker"):
        text = str(SERVICES[name])
        assert "://ems_app:" in text
        for secret in ("POSTGRES_PASSWORD", "EMS_OWNER_PASSWORD", "S3_ROOT_"):
            assert secret not in text, name
    s3 = COMPOSE["configs"]["s3"]["content"]
    assert '"name": "ems", "actions": ["Read:ems", "Write:ems", "List:ems"]' in s3
    assert "requirepass ${REDIS_PASSWORD:?" in COMPOSE["configs"]["redis"]["content"]


def test_ems_gets_only_settings_that_it_knows() -> None:
    lines = (BASE / ".env.example").read_text("utf-8").splitlines()
    known = {line.lstrip("# ").partition("=")[0] for line in lines}
    # Of the program that makes the bucket; nobody else has them.
    known |= {"S3_ROOT_ACCESS_KEY", "S3_ROOT_SECRET_KEY"}
    ours = [each for each in SERVICES.values() if each["image"] == "ems:prod"]
    assert len(ours) == 4
    for service in ours:
        assert set(service["environment"]) <= known


def test_what_compose_asks_for_is_explained() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (BASE / "compose.yaml").read_text("utf-8")))
    told = (BASE / "docs/operations.md").read_text("utf-8")
    assert len(asked) > 20
    assert {name for name in asked if f"`{name}" not in told} == set()


def body_sizes() -> list[tuple[str, int]]:
    """The pattern of each place of the proxy, and how many bytes it takes there."""
    units = {"k": 2**10, "m": 2**20}
    found = re.findall(
        r"location ~\*? (\S+) \{[^}]*?client_max_body_size (\d+)([km]);", PROXY
    )
    return [(pattern, int(size) * units[unit]) for pattern, size, unit in found]


@pytest.mark.parametrize(
    "path",
    [
        "/hooks/ppic/bom-changed",
        "/login",
        "/accounts/login/",
        "/admin/login/",
        "/documents/upload/",
        "/documents/7/replace/",
        "/supporttables",
        "/supporttables/3/upload",
        "/changes/new/",
        "/changes/4/edit/",
        "/changes/4/attach/",
        "/analyzer/start/",
        "/talk/change/7/say/",
        "/api/comments",
        "/api/generations/analyze",
        "/engineeringDetailProblems/4/photo",
    ],
)
def test_the_proxy_takes_what_ems_takes_and_little_more(path: str) -> None:
    mib = 2**20
    ours = max_body_bytes({"path": path, "headers": []})
    theirs = next(
        size for pattern, size in body_sizes() if re.search(pattern, path, re.I)
    )
    assert ours <= theirs <= max(ours + mib, 64 * 2**10)


def test_streams_are_not_held_and_bodies_are() -> None:
    (stream,) = re.findall(r"location ~ (\S+) \{\s+proxy_buffering off;", PROXY)
    for path in ("/live", "/api/generations/12/stream", "/api/generations/12/stream/"):
        assert re.search(stream, path)
    assert "proxy_request_buffering on;" in PROXY
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in PROXY
    for limit in ("limit_conn connections", "limit_req zone=", "client_header_timeout"):
        assert limit in PROXY


def test_the_bucket_is_made_and_keeps_versions() -> None:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        url = f"http://{host}:{port}"
        for _again in range(2):
            make("some-bucket", url, "root", "secret")
        client = boto3.client(
            "s3",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id="root",
            aws_secret_access_key="secret",
        )
        found = client.get_bucket_versioning(Bucket="some-bucket")
        assert found["Status"] == "Enabled"
    finally:
        server.stop()
