# SPDX-License-Identifier: BSL-1.0
"""What clients may send and must not bring down: nonsense, half of something, too much, too many."""

import socket
import time

from harness.case import case
from harness.load import fill
from harness.outcome import Skipped, expect, say, wait_until
from harness.processes import Sampler, open_files, raise_file_limit
from harness.resp import Broken, Connection, Refusal, encode

MEGABYTE = 1 << 20

# Each is answered by an error, or by the end of the connection.
NONSENSE = {
    "no number of arguments": b"*\r\n",
    "letters for a number": b"*x\r\n$4\r\nPING\r\n",
    "a negative number of arguments": b"*-7\r\n",
    "a billion arguments": b"*1000000000\r\n",
    "more than 63 bits of arguments": b"*99999999999999999999\r\n",
    "a negative length": b"*1\r\n$-5\r\n",
    "half a gigabyte to come": b"*2\r\n$3\r\nGET\r\n$536870912\r\n",
    "a length beyond 63 bits": b"*2\r\n$3\r\nGET\r\n$18446744073709551617\r\n",
    "a length with a sign": b"*1\r\n$+4\r\nPING\r\n",
    "a length with leading blanks": b"*1\r\n$ 4\r\nPING\r\n",
    "no bulk where one must be": b"*1\r\n:4\r\nPING\r\n",
    "an array in an array": b"*1\r\n*1\r\n$4\r\nPING\r\n",
    "bytes beyond the length": b"*1\r\n$2\r\nPING\r\n\r\n",
    "a quote without its end": b"SET a \"b\r\n",
    "a line without end": b"A" * 200_000,
    "a length without end": b"*1\r\n$" + b"1" * 200_000,
    "a web browser": b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 8\r\n\r\nSET a b\r\n",
    "a value beyond the limit": encode("SET", "a", b"x" * (2 << 20)),
    "an unknown command": encode("FLUSHEVERYTHING"),
    "a command without arguments": encode("SET"),
    "a command with too many": encode("GET", "a", "b"),
    "a number that is none": encode("INCRBY", "a", "zwei"),
    "a lifetime below zero": encode("SET", "a", "b", "PX", "-5"),
    "a lifetime beyond 63 bits": encode("SET", "a", "b", "PX", "9" * 30),
    "options that exclude each other": encode("SET", "a", "b", "NX", "XX"),
    "an option that is none": encode("SET", "a", "b", "SOON"),
    "another database": encode("SELECT", "7"),
    "a session that is none": encode("SYNOD", "SESSION", "CALL", "1", "1", "1", "INCR", "a"),
    "zeros": b"\0" * 5000,
    "a TLS handshake": bytes.fromhex("16030100c8010000c40303") + b"\x5a" * 200,
}
# More may come before anything is wrong with these, or nothing is.
MAY_BE_SILENT = {"zeros", "a TLS handshake", "a negative number of arguments"}


def answer_to(address, raw):
    """What comes back until an error, the end of the connection, or one second of silence."""
    with Connection(address, 1.0) as connection:
        try:
            connection.send(raw)
            while True:
                connection.reply()
        except Refusal as refusal:
            return f"-{refusal}"
        except Broken as broken:
            return "closed" if "closed" in str(broken) or "reset" in str(broken) else "silence"


@case(seconds=180)
def nonsense(context):
    """malformed requests and huge lengths: an error each, no memory, no effect on others"""
    with context.cluster() as cluster:
        leader = cluster.start()
        node = context.random.choice(cluster.followers(leader))
        with context.load(cluster, clients=3, pause=0.02) as load:
            load.wait_progress(50, 10, "before the nonsense")
            memory = Sampler(node.process.pid)
            for _ in range(context.rounds(1, 20)):
                for name, raw in NONSENSE.items():
                    answer = answer_to(node.client, raw)
                    expect(answer.startswith("-") or answer == "closed" or name in MAY_BE_SILENT,
                           f"{name} got {answer}, no error")
                    memory.look()
            for _ in range(context.rounds(200, 3000)):
                # Cut off anywhere, bytes changed anywhere: something or nothing is said, nobody dies.
                raw = bytearray(encode("SET", f"noise-{context.random.random()}", "x" * 20))
                for _ in range(context.random.randrange(3)):
                    raw[context.random.randrange(len(raw))] = context.random.randrange(256)
                with Connection(node.client, 1.0) as connection:
                    connection.send(bytes(raw[:context.random.randrange(1, len(raw) + 1)]))
            load.wait_progress(50, 10, "after the nonsense")
            grown = memory.look() - memory.before
            say(f"{len(NONSENSE)} kinds of nonsense; memory grew by {grown >> 10} KiB, "
                f"at most {memory.most - memory.before >> 10}")
            expect(memory.most - memory.before < 32 * MEGABYTE, "nonsense costs memory")
        context.judge_all(cluster, answers=100)


@case(seconds=120, alone=True)
def slow_and_greedy_clients(context):
    """half commands, byte after byte, replies never read: bounded memory, and others are still served"""
    with context.cluster() as cluster:
        leader = cluster.start()
        with context.load(cluster, clients=3) as load:
            load.wait_progress(50, 10, "before the slow clients")
            leader.ask("SET", "large", b"x" * (MEGABYTE // 2))
            memory = Sampler(leader.process.pid)
            held = [halves(leader.client) for _ in range(300)]
            expect(drop_by_drop(leader.client) == "OK", "a slow client is answered")
            greedy = [Greedy(leader.client, encode("GET", "large")) for _ in range(20)]
            writers = [Greedy(leader.client, encode("SET", "thrown-in", b"y" * 5000)) for _ in range(5)]
            begin = time.monotonic()
            before = context.history.acknowledged()
            served = 0
            applied = leader.status(timeout=10.0)["commands_applied"]
            while time.monotonic() < begin + context.rounds(4, 15) or (
                    served <= 20 and time.monotonic() < begin + 30):
                for one in greedy + writers:
                    one.push()
                memory.look()
                time.sleep(0.02)
                served = context.history.acknowledged() - before
            pushed = sum(one.pushed for one in greedy + writers)
            expect(served > 20, f"only {served} answers to others within 30 s beside greedy clients")
            # The floods alone fill the log; three that wait for each answer must have a part in it.
            applied = leader.status(timeout=10.0)["commands_applied"] - applied
            say(f"{served} answers to others beside {applied} commands")
            expect(served * 70 > applied, f"{served} answers to others beside {applied} commands")
            expect(memory.most - memory.before < 300 * MEGABYTE,
                   f"memory grew by {memory.most - memory.before >> 20} MiB")
            for one in held + [one.socket for one in greedy + writers]:
                one.close()
            load.wait_progress(50, 15, "after the greedy clients left")
            say(f"300 half commands, {len(greedy)} clients that never read sent {pushed >> 10} KiB: memory "
                f"grew by at most {memory.most - memory.before >> 20} MiB, {served} others answered")
        context.judge_all(cluster, answers=100)


def halves(address):
    one = socket.create_connection(address, 2.0)
    one.sendall(b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$100\r\nhalf of it")
    return one


def drop_by_drop(address):
    with Connection(address, 5.0) as connection:
        for byte in encode("SET", "drop", "by drop"):
            connection.send(bytes([byte]))
        return connection.reply()


class Greedy:
    """Sends as much as it gets rid of, and reads nothing."""

    def __init__(self, address, request):
        self.socket = socket.create_connection(address, 2.0)
        self.socket.setblocking(False)
        self.whole = request * (1 + 65536 // len(request))
        self.rest = b""
        self.pushed = 0

    def push(self):
        try:
            for _ in range(20):
                self.rest = self.rest or self.whole
                sent = self.socket.send(self.rest)
                self.rest = self.rest[sent:]
                self.pushed += sent
        except BlockingIOError:
            pass
        except OSError:
            self.pushed += 0  # the server had enough of it, as it may


@case(seconds=180, alone=True)
def large_values(context):
    """many times what the log keeps is written in large values: memory stays bounded by what it keeps"""
    size = 200_000
    with context.cluster(extra=["--snapshot-entries", "100", "--keep-entries", "20"]) as cluster:
        leader = cluster.start()
        memory = [Sampler(node.process.pid) for node in cluster.nodes]

        def look():
            for sampler in memory:
                sampler.look()
            return False

        with context.load(cluster, clients=2, timeout=5.0, pause=0.05) as load:
            wanted = context.rounds(150_000_000, 600_000_000)
            written = fill(leader.client, wanted, size, look)
            expect(written >= wanted / 2, f"only {written >> 20} MiB were written")
            load.wait_progress(20, 20, "after the large values")
        most = max(sampler.most - sampler.before for sampler in memory)
        say(f"{written >> 20} MiB written in values of {size} bytes: memory grew by at most {most >> 20} MiB")
        expect(most < 128 * MEGABYTE, f"memory grew by {most >> 20} MiB")
        context.judge_all(cluster, answers=100)


@case(seconds=150, alone=True)
def ten_thousand_connections(context):
    """10 000 connections, all answered; more are refused in words; bounded memory, others go on"""
    wanted = 10_000
    limit = raise_file_limit(2 * wanted + 1000)
    if limit < wanted + 500:
        raise Skipped(f"10 000 connections: only {limit} open files are allowed here")
    with context.cluster(extra=["--max-clients", str(wanted + 50)]) as cluster:
        leader = cluster.start()
        node = cluster.followers(leader)[0]
        with context.load(cluster, clients=3, timeout=5.0) as load:
            load.wait_progress(50, 10, "before the crowd")
            memory = Sampler(node.process.pid)
            crowd = []
            try:
                for number in range(wanted):
                    crowd.append(socket.create_connection(node.client, 5.0))
                    crowd[-1].sendall(b"PING\r\n")
                for one in crowd:
                    expect(one.recv(64) == b"+PONG\r\n", "one of the crowd is not answered")
                memory.look()
                files = open_files(node.process.pid)
                each = (memory.most - memory.before) // wanted
                say(f"{len(crowd)} connections answered, {files} files open, {each} bytes each")
                expect(each < 16384, f"{each} bytes a connection")
                refusals = 0
                for _ in range(200):
                    crowd.append(socket.create_connection(node.client, 5.0))
                    try:
                        crowd[-1].sendall(b"PING\r\n")
                        refusals += crowd[-1].recv(200).startswith(b"-ERR")
                    except OSError:
                        refusals += 1
                expect(100 < refusals <= 200, f"{refusals} of 200 were refused beyond --max-clients")
                before = context.history.acknowledged()
                wait_until(lambda: context.history.acknowledged() > before + 50, 15,
                           "others are answered beside the crowd")
                expect(crowd[0].send(b"PING\r\n") and crowd[0].recv(64) == b"+PONG\r\n",
                       "the first of the crowd is still served")
            finally:
                for one in crowd:
                    one.close()
            wait_until(lambda: open_files(node.process.pid) < 500, 15, "the crowd's files are closed")
            load.wait_progress(50, 15, "after the crowd left")
        context.judge_all(cluster, answers=100)
