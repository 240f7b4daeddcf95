"""pyproject.toml, environment.yml, requirements.lock, CITATION.cff and run say the same."""

import ast
import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
RUN = (ROOT / "run").read_text("utf-8")


def declared() -> list[Requirement]:
    """Every core dependency and every extra's."""
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    return [Requirement(text) for group in groups for text in group]


def locked() -> dict[str, list[tuple[Requirement, list[str]]]]:
    """The lock's entries by name: a package may have one for each of several markers."""
    entries: dict[str, list[tuple[Requirement, list[str]]]] = {}
    for entry in re.sub(r"\\\n", " ", LOCK).splitlines():
        if entry and not entry.startswith("#"):
            text, *hashes = re.split(r"\s+--hash=", entry.strip())
            requirement = Requirement(text)
            entries.setdefault(canonicalize_name(requirement.name), []).append((requirement, hashes))
    return entries


def conda() -> tuple[dict[str, SpecifierSet], list[str]]:
    """What environment.yml asks for: by name, conda's and pip's together; and pip's lines as they stand."""
    lines = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    pip = next(line["pip"] for line in lines if isinstance(line, dict))
    found = [Requirement(line) for line in lines + pip if isinstance(line, str) and not line.startswith("-")]
    return {canonicalize_name(each.name): each.specifier for each in found}, pip


def lower_bound(specifiers: SpecifierSet) -> Version:
    (bound,) = (Version(each.version) for each in specifiers if each.operator == ">=")
    return bound


@pytest.mark.parametrize("requirement", declared(), ids=lambda each: each.name)
def test_the_lock_holds_each_dependency_at_a_version_in_its_range(requirement):
    for entry, _ in locked()[canonicalize_name(requirement.name)]:
        (pin,) = entry.specifier
        assert pin.operator == "=="
        assert requirement.specifier.contains(pin.version), f"{entry} is not in {requirement}: ./run lock"


def test_the_lock_holds_the_build_backend():
    # `pip install --no-build-isolation --editable .` needs both.
    assert {"hatchling", "editables"} <= set(locked())


def test_every_lock_entry_has_hashes():
    entries = [each for group in locked().values() for each in group]
    assert len(entries) > 100
    for requirement, hashes in entries:
        assert hashes, f"{requirement} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), f"{requirement}: {hashes}"


def test_the_lock_names_no_index_or_host():
    assert "://" not in LOCK
    options = set(re.findall(r"(?<!\S)--?[a-z][\w-]*", re.sub(r"^#.*", "", LOCK, flags=re.MULTILINE)))
    assert options == {"--hash"}


def test_the_lock_is_for_the_oldest_python():
    oldest = lower_bound(SpecifierSet(PROJECT["requires-python"]))
    environment = {"python_version": str(oldest), "python_full_version": f"{oldest}.0"}
    environment |= {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}
    for requirement in declared():
        entries = locked()[canonicalize_name(requirement.name)]
        assert any(entry.marker is None or entry.marker.evaluate(environment) for entry, _ in entries)


@pytest.mark.parametrize("requirement", declared(), ids=lambda each: each.name)
def test_conda_users_get_each_dependency_with_the_same_range(requirement):
    name = canonicalize_name(requirement.name)
    found, _ = conda()
    assert name in found, f"environment.yml lacks {name}"
    assert found[name] == requirement.specifier


def test_conda_users_get_nothing_else():
    found, pip = conda()
    names = {canonicalize_name(each.name) for each in declared()}
    assert set(found) == names | {"python", "pip"}
    assert lower_bound(found["python"]) == lower_bound(SpecifierSet(PROJECT["requires-python"]))
    assert "-e ." in pip


def test_citation_names_the_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]


def test_changelog_names_the_version():
    assert f"## [{PROJECT['version']}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_run_parses_in_an_old_python():
    ast.parse(RUN, feature_version=(3, 6))


def test_run_and_pyproject_agree_on_the_oldest_python():
    (oldest,) = re.findall(r"^OLDEST = \((\d+), (\d+)\)$", RUN, re.MULTILINE)
    assert Version(".".join(oldest)) == lower_bound(SpecifierSet(PROJECT["requires-python"]))


def test_ignored_folders_are_anchored():
    # An unanchored `figures/` or `build/` would also swallow folders of the package.
    lines = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    anywhere = {line for line in lines if line and not line.startswith(("#", "/", "*"))}
    assert anywhere == {"__pycache__/", ".ipynb_checkpoints/", ".DS_Store", ".idea/", ".vscode/", "Thumbs.db"}


# What is declared though octadisc's own code imports it nowhere, and why.
NOT_IMPORTED = {
    "charset-normalizer": "trafilatura and htmldate tell encodings with it",
    "ipykernel": "runs the notebooks, by its name",
    "lxml-html-clean": "trafilatura fails to import without it",
    "ruptures": "for change points of other kinds; nothing calls it yet",
    "statsmodels": "what the tests hold robust errors against",
}


def test_what_is_declared_is_used():
    imported = set()
    for path in (ROOT / "octadisc").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.split(".")[0])
    owners = packages_distributions()
    used = {canonicalize_name(name) for one in imported for name in owners.get(one, [])}
    needed = {canonicalize_name(Requirement(text).name) for text in PROJECT["dependencies"]}
    assert needed - used == set(NOT_IMPORTED)
