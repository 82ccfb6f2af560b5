// SPDX-License-Identifier: BSL-1.0
//! What a rival is to this program, and the loop it is timed in.

use std::fs::read_to_string;

/// What all rivals are given, read once.
pub struct Input {
    pub keys: Vec<String>,
    pub hashes: Vec<u64>,
    pub nodes: Vec<String>,
    directory: String,
}

impl Input {
    pub fn read(directory: &str) -> Input {
        let lines = |name: &str| -> Vec<String> {
            let text = read_to_string(format!("{directory}/{name}")).expect(name);
            text.lines().map(str::to_owned).collect()
        };
        Input {
            keys: lines("keys"),
            hashes: lines("hashes")
                .iter()
                .map(|line| line.parse().unwrap())
                .collect(),
            nodes: lines("nodes"),
            directory: directory.to_owned(),
        }
    }

    /// Rows of acknowledged indices, one for each voter.
    pub fn rows(&self, voters: usize) -> Vec<Vec<u64>> {
        let text = read_to_string(format!("{}/rows-{voters}", self.directory)).expect("rows");
        text.lines()
            .map(|line| line.split(' ').map(|word| word.parse().unwrap()).collect())
            .collect()
    }
}

/// A rival made for one count of nodes, buckets or voters.
pub trait Lookup {
    /// Looks up the next `times` inputs and returns something made of every result.
    fn run(&mut self, times: usize) -> u64;
    /// The answer for every input.
    fn answers(&self) -> Vec<u64>;
}

pub struct Contender {
    pub name: &'static str,
    pub argument: &'static str,
    pub counts: &'static str,
    /// Contenders of the same tag answer alike; `-` where none does.
    pub agreement: &'static str,
    pub package: &'static str,
    pub licence: &'static str,
    pub make: fn(&'static Input, usize) -> Box<dyn Lookup>,
}

struct Loop<T: 'static, Op, Answer> {
    inputs: Vec<T>,
    next: usize,
    op: Op,
    answer: Answer,
}

impl<T, Op: Fn(&T) -> u64, Answer: Fn(&T) -> u64> Lookup for Loop<T, Op, Answer> {
    fn run(&mut self, times: usize) -> u64 {
        let mut consumed = 0u64;
        let mut next = self.next;
        for _ in 0..times {
            consumed = consumed.wrapping_add((self.op)(&self.inputs[next]));
            next += 1;
            if next == self.inputs.len() {
                next = 0;
            }
        }
        self.next = next;
        consumed
    }

    fn answers(&self) -> Vec<u64> {
        self.inputs.iter().map(&self.answer).collect()
    }
}

/// `op` is timed and returns what the lookup found in its cheapest form, `answer` in the common one.
pub fn over<T: 'static>(
    inputs: Vec<T>,
    op: impl Fn(&T) -> u64 + 'static,
    answer: impl Fn(&T) -> u64 + 'static,
) -> Box<dyn Lookup> {
    Box::new(Loop {
        inputs,
        next: 0,
        op,
        answer,
    })
}

/// CPU time of this thread in nanoseconds.
pub fn thread_time() -> u64 {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    let failed = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut now) };
    assert_eq!(failed, 0);
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}
