// SPDX-License-Identifier: BSL-1.0

package main

import "go.etcd.io/raft/v3/quorum"

// Acknowledged indices by voter, in the cheapest form that etcd's interface takes.
type acknowledged []uint64

func (row acknowledged) AckedIndex(voter uint64) (quorum.Index, bool) {
	return quorum.Index(row[voter-1]), true
}

func majorityOf(first, last int) quorum.MajorityConfig {
	majority := quorum.MajorityConfig{}
	for id := first; id <= last; id++ {
		majority[uint64(id)] = struct{}{}
	}
	return majority
}

func rowsOf(in *input, voters int) (rows []quorum.AckedIndexer) {
	for _, row := range in.rows(voters) {
		rows = append(rows, acknowledged(row))
	}
	return
}

func etcdCommitIndex(in *input, voters int) lookup {
	majority := majorityOf(1, voters)
	rows := rowsOf(in, voters)
	next := 0
	run := func(times int) (consumed uint64) {
		for range times {
			consumed += uint64(majority.CommittedIndex(rows[next]))
			if next++; next == len(rows) {
				next = 0
			}
		}
		return
	}
	answers := func() (all []uint64) {
		for _, row := range rows {
			all = append(all, uint64(majority.CommittedIndex(row)))
		}
		return
	}
	return lookup{run, answers}
}

// One voter is replaced.
func etcdJointCommitIndex(in *input, voters int) lookup {
	joint := quorum.JointConfig{majorityOf(1, voters), majorityOf(2, voters+1)}
	rows := rowsOf(in, voters+1)
	next := 0
	run := func(times int) (consumed uint64) {
		for range times {
			consumed += uint64(joint.CommittedIndex(rows[next]))
			if next++; next == len(rows) {
				next = 0
			}
		}
		return
	}
	answers := func() (all []uint64) {
		for _, row := range rows {
			all = append(all, uint64(joint.CommittedIndex(row)))
		}
		return
	}
	return lookup{run, answers}
}

func quorums() []contender {
	return []contender{
		{"commit_index/etcd", "voters", "3,5,7", "commit_index",
			"go.etcd.io/raft/v3", "Apache-2.0", etcdCommitIndex},
		{"commit_index_joint/etcd", "voters", "3,5,7", "commit_index_joint",
			"go.etcd.io/raft/v3", "Apache-2.0", etcdJointCommitIndex},
	}
}
