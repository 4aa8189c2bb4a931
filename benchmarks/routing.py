"""The same graph and the same queries through Dalil and its peers; whoever finds another cost fails the run.

python -m benchmarks.routing [--nodes 72000] [--queries 2000] [--seconds 20] [--least 5] [--ops route,request]
                             [--peers routingkit-cch,networkx] [--json]

All engines run in one process, each on one thread. They take turns in a random order: a slow peer is built, answers for about so
many seconds an operation, and is thrown away; before each of them Dalil and RoutingKit, which stay, answer a share of the queries.
At two million nodes a route takes networkx seconds and its graph gigabytes: name the peers, and be content with a handful.
"""

import gc
import random
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import inf
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks import peers
from benchmarks.districts import graph_of
from benchmarks.peers import Dalil, Nodes, Peer, Problem, Query, RoutingKit, Stops
from benchmarks.reporting import RATIO, Result, report, resident_mb, spread, timed_us
from benchmarks.requesting import requests
from navigation.core.graph import RoutingGraph
from navigation.core.profiles import FORBIDDEN, PROFILES
from navigation.core.search.metric import Metric
from navigation.core.search.seeds import Seed

SEED = 20_261_123
OPS = ("route", "matrix_50x50", "nearest_of_50", "profile_switch", "close_20_edges", "request")
SIDE, CLOSED = 50, 20
MATRICES, NEARESTS, SWITCHES, CLOSURES, REQUESTS = 40, 400, 20, 200, 300
TOLERANCE = 1e-6
# However slow a peer is, it answers so many routes.
LEAST = 5
# A published district larger than this takes minutes to import, and a request no longer.
LARGEST_PUBLISHED = 200_000
# So many closures are compared with the peer's.
COMPARED = 5


@dataclass(frozen=True)
class Limits:
    """How long a peer is asked, an operation, how many routes it answers however slow it is, and which peers are asked."""

    seconds: float
    least: int = LEAST
    names: frozenset[str] = frozenset(peer.name for peer in peers.PEERS)

    @property
    def peers(self) -> Sequence[type[Peer]]:
        """The peers of these names that are installed."""
        return [peer for peer in peers.installed() if peer.name in self.names]


@dataclass(frozen=True, eq=False)
class Questions:
    """What every engine is asked."""

    routes: Sequence[Query]
    matrices: Sequence[tuple[Stops, Stops]]
    nearests: Sequence[tuple[int, Stops]]

    @classmethod
    def random(cls, graph: RoutingGraph, routes: int) -> "Questions":
        chance = random.Random(SEED)

        def some(count: int) -> Stops:
            return tuple(chance.randrange(graph.node_count) for _ in range(count))

        return cls(
            list(zip(some(routes), some(routes), strict=True)),
            [(some(SIDE), some(SIDE)) for _ in range(MATRICES)],
            [(chance.randrange(graph.node_count), some(SIDE)) for _ in range(NEARESTS)],
        )

    def share(self, number: int, of: int) -> "Questions":
        """Return every so-manieth question."""
        return Questions(self.routes[number::of], self.matrices[number::of], self.nearests[number::of])


@dataclass(eq=False)
class Contestant:
    """An engine, what it took to build it, and how long its answers took."""

    peer: Peer
    build_s: float
    memory_mb: float
    times_us: dict[str, dict[Any, float]] = field(default_factory=lambda: defaultdict(dict))
    """By operation and question."""

    @classmethod
    def of(cls, make: Callable[[Problem], Peer], problem: Problem) -> "Contestant":
        gc.collect()
        before_mb, begin = resident_mb(), perf_counter()
        peer = make(problem)
        return cls(peer, perf_counter() - begin, resident_mb() - before_mb)

    def answer(self, questions: Questions, truth: "Truth", ops: Sequence[str], limits: Limits) -> None:
        """Answer for about so long an operation. Raises AssertionError where a cost is not that of the others."""
        peer, limit_s = self.peer, limits.seconds
        if "route" in ops:
            for query, nodes in self._asked("route", peer.route, questions.routes, limit_s, limits.least).items():
                truth.check(query, truth.cost_ms(nodes), peer.name)
        if peer.routes_only:
            return
        row_s = median(self.times_us["route"].values() or [0.0]) / 1e6
        if "matrix_50x50" in ops and SIDE * row_s < limit_s:
            tables = self._asked("matrix_50x50", lambda ends: peer.matrix(*ends), questions.matrices, limit_s)
            for ends, table in tables.items():
                truth.check(ends, table, peer.name)
        if "nearest_of_50" in ops:
            costs = self._asked("nearest_of_50", lambda ends: peer.nearest_ms(*ends), questions.nearests, limit_s)
            for ends, cost in costs.items():
                truth.check(ends, cost, peer.name)

    def _asked(
        self, op: str, call: Callable[[Any], Any], inputs: Sequence[Any], limit_s: float, least: int = 1
    ) -> dict[Any, Any]:
        """Return the answers to as many questions as there is time for."""
        answers: dict[Any, Any] = {}
        times_us = timed_us(
            lambda each: answers.update({each: call(each)}), inputs, f"{op}, {self.peer.name}",
            limit_s=limit_s, least=least, warm=not self.times_us[op],
        )  # fmt: skip
        self.times_us[op] |= dict(zip(inputs, times_us, strict=False))
        return answers

    def results(self, nodes: int, ours: "Contestant") -> Iterator[Result]:
        """Yield the figures by operation, and how many times ours its median is for the questions that it answered."""
        for op, times_us in self.times_us.items():
            ours_us = [ours.times_us[op][question] for question in times_us]
            figures = spread([*times_us.values()]) | {"queries": float(len(times_us))}
            if op == "route":
                figures |= {"build_s": round(self.build_s, 3), "memory_mb": round(self.memory_mb, 1)}
            if self is not ours:
                figures[RATIO] = round(median(times_us.values()) / median(ours_us), 3)
            yield Result(self.peer.name, op, nodes, figures)


class Truth:
    """What each question costs, by whoever answered it first; whoever answers it again must agree."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._known: dict[Any, Any] = {}

    def cost_ms(self, nodes: Nodes | None) -> float:
        return np.inf if nodes is None else self._problem.cost_ms(nodes)

    def check(self, question: Any, cost_ms: Any, engine: str) -> None:
        known = self._known.setdefault(question, cost_ms)
        assert np.allclose(cost_ms, known, rtol=TOLERANCE, atol=0), f"{engine} finds other costs than the others"


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=72_000)
    parser.add_argument("--queries", type=int, default=2_000)
    parser.add_argument("--seconds", type=float, default=20.0, help="how long a peer is asked, an operation")
    parser.add_argument("--least", type=int, default=LEAST, help="how many routes even the slowest peer answers")
    parser.add_argument(
        "--peers", default=",".join(peer.name for peer in peers.PEERS), help="which peers, with commas between"
    )
    parser.add_argument("--ops", default=",".join(OPS), help="which operations, with commas between")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    ops = options.ops.split(",")
    results: list[Result] = []
    if "request" in ops:
        results.append(requests(min(options.nodes, LARGEST_PUBLISHED), REQUESTS, SEED))
    if set(ops) - {"request"}:
        limits = Limits(options.seconds, options.least, frozenset(options.peers.split(",")))
        results += compared(options.nodes, options.queries, ops, limits)
    report(
        results, seed=SEED, packages=["numba", "numpy", *{peer.package for peer in peers.installed()}],
        as_json=options.json, notes=[*ratios(results), *missing()],
    )  # fmt: skip


def compared(nodes: int, queries: int, ops: Sequence[str], limits: Limits) -> list[Result]:
    """Return the figures of all engines on a district of about so many nodes."""
    graph = graph_of(nodes)
    problem = Problem(graph, PROFILES["walk"].costs_ms(graph))
    results = contest(problem, Questions.random(graph, queries), ops, limits)
    if "profile_switch" in ops:
        results += profile_switches(problem, limits)
    if "close_20_edges" in ops:
        results += closures(problem, limits)
    return results


def contest(problem: Problem, questions: Questions, ops: Sequence[str], limits: Limits) -> list[Result]:
    """Return the figures of the engines that answer questions, Dalil's first."""
    chance, truth, nodes = random.Random(SEED), Truth(problem), problem.graph.node_count
    staying = [Contestant.of(make, problem) for make in (Dalil, *(peer for peer in limits.peers if peer is RoutingKit))]
    passing = [peer for peer in limits.peers if peer is not RoutingKit]
    chance.shuffle(passing)
    of_passing: list[Result] = []
    for turn, make in enumerate(passing):
        share = questions.share(turn, len(passing))
        for contestant in chance.sample(staying, len(staying)):
            contestant.answer(share, truth, ops, Limits(inf))
        guest = Contestant.of(make, problem)
        guest.answer(share, truth, ops, limits)
        of_passing += guest.results(nodes, staying[0])
    return [*chain.from_iterable(contestant.results(nodes, staying[0]) for contestant in staying), *of_passing]


def profile_switches(problem: Problem, limits: Limits) -> list[Result]:
    """Return how long it takes from the costs of another profile until it can be asked, and to compute them before."""
    graph, hierarchy = problem.graph, problem.hierarchy
    costs_us = timed_us(lambda name: PROFILES[name].costs_ms(graph), list(PROFILES) * 4, "costs of profiles")
    costs = [profile.costs_ms(graph) for profile in PROFILES.values()] * (SWITCHES // len(PROFILES))
    ours_us = timed_us(lambda each: Metric.of(graph, hierarchy, each), costs, "profile switch, dalil")
    figures = spread(ours_us) | {"costs_median_us": round(median(costs_us), 2)}
    results = [Result("dalil", "profile_switch", graph.node_count, figures)]
    if RoutingKit in limits.peers:
        kit = RoutingKit(problem)
        lists = [each.tolist() for each in costs]
        kit_us = timed_us(kit.switch, lists, "profile switch, routingkit-cch")
        results.append(_beside(ours_us, kit_us, "profile_switch", graph))
    return results


def closures(problem: Problem, limits: Limits) -> list[Result]:
    """Return how long it takes until 20 random edges are closed. Raises AssertionError where ways round them differ."""
    chance, graph = random.Random(SEED), problem.graph
    open_edges = np.flatnonzero(problem.costs_ms != FORBIDDEN).tolist()
    closed = [tuple(chance.sample(open_edges, CLOSED)) for _ in range(CLOSURES)]
    metric = Dalil(problem).metric
    arrays = [np.array(edges, np.int32) for edges in closed]
    ours_us = timed_us(metric.without, arrays, "closures, dalil")
    results = [Result("dalil", "close_20_edges", graph.node_count, spread(ours_us))]
    if RoutingKit not in limits.peers:
        return results
    kit = RoutingKit(problem)
    update = kit.updater()
    changes = [dict.fromkeys(edges, FORBIDDEN) for edges in closed]
    undone = [{edge: int(problem.costs_ms[edge]) for edge in edges} for edges in closed]
    in_turn = list(chain.from_iterable(zip(changes, undone, strict=True)))
    times_us = timed_us(update, in_turn, "closures, routingkit-cch", warm=False)[::2]
    for edges, change, undo in list(zip(arrays, changes, undone, strict=True))[:COMPARED]:
        update(change)
        _assert_same_detours(metric.without(edges), kit, chance)
        update(undo)
    return [*results, _beside(ours_us, times_us, "close_20_edges", graph)]


def _beside(ours_us: Sequence[float], kit_us: Sequence[float], op: str, graph: RoutingGraph) -> Result:
    """Return RoutingKit's figures beside ours."""
    ratio = round(median(kit_us) / median(ours_us), 3)
    return Result(RoutingKit.name, op, graph.node_count, spread(kit_us) | {RATIO: ratio})


def _assert_same_detours(metric: Metric, kit: RoutingKit, chance: random.Random) -> None:
    """Compare ways that begin where an edge is closed."""
    graph = metric.graph
    for edge in np.flatnonzero(metric.costs_ms == FORBIDDEN)[:CLOSED].tolist():
        query = int(graph.tail[edge]), chance.randrange(graph.node_count)
        path = metric.shortest_path([Seed(query[0], 0)], [Seed(query[1], 0)])
        assert (None if path is None else path.cost_ms) == kit.cost_ms(query), "routingkit-cch finds another detour"


def ratios(results: Sequence[Result]) -> Iterator[str]:
    """Yield how Dalil compares with the best of networkx and with RoutingKit's hierarchy, by operation."""
    for op in OPS:
        times_ours = {each.engine: each.figures[RATIO] for each in results if each.op == op and RATIO in each.figures}
        best = min((ratio for engine, ratio in times_ours.items() if engine.startswith("networkx")), default=None)
        if best is not None:
            yield f"{op}: {best:.0f} times as fast as networkx's best"
        if RoutingKit.name in times_ours:
            yield f"{op}: {1 / times_ours[RoutingKit.name]:.2f} of RoutingKit's time"


def missing() -> Iterator[str]:
    """Yield the peers that are not in the table, and why."""
    for name in sorted({peer.package for peer in peers.PEERS} - {peer.package for peer in peers.installed()}):
        yield f"{name}: not installed; `make peers` adds it"
    for name, reason in peers.ABSENT.items():
        yield f"{name}: left out; {reason}"


if __name__ == "__main__":
    main()
