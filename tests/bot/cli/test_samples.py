"""The sample files that README names are taken in as they are."""

from pathlib import Path

from tests.bot.cli.conftest import Verso

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"


def test_samples_of_customers_and_events_are_taken_whole(run: Verso) -> None:
    for kind, said in (("customers", "3 created"), ("events", "3 accepted")):
        code, out, _ = run("import", kind, str(EXAMPLES / f"{kind}.csv"))
        assert (code, out.splitlines()[-1]) == (0, f"{said}, 0 rejected.")
