"""The services of compose.yaml, started by the programs of this machine on machines of their own."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from launcher.places import BASE
from launcher.tests.test_proxy import AROUND, HAS_HTTP2, NGINX
from tests.machines.composition import ENDED, Service, services
from tests.machines.network import FRONT, Machine, cabled, named

HOST, PORT = "ems.example", 8443
ADDRESS = f"https://{HOST}:{PORT}"
UPSTREAMS, PEOPLE, PROXY = "upstreams", "people", "proxy"
SANDBOX = {"auth": 9001, "crm": 9002, "ppic": 9003, "meeting": 9004, "ai": 9005}
SCALE = {"web": 2, "worker": 2}
PROXY_ADDRESS = {(PROXY, FRONT): "172.31.254.10"}
ROOM = ("PATH", "HOME", "LANG")
PATIENCE = 90.0
POSTGRES = next(
    iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), Path()
)
# What the image's own start does before it runs what compose.yaml says.
HEALTH_OF_IMAGE = ("CMD", "python", "-m", "launcher.health")
# The stand-in for the S3 server has another address for the same question.
OTHER_WORDS = {"http://127.0.0.1:8333/healthz": "http://127.0.0.1:8333/moto-api/"}


def variables() -> dict[str, str]:
    """What a person would set: secrets of this run, the stand-ins' addresses."""
    secrets = (
        "SECRET_KEY",
        "EMS_APP_PASSWORD",
        "EMS_OWNER_PASSWORD",
        "POSTGRES_PASSWORD",
        "REDIS_PASSWORD",
    )
    keys = (
        "S3_ACCESS_KEY",
        "S3_SECRET_KEY",
        "S3_ROOT_ACCESS_KEY",
        "S3_ROOT_SECRET_KEY",
    )
    found = {name: os.urandom(32).hex() for name in (*secrets, *keys)}
    return found | {
        "ALLOWED_HOSTS": HOST,
        "PUBLIC_BASE_URL": ADDRESS,
        "EMS_ADMINS": "admin",
        "ALLOW_PLAIN_UPSTREAMS": "true",
        "AUTH_SERVER_URL": f"http://{UPSTREAMS}:{SANDBOX['auth']}",
        "CRM_URL": f"http://{UPSTREAMS}:{SANDBOX['crm']}",
        "CRM_INQUIRIES_URL": f"http://{UPSTREAMS}:{SANDBOX['crm']}",
        "PPIC_URL": f"http://{UPSTREAMS}:{SANDBOX['ppic']}",
        "MEETING_URL": f"http://{UPSTREAMS}:{SANDBOX['meeting']}",
    }


@dataclass
class Company:
    """All machines with what runs on them.

    before_python: words before every ``python`` of the workers, for a probe.
    """

    scratch: Path
    given: Mapping[str, Service]
    machines: Mapping[str, Machine]
    workers_as: tuple[str, ...] = ()
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self) -> None:
        """Everything, in the order of the file; returns when each is healthy."""
        self.run(UPSTREAMS, self._sandbox(), {})
        for service in self.given.values():
            for name in machines_of(service):
                self.start_one(name, service)
            for name in machines_of(service):
                self._wait_for(name, service)

    def start_one(self, name: str, service: Service) -> None:
        """One machine of a service; also one that was killed."""
        words, env = STARTS.get(service.name, _python)(self, service, name)
        self.run(name, words, env)

    def run(self, name: str, words: list[str], env: Mapping[str, str]) -> None:
        """A process on a machine; what it says goes into the machine's log."""
        with (self.scratch / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                self.machines[name].words(words),
                cwd=BASE,
                env=room() | dict(env),
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def kill(self, name: str) -> None:
        """Kill -9, with all that it started."""
        process = self.running.pop(name)
        process.kill()
        process.wait()

    def stop(self) -> None:
        """End all, last started first."""
        for process in reversed(self.running.values()):
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()

    def _wait_for(self, name: str, service: Service) -> None:
        if self._is_awaited_end(service):
            code = self.running.pop(name).wait(PATIENCE)
            if code:
                raise RuntimeError(f"{name} ended with {code}: {self.last_words(name)}")
            return
        ends = time.monotonic() + PATIENCE
        while not self.is_healthy(name, service):
            if time.monotonic() > ends or self.running[name].poll() is not None:
                raise RuntimeError(f"{name} did not start: {self.last_words(name)}")
            time.sleep(0.1)

    def _is_awaited_end(self, service: Service) -> bool:
        return any(
            each.needs.get(service.name) == ENDED for each in self.given.values()
        )

    def is_healthy(self, name: str, service: Service) -> bool:
        """Whether the file's own health check says so; a service without one is."""
        health = HEALTH_OF_IMAGE if service.name == "web" else service.health
        if not health:
            return True
        words = (
            ["sh", "-c", health[1]] if health[0] == "CMD-SHELL" else list(health[1:])
        )
        words = [OTHER_WORDS.get(word, word) for word in words]
        env = room() | dict(service.environment)
        done = subprocess.run(
            self.machines[name].words(_here(words)),
            env=env,
            cwd=BASE,
            capture_output=True,
            check=False,
        )
        return done.returncode == 0

    def last_words(self, name: str) -> str:
        """The end of a machine's log."""
        return (self.scratch / f"{name}.log").read_text("utf-8", "replace")[-2000:]

    def _sandbox(self) -> list[str]:
        ports = [
            word
            for name, port in SANDBOX.items()
            for word in (f"--{name}-port", str(port))
        ]
        return [sys.executable, "-m", "sandbox", "--host", "0.0.0.0", *ports]


@contextmanager
def company(scratch: Path, workers_as: tuple[str, ...] = ()) -> Iterator[Company]:
    """The whole of compose.yaml, running; gone afterwards."""
    scratch.chmod(0o755)
    given = services(variables(), scratch)
    places = {
        name: service.networks
        for service in given.values()
        for name in machines_of(service)
    }
    places |= {UPSTREAMS: (FRONT, "out"), PEOPLE: (FRONT,)}
    names = {service.name: machines_of(service) for service in given.values()}
    names |= {UPSTREAMS: [UPSTREAMS], HOST: [PROXY]}
    with ExitStack() as stack:
        machines = stack.enter_context(cabled(places, PROXY_ADDRESS))
        stack.enter_context(named(machines, names))
        found = Company(scratch, given, machines, workers_as)
        stack.callback(found.stop)
        found.start()
        yield found


def machines_of(service: Service) -> list[str]:
    """``web`` runs on web-1 and web-2; most run on one machine of their name."""
    count = SCALE.get(service.name, 1)
    return (
        [f"{service.name}-{n + 1}" for n in range(count)]
        if count > 1
        else [service.name]
    )


# --- How this machine starts what an image starts ------------------------------------

Start = Callable[[Company, Service, str], tuple[list[str], Mapping[str, str]]]


def room() -> dict[str, str]:
    found = {key: os.environ[key] for key in ROOM if key in os.environ}
    found["PATH"] = f"{Path(sys.executable).parent}:{POSTGRES}:{found['PATH']}"
    return found


def _here(words: list[str]) -> list[str]:
    return [sys.executable if word == "python" else word for word in words]


def _image_command() -> list[str]:
    """The last CMD of the Dockerfile."""
    line = (BASE / "Dockerfile").read_text("utf-8").strip().rpartition("\nCMD ")[2]
    return [word.strip(' "') for word in line.strip("[]").split(",")]


def _python(
    company: Company, service: Service, name: str
) -> tuple[list[str], Mapping[str, str]]:
    words = _here(service.words or _image_command())
    if service.name == "worker":
        words = [*company.workers_as, *words[1:]] if company.workers_as else words
    own = company.scratch / name
    own.mkdir(exist_ok=True)
    folders = {
        "MEDIA_ROOT": str(own / "media"),
        "UPSTREAM_CACHE_DIR": str(own / "upstream"),
    }
    return words, room() | dict(service.environment) | folders | {"EMS_MACHINE": name}


def _database(
    company: Company, service: Service, name: str
) -> tuple[list[str], Mapping[str, str]]:
    """A cluster of our own, made as the image makes it: password, roles.sh, then by TCP."""
    place = company.scratch / "cluster"
    if not place.exists():
        _make_cluster(company, service, name, place)
    return _as_postgres([str(POSTGRES / "postgres"), *_cluster_words(place, "*")]), {}


def _cluster_words(place: Path, addresses: str) -> list[str]:
    return [
        "-D",
        str(place),
        "-c",
        f"listen_addresses={addresses}",
        "-c",
        f"unix_socket_directories={place}",
    ]


def _as_postgres(words: list[str]) -> list[str]:
    """The server refuses to run as root."""
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *words]


def _make_cluster(company: Company, service: Service, name: str, place: Path) -> None:
    secret = company.scratch / "postgres-password"
    secret.write_text(service.environment["POSTGRES_PASSWORD"], "utf-8")
    place.mkdir()
    for path in (secret, place):
        shutil.chown(path, "postgres", "postgres")
    init = [
        str(POSTGRES / "initdb"),
        "-D",
        str(place),
        "-U",
        "postgres",
        "-A",
        "scram-sha-256",
    ]
    _done(_as_postgres([*init, f"--pwfile={secret}"]), {})
    with (place / "pg_hba.conf").open("a", encoding="utf-8") as rules:
        rules.write("host all all all scram-sha-256\n")
    control = [
        str(POSTGRES / "pg_ctl"),
        "-D",
        str(place),
        "-w",
        "-l",
        str(place / "first.log"),
    ]
    options = " ".join(_cluster_words(place, "127.0.0.1")[2:])
    on = company.machines[name].words
    _done(on(_as_postgres([*control, "-o", options, "start"])), {})
    roles = next(path for path in service.files.values() if path.name == "roles.sh")
    words = {
        "POSTGRES_USER": "postgres",
        "PGHOST": "127.0.0.1",
        "PGPASSWORD": secret.read_text("utf-8"),
    }
    _done(on(["sh", str(roles)]), dict(service.environment) | words)
    _done(on(_as_postgres([*control, "stop"])), {})


def _done(words: list[str], env: Mapping[str, str]) -> None:
    done = subprocess.run(
        words, env=room() | dict(env), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{words[0]}: {done.stdout}{done.stderr}")


def _bucket_server(
    _company: Company, _service: Service, _name: str
) -> tuple[list[str], Mapping[str, str]]:
    """Moto's: SeaweedFS is no package of this machine. It knows no users, so that rights are not shown."""
    return [sys.executable, "-m", "moto.server", "-H", "0.0.0.0", "-p", "8333"], room()


def _proxy(
    company: Company, _service: Service, _name: str
) -> tuple[list[str], Mapping[str, str]]:
    """nginx with our file and a certificate of this run."""
    place = company.scratch / PROXY
    if not place.exists():
        shutil.copytree(BASE / "deploy/proxy", place)
        site = place / "site"
        shutil.copy(site / "tls.conf.example", site / "tls.conf")
        names = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
        files = [
            "-keyout",
            str(site / "privkey.pem"),
            "-out",
            str(site / "fullchain.pem"),
        ]
        _done(
            [
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                *names,
                *files,
            ],
            {},
        )
        for path in place.rglob("*.conf"):
            text = path.read_text("utf-8").replace("/etc/nginx/site", str(site))
            path.write_text(
                text if HAS_HTTP2 else text.replace("http2 on;", ""), "utf-8"
            )
        (place / "nginx.conf").write_text(
            AROUND.format(place=place, user="user root;"), "utf-8"
        )
    return [NGINX, "-e", f"{place}/error.log", "-c", f"{place}/nginx.conf"], {}


STARTS: dict[str, Start] = {"db": _database, "s3": _bucket_server, PROXY: _proxy}
