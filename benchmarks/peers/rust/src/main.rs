// SPDX-License-Identifier: BSL-1.0
//! The rivals that are written in Rust, behind the protocol of ../../README.md.

mod contender;
mod placements;
mod quorums;

use contender::{Contender, Input, Lookup};
use std::collections::HashMap;
use std::io::{BufRead, Write};

const LOCK: &str = include_str!("../Cargo.lock");

/// The version of a package as it was built.
fn version_of(package: &str) -> &'static str {
    let mut lines = LOCK.lines();
    let wanted = format!("name = \"{package}\"");
    lines
        .find(|line| *line == wanted)
        .expect("a package of Cargo.lock");
    lines
        .next()
        .and_then(|line| line.split('"').nth(1))
        .expect("a version")
}

fn main() {
    let directory = std::env::args().nth(1).expect("usage: synod-peers INPUT");
    let input: &'static Input = Box::leak(Box::new(Input::read(&directory)));
    let mut all: Vec<Contender> = placements::contenders();
    all.extend(quorums::contenders());

    let mut out = std::io::stdout().lock();
    for one in &all {
        let version = version_of(one.package);
        writeln!(
            out,
            "{} {} {} {} {}-{} {}",
            one.name, one.argument, one.counts, one.agreement, one.package, version, one.licence
        )
        .unwrap();
    }
    writeln!(out).unwrap();
    out.flush().unwrap();

    let mut made: HashMap<(String, usize), Box<dyn Lookup>> = HashMap::new();
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let words: Vec<&str> = line.split(' ').collect();
        let count: usize = words[2].parse().unwrap();
        let lookup = made.entry((words[1].to_owned(), count)).or_insert_with(|| {
            let one = all
                .iter()
                .find(|one| one.name == words[1])
                .expect("a name of the list");
            (one.make)(input, count)
        });
        if words[0] == "check" {
            let answers: Vec<String> = lookup.answers().iter().map(u64::to_string).collect();
            writeln!(out, "{}", answers.join(" ")).unwrap();
        } else {
            let times: usize = words[3].parse().unwrap();
            let begin = contender::thread_time();
            let consumed = lookup.run(times);
            let nanoseconds = contender::thread_time() - begin;
            writeln!(out, "{nanoseconds} {consumed}").unwrap();
        }
        out.flush().unwrap();
    }
}
