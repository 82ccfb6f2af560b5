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
  synod/hash/little_endian.hpp
  synod/hash/md5.hpp
  synod/hash/one_at_a_time.hpp
  synod/hash/policy.hpp
  synod/hash/xxh3.hpp
  synod/hash/xxh3_constexpr.hpp
  synod/hash/xxh64.hpp
  synod/hash/xxh64_constexpr.hpp
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
  synod/ring/anchor.hpp
  synod/ring/bounded.hpp
  synod/ring/bucket.hpp
  synod/ring/bucket_placement.hpp
  synod/ring/detail/anchor_table.hpp
  synod/ring/detail/bucket_cursor.hpp
  synod/ring/detail/flat_points.hpp
  synod/ring/detail/line.hpp
  synod/ring/detail/line_batch.hpp
  synod/ring/detail/line_cursor.hpp
  synod/ring/detail/line_edit.hpp
  synod/ring/detail/line_table.hpp
  synod/ring/detail/negative_log.hpp
  synod/ring/detail/node_changes.hpp
  synod/ring/detail/node_list.hpp
  synod/ring/detail/node_table.hpp
  synod/ring/detail/point_layout.hpp
  synod/ring/detail/point_store.hpp
  synod/ring/detail/remade_placement.hpp
  synod/ring/detail/rendezvous_scores.hpp
  synod/ring/detail/shared_array.hpp
  synod/ring/detail/thinning.hpp
  synod/ring/detail/token_allocation.hpp
  synod/ring/detail/token_founding.hpp
  synod/ring/detail/zone_map.hpp
  synod/ring/envoy_ring.hpp
  synod/ring/hash_ring.hpp
  synod/ring/interval.hpp
  synod/ring/jump.hpp
  synod/ring/jump_back.hpp
  synod/ring/ketama.hpp
  synod/ring/layout_ring.hpp
  synod/ring/load_factor.hpp
  synod/ring/maglev.hpp
  synod/ring/movement.hpp
  synod/ring/node.hpp
  synod/ring/normal_weights.hpp
  synod/ring/overflow.hpp
  synod/ring/placement.hpp
  synod/ring/plan.hpp
  synod/ring/plan_totals.hpp
  synod/ring/point.hpp
  synod/ring/rendezvous.hpp
  synod/ring/replicas.hpp
  synod/ring/static_ring.hpp
  synod/ring/thinned_ring.hpp
  synod/ring/token_ring.hpp
  # quorum
  synod/quorum/analysis.hpp
  synod/quorum/availability.hpp
  synod/quorum/bounded_search.hpp
  synod/quorum/byzantine.hpp
  synod/quorum/commit_index.hpp
  synod/quorum/common_slots.hpp
  synod/quorum/description.hpp
  synod/quorum/detail/expression_builder.hpp
  synod/quorum/detail/expression_parser.hpp
  synod/quorum/detail/linear_program.hpp
  synod/quorum/detail/quorum_tree.hpp
  synod/quorum/detail/quorum_tree_table.hpp
  synod/quorum/detail/selection.hpp
  synod/quorum/detail/tree_fold.hpp
  synod/quorum/detail/tree_proof.hpp
  synod/quorum/expression.hpp
  synod/quorum/fast.hpp
  synod/quorum/fixed_text.hpp
  synod/quorum/flexible.hpp
  synod/quorum/grid.hpp
  synod/quorum/hana_names.hpp
  synod/quorum/hierarchy.hpp
  synod/quorum/joint.hpp
  synod/quorum/load.hpp
  synod/quorum/majority.hpp
  synod/quorum/member_names.hpp
  synod/quorum/membership.hpp
  synod/quorum/must_intersect.hpp
  synod/quorum/named_tally.hpp
  synod/quorum/plurality.hpp
  synod/quorum/quorum_expression.hpp
  synod/quorum/quorum_formula.hpp
  synod/quorum/quorum_text.hpp
  synod/quorum/rational.hpp
  synod/quorum/system.hpp
  synod/quorum/tally.hpp
  synod/quorum/three_systems.hpp
  synod/quorum/threshold.hpp
  synod/quorum/truth_table.hpp
  synod/quorum/two_quorums.hpp
  synod/quorum/voter_set.hpp
  synod/quorum/weighted.hpp
  synod/quorum/witness.hpp
  synod/quorum/workload.hpp
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
  synod/store/snapshot_frame.hpp
  # net
  synod/net/byte_queue.hpp
  synod/net/loopback.hpp
  synod/net/transport.hpp
  # replica
  synod/replica/answer.hpp
  synod/replica/description.hpp
  synod/replica/errand.hpp
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

# synod::rocksdb: what needs RocksDB
set(SYNOD_ROCKSDB_HEADERS
)

# synod::asio: what needs Boost.Asio
set(SYNOD_ASIO_HEADERS
  synod/adapters/asio/asio_transport.hpp
  synod/adapters/asio/byte_buffer.hpp
  synod/adapters/asio/detail/peer_acceptor.hpp
  synod/adapters/asio/detail/peer_connection.hpp
  synod/adapters/asio/detail/peer_dialer.hpp
  synod/adapters/asio/detail/peer_hub.hpp
  synod/adapters/asio/peer_address.hpp
  synod/adapters/asio/peer_frames.hpp
  synod/adapters/asio/peer_handler.hpp
  synod/adapters/asio/peer_hello.hpp
  synod/adapters/asio/peer_options.hpp
  synod/adapters/asio/redial_pause.hpp
  synod/adapters/asio/report_once.hpp
)
