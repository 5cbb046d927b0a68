"""``python -m tests.ear FILE.csv [-v]``: measures the ear on a file of phrases."""

import argparse
from pathlib import Path

from flows.ear import Ear
from flows.ear.lexicon import SHIPPED, Lexicon
from flows.ear.likeness import learned
from tests.ear.measuring import Tally, measure, read, share, timed, weight


def main() -> None:
    """Print the figures, language by language; with -v each phrase that was not understood."""
    parser = argparse.ArgumentParser(prog="python -m tests.ear", description=main.__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("--weights", type=Path, help="weights of other guesses than the shipped")
    options = parser.parse_args()
    phrases = read(options.file)
    weights = options.weights
    for language, kinds in measure(_ear(weights), phrases).items():
        print(language)
        for kind, tally in sorted(kinds.items()):
            print(f"  {kind:<17} {_line(kind, tally)}")
        harmless = [tally for kind, tally in kinds.items() if kind.startswith("harmless")]
        wrongly = sum(tally.stopped for kind, tally in kinds.items() if kind != "pair harmless")
        print(f"  harmless heard as stop: {sum(tally.stopped for tally in harmless)}")
        print(f"  anything heard as stop that is none: {wrongly}")
        if options.verbose:
            for kind, tally in sorted(kinds.items()):
                if kind != "pair harmless":
                    print(*(f"    {miss}" for miss in tally.misses), sep="\n")
    median, most = timed(_ear(weights), phrases)
    print(f"time: half under {median:.2f} ms, 95 of 100 under {most:.2f} ms")
    print(f"memory: {weight():.1f} MB")


def _ear(weights: Path | None) -> Ear:
    """One that has heard nothing yet, and knows no message again."""
    return Ear(Lexicon.load(SHIPPED), lambda: learned(weights)) if weights else Ear.load()


def _line(kind: str, tally: Tally) -> str:
    if "complaint" in kind:
        return (
            f"lost {share(tally.lost, tally.total)}, asked back {share(tally.asked, tally.total)}"
        )
    with_asked = tally.understood + tally.asked
    return (
        f"understood {share(tally.understood, tally.total)}, or asked"
        f" {share(with_asked, tally.total)}, asked back {share(tally.asked, tally.total)},"
        f" filed {share(tally.filed, tally.total)}"
    )


if __name__ == "__main__":
    main()
