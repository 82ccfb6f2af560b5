# SPDX-License-Identifier: BSL-1.0
"""How a case ends, and what it says of itself while it runs."""

import sys
import time


class Failure(Exception):
    """The case found something wrong, or nothing happened in it."""


class Skipped(Exception):
    """This machine cannot show it; the text says why."""


def expect(condition, what):
    if not condition:
        raise Failure(what)


def expect_equal(found, wanted, what):
    if found != wanted:
        raise Failure(f"{what}: {found!r} where {wanted!r} was expected")


def wait_until(condition, seconds, what, every=0.02):
    """The first true answer of condition(); a failure after so many seconds without one."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Failure(f"not within {seconds} s: {what}")
        time.sleep(every)


_begin = time.monotonic()


def say(text):
    """A line of progress with the seconds since the case began."""
    print(f"    {time.monotonic() - _begin:6.1f} s  {text}", flush=True)


def elapsed():
    return time.monotonic() - _begin


def complain(text):
    print(text, file=sys.stderr, flush=True)
