"""What is handed out runs elsewhere: the wheel, the image, the units, the examples for proxies."""

import fnmatch
import re
import shutil
import subprocess
import tomllib
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

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


def test_the_image_is_small_not_root_and_knows_its_health() -> None:
    lines = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
    steps = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    bases = [rest for name, rest in steps if name == "FROM"]
    assert len(bases) == 2
    assert all("-slim" in base and "/" not in base for base in bases)
    last = dict(steps)  # of each instruction the last one: that of what is run
    assert last["USER"] == "verso"
    assert "/healthz" in last["HEALTHCHECK"]
    assert last["ENTRYPOINT"] == '["verso"]'
    assert {name for _, rest in steps for name in re.findall(r"VERSO_[A-Z_]+", rest)} <= SETTINGS
    let_in = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE)
    for name, rest in steps:
        if name == "COPY" and "--from" not in rest:
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists()
                assert source in let_in
    assert not any(fnmatch.fnmatch(".env", each) for each in let_in)


def test_compose_waits_for_its_database_and_opens_nothing_to_the_world() -> None:
    services = read_yaml(ROOT / "compose.yaml")["services"]
    verso = services["verso"]
    assert verso["depends_on"]["db"] == {"condition": "service_healthy"}
    assert all(port.startswith("127.0.0.1:") for port in verso["ports"])
    assert "ports" not in services["db"]
    assert set(verso["environment"]) <= SETTINGS


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
