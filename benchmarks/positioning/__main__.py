"""Where visitors are, against the truth: on recordings, and in worlds made up by the simulator's rules.

python -m benchmarks.positioning uji --data DIR [--learn DIR] [--json]
python -m benchmarks.positioning mall --train DIR [--test DIR] [--keep 0.2] [--plots DIR] [--json]
python -m benchmarks.positioning simulate --scenario D50 [--seeds 5] [--plots DIR] [--json]
python -m benchmarks.positioning district [--walks 8] [--json]
python -m benchmarks.positioning curves [--axis density|noise|dead|offset|batch|loss] [--walks 3] [--plots DIR] [--json]
python -m benchmarks.positioning scale [--json]
python -m benchmarks.positioning learned --scenario D50 [--seeds 1] [--walks 360] [--plots DIR] [--json]
"""

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterable
from pathlib import Path

from benchmarks.positioning import curves, district, learned, mall, scaling, simulate, uji
from benchmarks.positioning.worlds import SCENARIOS
from benchmarks.reporting import Result, report

SEED = 20_261_123
RECORDINGS = Path(__file__).parents[3] / "shared" / "data" / "ble"


def main() -> None:
    options = _options()
    _check(options)
    found = list(_results(options))
    report(found, seed=options.seed, packages=("numba", "numpy", "scipy", "shapely"), as_json=options.json)


def _check(options: Namespace) -> None:
    """End with a sentence where a recording is not where it was said to be."""
    if options.what == "uji":
        for folder in (options.data, options.train):
            if folder is not None and (missing := [name for name in uji.FILES if not (folder / name).is_file()]):
                raise SystemExit(
                    f"{folder} is no such recording: it has no {', '.join(missing)}. Give a folder such as uji-library."
                )


def _options() -> Namespace:
    parser = ArgumentParser(
        prog="benchmarks.positioning", description=__doc__, formatter_class=RawDescriptionHelpFormatter
    )
    about = parser.add_subparsers(dest="what", required=True)
    library = about.add_parser("uji", help="single scans in a library, nothing trained")
    library.add_argument("--data", type=Path, default=RECORDINGS / "uji-library")
    library.add_argument("--train", "--learn", type=Path, help="another campaign of the same place, to learn from")
    centre = about.add_parser("mall", help="walks in a mall, with a radio map learned from other walks")
    centre.add_argument("--train", type=Path, required=True, help="folders of floors to learn from")
    centre.add_argument(
        "--test", type=Path, help="folders of floors to judge; else a quarter of the walks after another"
    )
    centre.add_argument("--keep", type=float, default=1.0, help="the share of the beacons that hang there at all")
    centre.add_argument("--plots", type=Path, help="a folder for a picture of errors")
    made_up = about.add_parser("simulate", help="walks through made-up buildings")
    made_up.add_argument("--scenario", choices=SCENARIOS, default="D50")
    made_up.add_argument("--seeds", type=int, default=5, help="buildings and walks")
    made_up.add_argument("--plots", type=Path, help="a folder for pictures of errors and tracks")
    through = about.add_parser("district", help="walks along routes through the demo district")
    through.add_argument("--walks", type=int, default=8)
    curved = about.add_parser("curves", help="mean errors over density, noise, dead beacons, offset, batches and loss")
    curved.add_argument("--axis", choices=curves.AXES, help="what changes; else each in turn")
    curved.add_argument("--walks", type=int, default=curves.WALKS, help="of each point, four minutes each")
    curved.add_argument("--plots", type=Path, help="a folder for a picture of each axis")
    scale = about.add_parser("scale", help="what a fix costs with 100 to 50,000 beacons")
    taught = about.add_parser("learned", help="the same after a day's traffic has taught")
    taught.add_argument("--scenario", choices=SCENARIOS, default="D50")
    taught.add_argument("--seeds", type=int, default=1, help="buildings")
    taught.add_argument("--walks", type=int, default=learned.DAY_WALKS, help="of four minutes each; 360 are 24 hours")
    taught.add_argument("--plots", type=Path, help="a folder for a picture of a learned field")
    for each in (library, centre, made_up, through, curved, scale, taught):
        each.add_argument("--seed", type=int, default=SEED)
        each.add_argument("--json", action="store_true")
    return parser.parse_args()


def _results(options: Namespace) -> Iterable[Result]:
    if options.what == "mall":
        return mall.results(options.train, options.test, options.keep, options.plots)
    if options.what == "simulate":
        return simulate.results(options.scenario, options.seed, options.seeds, options.plots)
    if options.what == "district":
        return district.results(options.seed, options.walks)
    if options.what == "curves":
        axes = [options.axis] if options.axis else list(curves.AXES)
        return curves.results(axes, options.seed, options.walks, options.plots)
    if options.what == "learned":
        return learned.results(options.scenario, options.seed, options.seeds, options.walks, options.plots)
    if options.what == "scale":
        return scaling.results(options.seed)
    return uji.results(options.data, options.train)


if __name__ == "__main__":
    main()
