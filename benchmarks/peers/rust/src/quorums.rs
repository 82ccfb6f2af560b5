// SPDX-License-Identifier: BSL-1.0
//! The commit index of raft-rs, through what it makes public: configurations, and the map of
//! progress that its leaders keep.

use crate::contender::{over, Contender, Input, Lookup};
use fxhash::{FxHashMap, FxHashSet};
use raft::eraftpb::{ConfChangeSingle, ConfChangeType};
use raft::{Changer, JointConfig, MajorityConfig, Progress, ProgressTracker};

/// A leader's map, and where in it the acknowledged indices are. A map for every row would be
/// megabytes, and measure the cache; writing a row into this one costs a nanosecond or two.
#[derive(Clone)]
struct Leader {
    progress: &'static FxHashMap<u64, Progress>,
    matched: Vec<*mut u64>,
}

impl Leader {
    fn of(voters: usize) -> Leader {
        let all = (1..=voters as u64).map(|id| (id, Progress::new(1, 0)));
        let map: *mut FxHashMap<u64, Progress> = Box::leak(Box::new(all.collect()));
        // The map neither moves nor changes its keys, and all of this is one thread.
        let place = |id| unsafe { &raw mut (*map).get_mut(&id).unwrap().matched };
        let matched = (1..=voters as u64).map(place).collect();
        Leader {
            progress: unsafe { &*map },
            matched,
        }
    }

    #[inline(always)]
    fn acknowledge(&self, row: &[u64]) {
        for (place, index) in self.matched.iter().zip(row) {
            unsafe { place.write(*index) }
        }
    }
}

/// Rows as they arrive at a leader, and the commit index after each.
fn after_rows(
    input: &'static Input,
    voters: usize,
    commit_index: impl Fn(&FxHashMap<u64, Progress>) -> u64 + Clone + 'static,
) -> Box<dyn Lookup> {
    let leader = Leader::of(voters);
    let find = move |row: &Vec<u64>| {
        leader.acknowledge(row);
        commit_index(leader.progress)
    };
    over(input.rows(voters), find.clone(), find)
}

fn commit_index(input: &'static Input, voters: usize) -> Box<dyn Lookup> {
    let majority = MajorityConfig::new((1..=voters as u64).collect::<FxHashSet<u64>>());
    after_rows(input, voters, move |progress| {
        majority.committed_index(false, progress).0
    })
}

fn change(change_type: ConfChangeType, id: usize) -> ConfChangeSingle {
    ConfChangeSingle {
        change_type,
        node_id: id as u64,
        ..Default::default()
    }
}

/// One voter is replaced.
fn joint_of(voters: usize) -> JointConfig {
    let mut tracker = ProgressTracker::new(1);
    for id in 1..=voters {
        let added = [change(ConfChangeType::AddNode, id)];
        let (configuration, changes) = Changer::new(&tracker).simple(&added).unwrap();
        tracker.apply_conf(configuration, changes, 1);
    }
    let replaced = [
        change(ConfChangeType::AddNode, voters + 1),
        change(ConfChangeType::RemoveNode, 1),
    ];
    let (configuration, _) = Changer::new(&tracker)
        .enter_joint(false, &replaced)
        .unwrap();
    configuration.voters().clone()
}

fn joint_commit_index(input: &'static Input, voters: usize) -> Box<dyn Lookup> {
    let joint = joint_of(voters);
    after_rows(input, voters + 1, move |progress| {
        joint.committed_index(false, progress).0
    })
}

pub fn contenders() -> Vec<Contender> {
    let commit = |name, agreement, make| Contender {
        name,
        argument: "voters",
        counts: "3,5,7",
        agreement,
        package: "raft",
        licence: "Apache-2.0",
        make,
    };
    vec![
        commit("commit_index/raft_rs", "commit_index", commit_index),
        commit(
            "commit_index_joint/raft_rs",
            "commit_index_joint",
            joint_commit_index,
        ),
    ]
}
