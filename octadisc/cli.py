"""The command `octadisc`: make every figure, load a corpus, check the figures."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import warnings
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from octadisc.errors import InputError, OctadiscError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["main"]

_MOST_LISTED = 40
_OPTIONS = ("text", "date", "title", "issuer", "language", "url", "release")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; give its exit code.

    0: done. 1: `check` found figures that differ, or a notebook that stops. 2: it could not be done, said in
    one paragraph. 130: interrupted.
    """
    _use_utf8()
    parser = _parser()
    chosen = parser.parse_args(arguments)
    shown = warnings.showwarning
    warnings.showwarning = _show_warning
    _end_in_order()
    try:
        return int(chosen.run(chosen))
    except OctadiscError as error:
        print(f"octadisc: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # `octadisc load … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("\noctadisc: interrupted; nothing was changed.", file=sys.stderr)
        return 130
    finally:
        warnings.showwarning = shown


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="octadisc",
        description="Press releases about regional crime cooperation: what was talked about, by whom, "
        "and how that changed.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and stop")
    commands = parser.add_subparsers(required=True, metavar="new | figures | load | check | package")

    new = commands.add_parser(
        "new", help="begin a study: a folder with notebooks, settings and a place for data"
    )
    new.add_argument("study", metavar="STUDY", help="the folder to make; its name becomes the study's")
    new.add_argument(
        "--from", dest="releases", metavar="PATH", help="where the releases are: a file or a folder"
    )
    new.add_argument(
        "--copy", action="store_true", help="copy them into the study, not only note where they are"
    )
    new.add_argument("--author", default="", metavar="NAME")
    new.set_defaults(run=_new)

    figures = commands.add_parser("figures", help="make every figure and the page that shows them")
    figures.add_argument(
        "study",
        nargs="?",
        type=Path,
        metavar="STUDY",
        help="a folder with study.toml, which is read; default: this one, if it is a study",
    )
    _add_corpus(figures)
    figures.add_argument(
        "--output", "--to", type=Path, metavar="DIR", help="default: figures, of the study if it is one"
    )
    figures.add_argument(
        "--no-cache", action="store_true", help="compute all anew, also where nothing has changed"
    )
    figures.set_defaults(run=_figures)

    load = commands.add_parser("load", help="read releases into one corpus file, and list every problem")
    load.add_argument(
        "path", nargs="+", help="files, folders or patterns: .txt .html .csv .xlsx .jsonl .md …"
    )
    load.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE.parquet", help="the corpus to write"
    )
    for name in _OPTIONS:
        load.add_argument(f"--{name}", metavar="COLUMN", help=argparse.SUPPRESS)
    load.add_argument("--dates", metavar="FILE", help="a CSV of release and date that corrects dates")
    load.add_argument("--pattern", help="read only files whose path or name fits, such as *.html")
    load.epilog = (
        f"Columns are recognised by their usual names; name others with --{' --'.join(_OPTIONS)} COLUMN."
    )
    load.set_defaults(run=_load)

    check = commands.add_parser("check", help="make the figures again and say which differ")
    check.add_argument(
        "folder",
        nargs="?",
        type=Path,
        metavar="DIR|STUDY",
        help="the figures, a study or a package (.zip); default: this study, or figures",
    )
    _add_corpus(check)
    check.add_argument(
        "--names", type=Path, metavar="FILE.csv", help="of a package: the names that were replaced"
    )
    check.set_defaults(run=_check)

    package = commands.add_parser("package", help="make a zip of a study to share, without running text")
    package.add_argument("study", type=Path, metavar="STUDY", help="a folder with study.toml and its figures")
    package.add_argument("-o", "--output", type=Path, metavar="FILE.zip", help="default: STUDY-package.zip")
    package.add_argument("--corpus", metavar="PATH", help="the releases; default: where study.toml says")
    package.add_argument(
        "--quote",
        type=int,
        default=12,
        metavar="WORDS",
        help="the most words in a row of a release; default: 12",
    )
    package.add_argument("--titles", action="store_true", help="keep the releases' titles")
    package.add_argument(
        "--min-releases",
        type=int,
        default=1,
        metavar="N",
        help="leave out of the counts terms that stand in fewer releases, which may tell persons; default: 1",
    )
    package.add_argument(
        "--names",
        type=Path,
        metavar="FILE.csv",
        help="replace names: columns name (* for any ending; a line for each form that * does not cover) and "
        "replacement",
    )
    package.set_defaults(run=_package)
    return parser


def _add_corpus(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--corpus", type=Path, metavar="PATH", help="a file or folder; default: the study's, or the sample"
    )
    parser.add_argument(
        "--topics", type=int, metavar="K", help="number of topics; default: by the corpus's size"
    )
    parser.add_argument(
        "--notebooks", nargs="+", metavar="NAME", help="run only these, such as 02_terms; default: all"
    )
    parser.add_argument(
        "--only",
        nargs="+",
        default=(),
        metavar="NAME",
        help="only these figures, such as terms-3-course or terms-*; the others stay as they are",
    )
    parser.add_argument(
        "--every", metavar="PERIOD", help="year, half, quarter, month or week; default: by size"
    )
    parser.add_argument(
        "--between",
        nargs=2,
        metavar=("FIRST", "LAST"),
        help="years, months or days, both within: 1977 2017",
    )
    parser.add_argument(
        "--who",
        metavar="COLUMN|FILE.csv",
        help="who publishes: a column, or a CSV file with the columns issuer (* for anything) and who",
    )
    terms = parser.add_argument_group(
        "what notebook 02_terms is asked",
        "Without --question it takes the concept with the clearest change.",
    )
    terms.add_argument(
        "--question", metavar="QUERY", help='words, such as "people smuggl*"; a concept\'s name; NAME=QUERY'
    )
    terms.add_argument(
        "--event",
        action="append",
        metavar="EVENT",
        help='NAME=DATE, such as "Tampa=2001-08-26"; a date; an event that octadisc knows; may be repeated',
    )
    terms.add_argument("--around", type=int, metavar="YEARS", help="looked at around each event; default: 6")
    terms.add_argument(
        "--audit", metavar="FILE", help="judgements of how often the question's words are right"
    )


class _Version(argparse.Action):
    """Show the version; looked up only when asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        import octadisc

        print(f"octadisc {octadisc.__version__}")
        parser.exit()


def _new(chosen: argparse.Namespace) -> int:
    from octadisc.figures.study.commands import begin_study

    return begin_study(chosen)


def _asked(chosen: argparse.Namespace) -> dict[str, Any]:
    """Give what the notebooks are asked, and which of them run, as it was typed."""
    names = ("notebooks", "question", "around", "every", "between", "who", "audit")
    return {"events": chosen.event, **{name: getattr(chosen, name) for name in names}}


def _given(chosen: argparse.Namespace, study: Any) -> dict[str, Any]:
    """Give what making figures and checking them take: of a study, or of none."""
    if study is None:
        from octadisc.figures.settings import Settings

        return {
            "corpus": chosen.corpus, "topics": chosen.topics, "settings": Settings.of(**_asked(chosen)),
        }  # fmt: skip
    from octadisc.figures.study.commands import in_study, say_study

    given = in_study(study, chosen, _asked(chosen))
    _say(say_study(study))
    return given


def _figures(chosen: argparse.Namespace) -> int:
    from octadisc.figures.make import make_figures
    from octadisc.figures.study.commands import choose_study

    study = choose_study(chosen.study)
    output = chosen.output or (study.folder / "figures" if study else Path("figures"))
    given = _given(chosen, study)
    with study.running() if study else nullcontext():
        make_figures(output=output, say=_say, only=chosen.only, again=chosen.no_cache, **given)
    return 0


def _check(chosen: argparse.Namespace) -> int:
    from octadisc.figures.check import check_figures, tell_verdicts
    from octadisc.figures.sharing.commands import is_package, verify_package
    from octadisc.figures.study.commands import choose_checked

    if chosen.folder is not None and is_package(chosen.folder):
        return verify_package(chosen.folder, chosen.corpus, chosen.names)
    folder, study = choose_checked(chosen.folder)
    given = _given(chosen, study)
    with study.running() if study else nullcontext():
        verdicts = check_figures(folder, say=_say, only=chosen.only, **given)
    for line in tell_verdicts(verdicts):
        print(line)
    return 0 if all(one.holds for one in verdicts) else 1


def _package(chosen: argparse.Namespace) -> int:
    from octadisc.figures.sharing.commands import package_study

    return package_study(chosen)


def _load(chosen: argparse.Namespace) -> int:
    import octadisc
    from octadisc.figures.summary import describe, describe_issues

    if chosen.output.suffix != ".parquet":
        raise InputError(
            f"{chosen.output}: a corpus is written as Parquet; call it {chosen.output.stem}.parquet."
        )
    options = {name: getattr(chosen, name) for name in (*_OPTIONS, "dates", "pattern")}
    given = {name: value for name, value in options.items() if value is not None}
    path = chosen.path[0] if len(chosen.path) == 1 else chosen.path
    corpus = octadisc.load_corpus(path, progress=True, **given)
    written = corpus.save(chosen.output)
    print(describe(corpus))
    print(describe_issues(corpus))
    _list_issues(corpus.issues, written)
    print(f"Written: {written}")
    return 0


def _list_issues(issues: pd.DataFrame, written: Path) -> None:
    """Print every problem, or write them beside the corpus if they are many."""
    if len(issues) > _MOST_LISTED:
        from octadisc.figures.files import to_csv
        from octadisc.writing import write_whole

        path = write_whole(written.with_name(f"{written.stem}.issues.csv"), to_csv([("issues", issues)]))
        print(f"All {len(issues):,} are listed in {path}.")
        return
    for one in issues.fillna("").itertuples():
        place = one.source or one.release or "corpus"
        print(
            f"  {place}: {one.what}"
            + (f": {one.found}" if one.found else "")
            + (f"; {one.done}" if one.done else "")
        )


def _say(line: str) -> None:
    print(line, flush=True)


def _end_in_order() -> None:
    """Treat a request to end (SIGTERM) like Ctrl-C, so that half-made things are cleared away."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def _use_utf8() -> None:
    """Print any alphabet, also where the terminal's own encoding cannot."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _show_warning(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
    """Show a warning as a sentence, without the line of code that gave it."""
    print(f"octadisc: {message}", file=sys.stderr)
