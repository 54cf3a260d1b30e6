"""Shards made in processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait as wait_for
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

from ... import plugins
from ...errors import BuildError
from ..plan import Plan
from ..shards import Job, Receipt
from ..store import Store

__all__ = ["run", "seconds"]

WORTH_A_POOL = 1.5
"""Seconds of work left under which processes cost more time to start than they save."""
ATTEMPTS = 3
"""How often the process of a shard may die before the build gives up."""


def run(
    job: Job, pending: Iterable[int], workers: int, done: Callable[[Receipt], None], eager: bool = False
) -> None:
    """Make the pending shards, and call `done` with each receipt as it comes.

    In this process when the work takes no longer than processes take to start, unless it is `eager`.
    """
    waiting = deque(pending)
    workers = min(workers, len(waiting))
    if workers > 1 and (eager or seconds(job, waiting) > WORTH_A_POOL):
        with _without_main():
            _Pool(job.plan, job.store.root, workers).run(waiting, done)
    while waiting:
        done(job.run(waiting.popleft()))


def seconds(job: Job, waiting: Iterable[int]) -> float:
    """Return about how long the shards take to make, by the time that a few rows take."""
    shards = [job.plan.shard(index) for index in waiting]
    first = shards[0]
    rows = max(1, (first.stop - first.start) // 32)
    job.dataset.make(first.start, first.start + 1)  # what is loaded once does not count
    began = time.monotonic()
    job.dataset.make(first.start, first.start + rows)
    return (time.monotonic() - began) / rows * sum(shard.stop - shard.start for shard in shards)


@contextmanager
def _without_main() -> Iterator[None]:
    """Keep new processes from running the caller's script again, as Python would have them do.

    They need nothing from it: generators are found by their entry points. So a script needs no guard, and a
    program from standard input works too.
    """
    main = sys.modules["__main__"]
    kept: dict[str, Any] = {
        name: main.__dict__.pop(name) for name in ("__file__", "__spec__") if name in main.__dict__
    }
    main.__dict__["__spec__"] = None
    try:
        yield
    finally:
        main.__dict__.update({"__spec__": None, **kept})


class _Pool:
    """Worker processes that are started again when one of them dies."""

    def __init__(self, plan: Plan, root: Path, workers: int) -> None:
        self.plan = plan
        self.root = root
        self.workers = workers
        self.deaths: Counter[int] = Counter()

    def run(self, waiting: deque[int], done: Callable[[Receipt], None]) -> None:
        while waiting:
            pool = self._start()
            running: dict[Future[Receipt], int] = {}
            try:
                while waiting or running:
                    while waiting and len(running) < self.workers * 2:
                        running[pool.submit(_make, waiting[0])] = waiting[0]
                        waiting.popleft()
                    finished, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in finished:
                        index = running[future]
                        done(future.result())
                        del running[future]
            except BrokenProcessPool as error:
                # Nobody knows which of the running shards took its process down: all count.
                for index in running.values():
                    self.deaths[index] += 1
                    if self.deaths[index] >= ATTEMPTS:
                        shard = self.plan.shard(index)
                        raise BuildError(
                            f"the process that made rows {shard.start} to {shard.stop - 1} died "
                            f"{ATTEMPTS} times; it may need more memory than there is: "
                            "try --workers 1 or a smaller --shard-rows"
                        ) from error
                waiting.extendleft(sorted(running.values(), reverse=True))
            finally:
                _stop(pool)

    def _start(self) -> ProcessPoolExecutor:
        """Start processes that have the modules of the plan loaded already, shared by all of them."""
        if "forkserver" in multiprocessing.get_all_start_methods():
            forkserver = multiprocessing.get_context("forkserver")
            modules = plugins.modules(self.plan.generator, self.plan.format)
            forkserver.set_forkserver_preload([__name__, *modules])
            context: BaseContext = forkserver
        else:
            context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.workers, context, _begin, (self.plan, self.root))


_job: Job | None = None
"""The plan made ready in this worker process."""


def _begin(plan: Plan, root: Path) -> None:
    """Make a worker ready; it runs once in each process."""
    global _job
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    threading.Thread(target=_die_with_parent, daemon=True).start()
    _job = Job(plan, Store(root))


def _make(index: int) -> Receipt:
    assert _job is not None
    return _job.run(index)


def _die_with_parent() -> None:
    """End this process when its parent is gone; otherwise it would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


def _stop(pool: ProcessPoolExecutor) -> None:
    """End all workers now, busy or not: what they were writing has no name yet."""
    processes = list((pool._processes or {}).values())  # public as kill_workers() from Python 3.14 on
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.kill()
    for process in processes:
        process.join()
