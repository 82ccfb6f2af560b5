# SPDX-License-Identifier: BSL-1.0
"""Commands whose replies must be Redis's own, drawn from a seed, and replies in one comparable form.

What Redis replies to the first thousand of seed 1 is in histories/redis-replies.txt, a command and its
reply a line, in JSON. It was recorded from an empty Redis 7.0.15 by

    redis-server --port PORT --save '' & redis_commands.py PORT > histories/redis-replies.txt
"""

import json
import pathlib
import random
import sys

if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness.resp import Connection, Refusal, encode  # noqa: E402  pylint: disable=wrong-import-position

KEYS = ["a", "b", "c", "n"]
VALUES = ["1", "0", "-5", "abc", "", " 12", "12 ", "+3", "9223372036854775807", "-9223372036854775808",
          "9223372036854775808", "1e3", "007", "-0", "\0\x7f", "a longer value with blanks"]
NUMBERS = ["1", "-1", "0", "10", "abc", "", "9223372036854775807", "-9223372036854775808", "1.5", " 1",
           "99999999999999999999"]
# No lifetime ends while the commands run, and none is so long that nanoseconds do not hold it.
LIFETIMES = ["100000000", "30000000", "0", "-1", "abc", "9223372036854775807", "", "1.0"]
RECORDED = pathlib.Path(__file__).resolve().parents[1] / "histories" / "redis-replies.txt"


def commands(seed, count):
    source = random.Random(seed)
    one_of = source.choice

    def key():
        return one_of(KEYS)

    def keys(most):
        return [key() for _ in range(source.randrange(most + 1))]

    def set_with_words():
        made = ["SET", key(), one_of(VALUES)]
        for _ in range(source.randrange(1, 4)):
            word = one_of(["NX", "XX", "GET", "EX", "PX", "KEEPTTL", "SOON"])
            made += [one_of([word, word.lower()])]
            made += [one_of(LIFETIMES)] if word in ("EX", "PX") else []
        return made

    shapes = [
        (3, lambda: ["GET", key()]), (3, lambda: ["SET", key(), one_of(VALUES)]), (6, set_with_words),
        (2, lambda: ["SETNX", key(), one_of(VALUES)]), (2, lambda: ["DEL", *keys(3)]),
        (1, lambda: ["EXISTS", *keys(3)]), (2, lambda: ["INCR", key()]), (1, lambda: ["DECR", key()]),
        (3, lambda: [one_of(["INCRBY", "DECRBY"]), key(), one_of(NUMBERS)]),
        (3, lambda: [one_of(["EXPIRE", "PEXPIRE"]), key(), one_of(LIFETIMES)]),
        (2, lambda: [one_of(["TTL", "TYPE", "STRLEN", "PERSIST"]), key()]), (1, lambda: ["DBSIZE"]),
        (1, lambda: [one_of(["PING", "ECHO"]), *(one_of(VALUES) for _ in range(source.randrange(3)))]),
        (1, lambda: [one_of(["GET", "SETNX", "INCR", "TTL", "STRLEN", "TYPE", "SET", "DBSIZE", "SELECT"]),
                     *keys(4)]),
        (1, lambda: [one_of(["nonsense", "FLUSH ALL", "get\r\n"]), key()]),
    ]
    drawn = source.choices([shape for _, shape in shapes], [weight for weight, _ in shapes], k=count)
    for shape in drawn:
        made = shape()
        yield [one_of([made[0], made[0].lower()]), *made[1:]]


def received(connection):
    """The next reply: a string, a number, nothing, or, for an error, its text behind a minus."""
    try:
        reply = connection.reply()
    except Refusal as refusal:
        return f"-{refusal}"
    return reply.decode("latin-1") if isinstance(reply, bytes) else reply


def asked(connection, command):
    connection.send(encode(*command))
    return received(connection)


def alike(command, reply, wanted):
    """Seconds that are left may pass between two servers that are asked."""
    if command[0].upper() == "TTL" and isinstance(reply, int) and isinstance(wanted, int) and wanted > 2:
        return abs(reply - wanted) <= 2
    return reply == wanted


def recorded():
    return [json.loads(line) for line in RECORDED.read_text(encoding="ascii").splitlines()]


def main():
    with Connection(("127.0.0.1", int(sys.argv[1]))) as redis:
        for command in commands(1, 1000):
            print(json.dumps([command, asked(redis, command)]))


if __name__ == "__main__":
    main()
