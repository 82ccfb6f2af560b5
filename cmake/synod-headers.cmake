# Every header of synod, by name: what is verified alone, installed and packaged.
# `./dev lint` compares these lists with the tree.

# synod::synod
set(SYNOD_HEADERS
  # doors
  synod/machine.hpp
  synod/quorum.hpp
  synod/raft.hpp
  synod/reflect.hpp
  synod/replica.hpp
  synod/ring.hpp
  synod/sim.hpp
  synod/version.hpp
  # base
  synod/base/abi.hpp
  synod/base/chrono.hpp
  synod/base/contract.hpp
  synod/base/fixed_vector.hpp
  synod/base/ids.hpp
  synod/base/mutant.hpp
  synod/base/random.hpp
  synod/base/result.hpp
  synod/base/time.hpp
  synod/base/window.hpp
  # hash
  synod/hash/colliding.hpp
  synod/hash/policy.hpp
  synod/hash/xxh3.hpp
  synod/hash/xxh64.hpp
  synod/hash/xxhash.hpp
  # reflect
  synod/reflect/base_types.hpp
  synod/reflect/decode.hpp
  synod/reflect/encode.hpp
  synod/reflect/equality.hpp
  synod/reflect/fingerprint.hpp
  synod/reflect/frame.hpp
  synod/reflect/members.hpp
  synod/reflect/print.hpp
  synod/reflect/relabel.hpp
  synod/reflect/shape.hpp
  # ring
  synod/ring/hash_ring.hpp
  synod/ring/interval.hpp
  synod/ring/node.hpp
  synod/ring/node_table.hpp
  synod/ring/placement.hpp
  synod/ring/plan.hpp
  synod/ring/point_table.hpp
  synod/ring/replicas.hpp
  synod/ring/shared_array.hpp
  synod/ring/zone_map.hpp
  # quorum
  synod/quorum/commit_index.hpp
  synod/quorum/majority.hpp
  synod/quorum/named_tally.hpp
  synod/quorum/system.hpp
  synod/quorum/tally.hpp
  synod/quorum/voter_set.hpp
  # consensus
  synod/consensus/durability.hpp
  synod/consensus/durable_log.hpp
  synod/consensus/fingerprint.hpp
  synod/consensus/log.hpp
  synod/consensus/log_protocol.hpp
  synod/consensus/log_view.hpp
  synod/consensus/payload.hpp
  synod/consensus/policies.hpp
  synod/consensus/progress.hpp
  synod/consensus/protocol.hpp
  synod/consensus/run_list.hpp
  synod/consensus/sealed.hpp
  # raft
  synod/raft/commitment.hpp
  synod/raft/core.hpp
  synod/raft/description.hpp
  synod/raft/election.hpp
  synod/raft/invariants.hpp
  synod/raft/message.hpp
  synod/raft/options.hpp
  synod/raft/recovery.hpp
  synod/raft/replication.hpp
  synod/raft/state.hpp
  synod/raft/with.hpp
  # paxos
  # machine
  synod/machine/counter.hpp
  synod/machine/respond.hpp
  synod/machine/session_client.hpp
  synod/machine/session_commands.hpp
  synod/machine/session_table.hpp
  synod/machine/sessions.hpp
  synod/machine/state_machine.hpp
  # store
  synod/store/crashable.hpp
  synod/store/entry_table.hpp
  synod/store/log_store.hpp
  synod/store/memory_log.hpp
  # net
  synod/net/byte_queue.hpp
  synod/net/loopback.hpp
  synod/net/transport.hpp
  # replica
  synod/replica/answer.hpp
  synod/replica/replica.hpp
  synod/replica/waiting_list.hpp
  # sim
  synod/sim/counting_clients.hpp
  synod/sim/cuts.hpp
  synod/sim/disks.hpp
  synod/sim/event_queue.hpp
  synod/sim/exactly_once.hpp
  synod/sim/faults.hpp
  synod/sim/ghost_log.hpp
  synod/sim/last_lines.hpp
  synod/sim/host.hpp
  synod/sim/links.hpp
  synod/sim/log_model.hpp
  synod/sim/log_oracles.hpp
  synod/sim/mailbag.hpp
  synod/sim/nemesis.hpp
  synod/sim/network.hpp
  synod/sim/node.hpp
  synod/sim/quiet_model.hpp
  synod/sim/raft_model.hpp
  synod/sim/setup.hpp
  synod/sim/simulation.hpp
  synod/sim/summary.hpp
  synod/sim/verdict.hpp
)

# synod::ranges: what needs range-v3
set(SYNOD_RANGES_HEADERS
  synod/ring/view.hpp
)
