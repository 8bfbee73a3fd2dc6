"""Feeds read in processes of their own: as they are read here, whatever becomes of the processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cmday.connectors.feed_changes import read_changes
from cmday.connectors.feed_reading import Reading
from cmday.connectors.feed_worker import Job
from cmday.connectors.feed_workers import PROCESSES, Workers
from tests.connectors.test_feed_changes import URL, items


@pytest.fixture
def workers() -> Iterator[Workers[int]]:
    found: Workers[int] = Workers()
    yield found
    found.close()


def gather(workers: Workers[int], jobs: dict[int, Job]) -> dict[int, Reading | None]:
    found: dict[int, Reading | None] = {}
    for word, job in jobs.items():
        workers.give(job, word)
        found.update((known, reading) for _, known, reading in workers.done())
    found.update((known, reading) for _, known, reading in workers.done(everything=True))
    return found


def test_they_read_what_is_read_here(workers: Workers[int]) -> None:
    before = read_changes(items(1, 2), None, URL, None).known
    jobs = {n: Job(items(n, 1, 2), "text/xml", URL, before if n % 2 else None) for n in range(3, 40)}
    jobs[99] = Job(b"<html>no feed</html>", None, URL, None)
    found = gather(workers, jobs)
    assert found.pop(99) is None
    assert found == {n: read_changes(job.body, "text/xml", URL, job.before) for n, job in jobs.items() if n != 99}


def test_what_a_dead_process_had_comes_back_unread(workers: Workers[int]) -> None:
    for process in workers._idle:
        process.kill()
        process.wait()
    jobs = {n: Job(items(n), None, URL, None) for n in range(PROCESSES + 3)}
    assert gather(workers, jobs) == dict.fromkeys(jobs)
