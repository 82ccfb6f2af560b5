# SPDX-License-Identifier: BSL-1.0
"""The cases; importing this package registers them all, in the order in which they run."""

# pylint: disable=unused-import
from cases import kill, power, freeze, partition, disk, clock, restart, sessions  # noqa: F401
from cases import bad_clients, bad_peers, replies, go_redis  # noqa: F401
