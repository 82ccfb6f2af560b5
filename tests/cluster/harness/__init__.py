# SPDX-License-Identifier: BSL-1.0
"""Real processes, disks and sockets under load, and what can be done to them."""
