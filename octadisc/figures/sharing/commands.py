"""What the command line does with packages: make one, check one."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from octadisc.errors import InputError
from octadisc.figures.sharing.names import Names, read_names
from octadisc.figures.sharing.package import Package, default_output, make_package
from octadisc.figures.sharing.stripping import Rules
from octadisc.figures.sharing.verify import check_package, is_package
from octadisc.figures.study.study import read_study
from octadisc.figures.words import counted

__all__ = ["is_package", "package_study", "verify_package"]


def package_study(chosen: Namespace) -> int:
    """Make the package of a study as the command line asks."""
    study = read_study(chosen.study)
    if chosen.quote < 0:
        raise InputError(f"--quote {chosen.quote}: expected a number of words, 0 for none.")
    if chosen.min_releases < 1:
        raise InputError(f"--min-releases {chosen.min_releases}: expected a number of releases, at least 1.")
    output = chosen.output or default_output(study)
    if output.suffix.lower() != ".zip":
        raise InputError(f"--output {output}: a package is a zip; call it {output.name}.zip.")
    names = read_names(chosen.names) if chosen.names else Names()
    rules = Rules(chosen.quote, chosen.titles, chosen.min_releases, names)
    package = make_package(study, output, rules, corpus=chosen.corpus, say=_say)
    _report(package, rules)
    return 0


def _report(package: Package, rules: Rules) -> None:
    for written, _, replacement in rules.names.patterns:
        places = {file: n for (file, name), n in rules.names.replaced.items() if name == written}
        n = sum(places.values())
        where = ", ".join(f"{file} {many:,}" for file, many in sorted(places.items())[:6])
        more = f" and {len(places) - 6} more files" if len(places) > 6 else ""
        print(f"{written} → {replacement}: {counted(n, 'place')}" + (f" ({where}{more})" if n else ""))
    if rules.names:
        cells = (
            f" and in {counted(package.withheld_words, 'cell')} of tables" if package.withheld_words else ""
        )
        print(
            "None of the names is left as the table of names has it. A word of one that stands alone, such "
            f"as a first name, is withheld where it is a term: in the matrix{cells}. In what is left of "
            "sentences it stands, unless the table has a line for it."
        )
    for name in package.own_files:
        print(f"packed: {name}, which a notebook reads")
    for name, n in sorted(package.cut.items()):
        print(f"cut: {name}: {counted(n, 'stretch', 'stretches')} of running text")
    for name, why in sorted(package.left_out.items()):
        print(f"left out: {name}: {why}")
    if package.withheld:
        print(f"withheld: {counted(package.withheld, 'term')} of the matrix")
    size = sum(map(len, package.files.values()))
    print(f"{package.path}: {counted(len(package.files), 'file')}, {size / 1e6:,.1f} MB unpacked")
    print(f"SHA-256: {package.sha256}")
    print(
        f"Sentences of up to {rules.quote} words stand whole in it; --quote 5 leaves at most five words of "
        "each, --quote 0 none."
        if rules.quote
        else "No sentences are in it; elsewhere up to 8 words in a row may stand, such as labels."
    )


def verify_package(path: Path, corpus: Path | None, names: Path | None) -> int:
    """Check a package; say what holds, what does not, and what cannot be told."""
    found = check_package(path, corpus, names=names, say=_say)
    for line in found.lines():
        print(line)
    print("The package holds, as far as it was checked." if found.holds else "The package does not hold.")
    return 0 if found.holds else 1


def _say(line: str) -> None:
    print(line, flush=True)
