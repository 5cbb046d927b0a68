"""The repository itself: documents lead somewhere, nothing names a machine or is left over."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from bot.core.words import placeholders
from flows.languages import SHIPPED
from tests.yaml_files import read_yaml

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "bot" / "texts"
TOP = {
    "bot", "flows", "storage", "tests", "docs", ".ci", "pyproject.toml", ".env.example",
    "README.md", "CHANGELOG.md", "SECURITY.md", "Makefile", "requirements.lock",
    "requirements-dev.lock", ".gitignore", "CONTRIBUTING.md", "Dockerfile", ".dockerignore",
    "compose.yaml", "packaging",
}  # fmt: skip


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout: nothing to compare with")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_only_what_belongs_is_at_the_top() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in _tracked()} <= TOP


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("docs/**/*.md")), ids=lambda p: p.name
)
def test_links_of_the_documents_lead_somewhere(page: Path) -> None:
    for target, place in re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)", page.read_text("utf-8")):
        if not target.startswith(("http://", "https://", "mailto:")):
            there = page.parent / target if target else page
            assert there.exists(), f"{page.name} points at {target}"
            if place and there.suffix == ".md":
                assert place in _places(there), f"{page.name} points at {target}#{place}"


@cache
def _places(page: Path) -> set[str]:
    """What can be pointed at in a page: its headings, as forges make addresses of them."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#{1,6} +(.+)$", text, re.MULTILINE)
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in headings]
    return {re.sub(r"[^\w -]", "", each.strip().lower()).replace(" ", "-") for each in plain}


def test_lock_files_have_hashes_and_name_no_index() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text("utf-8")
        pinned = re.findall(r"^[a-z0-9].*==", text, flags=re.MULTILINE)
        assert len(re.findall(r"^[a-z0-9][^\n]*\\\n    --hash", text, re.MULTILINE)) == len(pinned)
        assert "://" not in text


@pytest.mark.parametrize("area", sorted({p.name.split(".")[0] for p in TEXTS.glob("*.yaml")}))
def test_every_language_says_the_same_things(area: str) -> None:
    said = {
        language: {
            f"{section}.{key}": placeholders(text)
            for section, texts in read_yaml(TEXTS / f"{area}.{language}.yaml").items()
            for key, text in texts.items()
        }
        for language in SHIPPED
    }
    assert said["en"] == said["ru"] == said["zh"]


def test_nothing_is_left_behind() -> None:
    marks = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
    for path in _tracked():
        if path.suffix in {".py", ".js", ".yaml", ".md", ".css"} and "journeys" not in path.parts:
            assert not marks.search(path.read_text("utf-8")), path


def test_nothing_names_a_machine() -> None:
    local = re.compile(r"(^|[^A-Za-z0-9_.])/(work|root|farm|home/[a-z]+)/")
    for path in _tracked():
        if path.suffix in {".py", ".js", ".yaml", ".md", ".toml", ""}:
            assert not local.search(path.read_text("utf-8")), path
