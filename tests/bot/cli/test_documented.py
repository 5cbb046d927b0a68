"""Whatever operators rely on is documented: commands, settings, addresses, metrics, log events."""

import json
import re
from pathlib import Path
from types import ModuleType

import click
import pytest

from bot.asks.capacity import AskCapacity
from bot.cli import verso
from bot.core.health import Figures
from bot.data.hooks import github, shopify, stripe, woocommerce
from bot.data.items import CustomerFields, EventItem
from bot.data.transfer.importing import CUSTOMERS, EVENTS
from bot.http.metrics import Waiting, render
from bot.http.problems import TITLES
from bot.http.server import create_http_app
from bot.settings import Settings
from storage.database import Database
from tests.bot.making import services
from tests.bot.serving import StubProbes
from tests.yaml_files import read_yaml

ROOT = Path(__file__).parents[3]
OPERATORS = (ROOT / "docs" / "operators.md").read_text("utf-8")
HTTP = (ROOT / "docs" / "http-api.md").read_text("utf-8")
EXAMPLE = (ROOT / ".env.example").read_text("utf-8")
_EVENT = re.compile(r'\blog\.(?:debug|info|warning|error|exception)\(\s*"([a-z_]+)"')


def members(group: click.Group) -> list[tuple[str, click.Command]]:
    context = click.Context(group)
    found = [(name, group.get_command(context, name)) for name in group.list_commands(context)]
    return [(name, command) for name, command in found if command is not None]


def commands(group: click.Group, before: str = "verso") -> list[str]:
    found = []
    for name, command in members(group):
        full = f"{before} {name}"
        found += commands(command, full) if isinstance(command, click.Group) else [full]
    return found


@pytest.mark.parametrize("command", commands(verso))
def test_every_command_is_documented(command: str) -> None:
    assert f"| `{command}" in OPERATORS


def test_every_option_is_documented() -> None:
    for name, command in members(verso):
        line = next(line for line in OPERATORS.splitlines() if line.startswith(f"| `verso {name}"))
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.opts[0] in line


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_is_documented(name: str) -> None:
    assert f"| `VERSO_{name.upper()}` |" in OPERATORS
    assert re.search(rf"^(# )?VERSO_{name.upper()}=", EXAMPLE, re.MULTILINE)


def test_the_example_shows_the_defaults_and_nothing_else() -> None:
    shown = dict(re.findall(r"^(?:# )?VERSO_([A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE))
    assert set(shown) == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        if shown[name.upper()]:
            assert shown[name.upper()] == str(field.default)


async def test_every_address_is_documented(database: Database) -> None:
    app = create_http_app(database, services(), StubProbes())
    for route in app.router.routes():
        if route.method != "HEAD" and route.resource is not None:
            assert f"| `{route.method} {route.resource.canonical}` |" in HTTP


def test_every_problem_and_field_is_documented() -> None:
    for kind in TITLES:
        assert f"| `urn:verso:problem:{kind}` |" in HTTP
    for field in [*CustomerFields.model_fields, *EventItem.model_fields]:
        assert f"| `{field}` |" in HTTP


def metrics() -> set[str]:
    """The names of all figures that are served."""
    figures = Figures({"a": 1}, {"a": 1}, 1, 1.0)
    counts = {"a": 1}
    hunting = AskCapacity(asked=1, daily=2, unanswered=3, backlog=4)
    stored = (counts, 1, counts, 1, counts, counts, counts, 1, hunting)
    waiting = Waiting(*stored, webhooks=counts)
    text = render(waiting, figures, 0.0, 1.0).decode()
    return {re.split(r"[ {]", line)[0] for line in text.splitlines() if line[:1] != "#"}


def test_every_metric_is_documented() -> None:
    documented = set(re.findall(r"^\| `(verso_\w+)` \|", OPERATORS, re.MULTILINE))
    assert metrics() == documented


def test_the_dashboard_and_the_alarms_look_at_what_is_served() -> None:
    dashboard = json.loads((ROOT / "packaging/grafana/verso.json").read_text("utf-8"))
    shown = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    [group] = read_yaml(ROOT / "packaging/prometheus/alerts.yaml")["groups"]
    watched = [rule["expr"] for rule in group["rules"]]
    assert set(re.findall(r"verso_\w+", " ".join(shown))) == metrics()
    assert set(re.findall(r"verso_\w+", " ".join(watched))) <= metrics()
    assert all(rule["annotations"]["do"] for rule in group["rules"])


def test_every_log_event_is_documented() -> None:
    sources = [path for path in (ROOT / "bot").rglob("*.py") if "sandbox" not in path.parts]
    events = {name for path in sources for name in _EVENT.findall(path.read_text("utf-8"))}
    section = OPERATORS.partition("## Log events")[2]
    assert events == set(re.findall(r"`([a-z_]+)`", section.partition("| --- | --- |")[2]))


def test_the_columns_are_documented() -> None:
    for kind in (CUSTOMERS, EVENTS):
        assert f"- {kind.name}: `{','.join(kind.columns.known)}`" in OPERATORS


def test_every_example_of_a_hook_is_told_to_shop_owners() -> None:
    fixtures = ROOT / "tests/bot/data/hooks/fixtures"
    examples = {f"{path.parent.name}/{path.stem}" for path in fixtures.rglob("*.json")}
    told = (ROOT / "docs/payloads.md").read_text("utf-8")
    assert examples == set(re.findall(r"^\| `([a-z]+/[a-z_]+)` \|", told, re.MULTILINE))


@pytest.mark.parametrize("source", [shopify, woocommerce, stripe, github])
def test_a_shop_s_page_names_every_topic(source: ModuleType) -> None:
    name = source.__name__.rpartition(".")[2]
    page = (ROOT / "docs/shops" / f"{name}.md").read_text("utf-8")
    assert [topic for topic in source.TOPICS if f"`{topic}`" not in page] == []
    assert f"verso hooks try {name} --public" in page
