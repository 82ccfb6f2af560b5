// SPDX-License-Identifier: BSL-1.0
//! Rings and other placements.

use crate::contender::{over, Contender, Input, Lookup};
use rand_core::RngCore;
use std::hash::{BuildHasher, Hash, Hasher};

const POINTS: u32 = 128;

/// Keys and nodes that are hashes already.
#[derive(Clone, Copy, Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {
        unreachable!("only hashes are hashed")
    }
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

impl BuildHasher for Identity {
    type Hasher = Identity;
    fn build_hasher(&self) -> Identity {
        Identity(0)
    }
}

/// SplitMix64 (Steele, Lea, Flood), started at a hash.
struct SplitMix(u64);

impl RngCore for SplitMix {
    fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn next_u32(&mut self) -> u32 {
        self.next_u64() as u32
    }
    fn fill_bytes(&mut self, _: &mut [u8]) {
        unreachable!("only whole numbers are drawn")
    }
    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), rand_core::Error> {
        unreachable!("only whole numbers are drawn")
    }
}

fn names(input: &'static Input, nodes: usize) -> Vec<&'static str> {
    input.nodes[..nodes].iter().map(String::as_str).collect()
}

fn index_of(name: &str) -> u64 {
    name.rsplit('-').next().unwrap().parse().unwrap()
}

/// Text keys, and a lookup that finds the name of a node.
fn by_name<'a>(
    input: &'static Input,
    find: impl Fn(&'static str) -> &'a str + Clone + 'static,
) -> Box<dyn Lookup> {
    let keys: Vec<&'static str> = input.keys.iter().map(String::as_str).collect();
    let answer = find.clone();
    over(
        keys,
        move |key| find(key).len() as u64,
        move |key| index_of(answer(key)),
    )
}

/// Hashes, and a lookup that finds a number.
fn by_hash(input: &'static Input, find: impl Fn(u64) -> u64 + Clone + 'static) -> Box<dyn Lookup> {
    let answer = find.clone();
    over(
        input.hashes.clone(),
        move |hash| find(*hash),
        move |hash| answer(*hash),
    )
}

/// For the closures above, which live as long as the program.
fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

#[derive(Clone, Debug, Hash)]
struct VirtualNode {
    name: &'static str,
    number: u32,
}

fn hashring(input: &'static Input, nodes: usize) -> Box<dyn Lookup> {
    let all = names(input, nodes).into_iter();
    let ring = leak({
        let mut ring = hashring::HashRing::new();
        ring.batch_add(
            all.flat_map(|name| (0..POINTS).map(move |number| VirtualNode { name, number }))
                .collect(),
        );
        ring
    });
    by_name(input, move |key| ring.get(&key).unwrap().name)
}

#[derive(Clone, Debug)]
struct Point {
    hash: u64,
    node: u32,
}

impl Hash for Point {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

fn hashring_hashed(input: &'static Input, nodes: usize) -> Box<dyn Lookup> {
    let ring = leak({
        let mut draw = SplitMix(nodes as u64);
        let points = (0..nodes as u32).flat_map(|node| (0..POINTS).map(move |_| node));
        let mut ring = hashring::HashRing::with_hasher(Identity(0));
        ring.batch_add(
            points
                .map(|node| Point {
                    hash: draw.next_u64(),
                    node,
                })
                .collect(),
        );
        ring
    });
    by_hash(input, move |hash| u64::from(ring.get(&hash).unwrap().node))
}

#[derive(Clone, Debug)]
struct Named(&'static str);

impl conhash::Node for Named {
    fn name(&self) -> String {
        self.0.to_owned()
    }
}

fn conhash(input: &'static Input, nodes: usize) -> Box<dyn Lookup> {
    let ring = leak({
        let mut ring = conhash::ConsistentHash::new();
        for name in names(input, nodes) {
            ring.add(&Named(name), POINTS as usize);
        }
        ring
    });
    by_name(input, move |key| ring.get_str(key).unwrap().0)
}

fn consistent_hash_ring(input: &'static Input, nodes: usize) -> Box<dyn Lookup> {
    let ring = leak(
        consistent_hash_ring::RingBuilder::default()
            .vnodes(POINTS as usize)
            .nodes_iter(names(input, nodes))
            .build(),
    );
    by_name(input, move |key| ring.get(key))
}

fn mpchash(input: &'static Input, nodes: usize) -> Box<dyn Lookup> {
    let ring = leak({
        let ring = mpchash::HashRing::new();
        for name in names(input, nodes) {
            ring.add(name);
        }
        ring
    });
    by_name(input, move |key| *ring.node(&key).unwrap().node())
}

fn jumphash(input: &'static Input, buckets: usize) -> Box<dyn Lookup> {
    let jump = jumphash::CustomJumpHasher::new(Identity(0));
    by_hash(input, move |hash| {
        u64::from(jump.slot(&hash, buckets as u32))
    })
}

fn jump_back(input: &'static Input, buckets: usize) -> Box<dyn Lookup> {
    by_hash(input, move |hash| {
        u64::from(jump_back_hash::bucket(&mut SplitMix(hash), buckets as u32))
    })
}

fn anchor(input: &'static Input, nodes: usize) -> Box<dyn Lookup> {
    let spare = nodes / 4; // as every contender of this name
    let anchor = leak(
        anchorhash::Builder::with_hasher(Identity(0))
            .with_resources(0..nodes as u64)
            .build::<u64>((nodes + spare) as u16),
    );
    by_hash(input, move |hash| *anchor.get_resource(hash).unwrap())
}

pub fn contenders() -> Vec<Contender> {
    let text = |name, package, licence, counts, make| Contender {
        name,
        argument: "nodes",
        counts,
        agreement: "-",
        package,
        licence,
        make,
    };
    let buckets = |name, package, licence, agreement, make| Contender {
        name,
        argument: "buckets",
        counts: "10,1000,100000,1000000",
        agreement,
        package,
        licence,
        make,
    };
    let both = "100,1000";
    vec![
        text("owner_text/hashring", "hashring", "MIT", both, hashring),
        text(
            "owner_text/conhash",
            "conhash",
            "MIT-or-Apache-2.0",
            both,
            conhash,
        ),
        // It moves all points for every point it adds: 1000 nodes take it ten seconds.
        text(
            "owner_text/consistent_hash_ring",
            "consistent_hash_ring",
            "MIT",
            both,
            consistent_hash_ring,
        ),
        text(
            "owner_text/multi_probe/mpchash",
            "mpchash",
            "MIT",
            both,
            mpchash,
        ),
        text(
            "owner/ring/hashring",
            "hashring",
            "MIT",
            both,
            hashring_hashed,
        ),
        text(
            "owner/anchor/anchorhash",
            "anchorhash",
            "Apache-2.0",
            both,
            anchor,
        ),
        buckets("owner/jump/jumphash", "jumphash", "ISC", "jump", jumphash),
        buckets(
            "owner/jump_back/jump_back_hash",
            "jump-back-hash",
            "MIT-or-Apache-2.0",
            "jump_back",
            jump_back,
        ),
    ]
}
