"""What is handed out runs elsewhere: the wheel, the image, the units, the examples for proxies."""

import fnmatch
import json
import re
import shutil
import subprocess
import sys
import threading
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from bot.cli.beginning import CONFIG, ENV
from bot.settings import Settings
from tests.yaml_files import read_yaml

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"
ROOMS = ("bot", "flows", "storage")
SETTINGS = {f"VERSO_{name.upper()}" for name in Settings.model_fields}


def test_the_wheel_has_every_file_of_the_rooms(tmp_path: Path) -> None:
    made = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path)))
    with zipfile.ZipFile(made) as wheel:
        packed = {name for name in wheel.namelist() if name.partition("/")[0] in ROOMS}
        entry = next(name for name in wheel.namelist() if name.endswith("entry_points.txt"))
        assert "verso = bot.cli:main" in wheel.read(entry).decode()
    tree = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert packed == tree
    assert any(name.endswith(".typ") for name in packed)
    assert any(name.endswith(".css") for name in packed)


def test_the_newest_changes_are_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    heading = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert heading is not None
    assert heading[1] == version


def steps() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile, each with what follows it."""
    lines = (ROOT / "Dockerfile").read_text("utf-8")
    lines = re.sub(r"^#.*\n", "", lines, flags=re.MULTILINE).replace("\\\n", " ")
    return [
        (name, rest)
        for name, rest in (each.split(maxsplit=1) for each in lines.split("\n") if each)
    ]


def is_let_in(path: str) -> bool:
    """Whether an image is built with a file: of .dockerignore the last line that fits counts."""
    let_in, names = True, [path, *map(str, Path(path).parents)]
    for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        pattern = line.removeprefix("!")
        if line and not line.startswith("#") and any(fnmatch.fnmatch(n, pattern) for n in names):
            let_in = line.startswith("!")
    return let_in


def test_the_image_is_of_one_python_not_root_and_made_of_what_is_there() -> None:
    arguments = dict(rest.split("=", 1) for name, rest in steps() if name == "ARG")
    bases = [rest.split()[0] for name, rest in steps() if name == "FROM"]
    assert {base.replace("${PYTHON}", arguments["PYTHON"]) for base in bases} == {
        "python:3.11-slim-bookworm"
    }
    last = dict(steps())  # of each instruction the last one: that of what is run
    [number] = re.findall(r"useradd .*--uid (\d+)", last["RUN"])
    assert last["USER"] == number != "0"
    assert last["ENTRYPOINT"] == '["verso"]'
    assert {name for _, rest in steps() for name in re.findall(r"VERSO_[A-Z_]+", rest)} <= SETTINGS
    copied = [
        rest.split()[:-1] for name, rest in steps() if name == "COPY" and "--from" not in rest
    ]
    for source in (each for sources in copied for each in sources):
        there = ROOT / source
        assert there.exists()
        for file in [there] if there.is_file() else there.rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                assert is_let_in(str(file.relative_to(ROOT))), file
    for kept_out in (
        ".env",
        "verso.db",
        ".git/config",
        "tests/conftest.py",
        "bot/__pycache__/x.pyc",
    ):
        assert not is_let_in(kept_out)


def test_the_image_is_well_while_verso_says_so() -> None:
    """What looks after its health is run as it stands there, at another port."""
    said = dict(steps())["HEALTHCHECK"].partition("CMD ")[2]
    python, *arguments = json.loads(said)
    assert python == "python"
    for status, code in ((200, 0), (503, 1)):
        with answering(status) as (port, asked):
            call = [each.replace("8080", str(port)) for each in arguments]
            done = subprocess.run([sys.executable, "-S", *call], check=False)
        assert (done.returncode, asked) == (code, ["/healthz"])


@contextmanager
def answering(status: int) -> Iterator[tuple[int, list[str]]]:
    """A server that answers once with a status; gives its port, and what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.handle_request)
        serving.start()
        yield server.server_port, asked
        serving.join()


def test_compose_waits_for_its_database_and_opens_nothing_to_the_world() -> None:
    compose = read_yaml(ROOT / "compose.yaml")
    services = compose["services"]
    verso = services["verso"]
    assert verso["depends_on"]["db"] == {"condition": "service_healthy"}
    assert all(port.startswith("127.0.0.1:") for port in verso["ports"])
    assert "ports" not in services["db"]
    assert set(verso["environment"]) <= SETTINGS
    text = (ROOT / "compose.yaml").read_text("utf-8")
    operators = (ROOT / "docs" / "operators.md").read_text("utf-8").partition("## In containers")[2]
    for name in re.findall(r"\$\{(\w+)", text):
        assert f"{name}=" in operators  # it is said how it comes into .env
    made = {str(ENV), str(CONFIG)}
    assert Path(verso["env_file"]).name in made
    assert {Path(each.split(":")[0]).name for each in verso["volumes"]} <= made
    assert {each.split(":")[0] for each in services["db"]["volumes"]} == set(compose["volumes"])
    assert re.fullmatch(r"postgres:\d+", services["db"]["image"])


@pytest.mark.parametrize("example", ["Caddyfile", "nginx.conf"])
def test_proxies_pass_on_what_is_needed_and_no_more(example: str) -> None:
    text = (PACKAGING / "proxy" / example).read_text("utf-8")
    said = re.sub(r"#.*", "", text)
    for needed in ("/telegram/webhook", "/hooks/", "/api/", "/book"):
        assert needed in said
    assert not re.search(r"metrics|healthz|readyz", said)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """With a program and a user that are there, as they are where Verso is installed."""
    units = []
    for unit in sorted((PACKAGING / "systemd").iterdir()):
        text = unit.read_text("utf-8").replace("/opt/verso/.venv/bin/verso", "/bin/true")
        units.append(tmp_path / unit.name)
        units[-1].write_text(text.replace("User=verso", "User=root"), "utf-8")
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, units)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (found.returncode, found.stderr) == (0, "")
