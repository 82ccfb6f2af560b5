// SPDX-License-Identifier: BSL-1.0

package main

import (
	"strings"

	"github.com/cespare/xxhash/v2"
	"github.com/dgryski/go-jump"
	"github.com/dgryski/go-rendezvous"
	"github.com/golang/groupcache/consistenthash"
	"github.com/kkdai/maglev"
	"github.com/serialx/hashring"
)

const pointsOfNode = 128

// Every rival has a loop of its own, so that no call through a function value comes between.

func indexOf(name string) uint64 {
	return number(name[strings.LastIndexByte(name, '-')+1:])
}

func answersByName(in *input, find func(key string) string) func() []uint64 {
	return func() []uint64 {
		answers := make([]uint64, len(in.keys))
		for i, key := range in.keys {
			answers[i] = indexOf(find(key))
		}
		return answers
	}
}

func serialxHashring(in *input, nodes int) lookup {
	weights := map[string]int{}
	for _, name := range in.nodes[:nodes] {
		weights[name] = pointsOfNode
	}
	ring := hashring.NewWithWeights(weights)
	next := 0
	run := func(times int) (consumed uint64) {
		for range times {
			name, _ := ring.GetNode(in.keys[next])
			consumed += uint64(len(name))
			if next++; next == len(in.keys) {
				next = 0
			}
		}
		return
	}
	return lookup{run, answersByName(in, func(key string) string {
		name, _ := ring.GetNode(key)
		return name
	})}
}

func groupcacheRing(in *input, nodes int) lookup {
	ring := consistenthash.New(pointsOfNode, nil)
	ring.Add(in.nodes[:nodes]...)
	next := 0
	run := func(times int) (consumed uint64) {
		for range times {
			consumed += uint64(len(ring.Get(in.keys[next])))
			if next++; next == len(in.keys) {
				next = 0
			}
		}
		return
	}
	return lookup{run, answersByName(in, ring.Get)}
}

func rendezvousOfNodes(in *input, nodes int) lookup {
	placement := rendezvous.New(in.nodes[:nodes], xxhash.Sum64String)
	next := 0
	run := func(times int) (consumed uint64) {
		for range times {
			consumed += uint64(len(placement.Lookup(in.keys[next])))
			if next++; next == len(in.keys) {
				next = 0
			}
		}
		return
	}
	return lookup{run, answersByName(in, placement.Lookup)}
}

func maglevTable(in *input, nodes int) lookup {
	table, err := maglev.NewMaglev(in.nodes[:nodes], 65537)
	check(err)
	next := 0
	run := func(times int) (consumed uint64) {
		for range times {
			name, _ := table.Get(in.keys[next])
			consumed += uint64(len(name))
			if next++; next == len(in.keys) {
				next = 0
			}
		}
		return
	}
	return lookup{run, answersByName(in, func(key string) string {
		name, err := table.Get(key)
		check(err)
		return name
	})}
}

func jumpHash(in *input, buckets int) lookup {
	next := 0
	run := func(times int) (consumed uint64) {
		for range times {
			consumed += uint64(jump.Hash(in.hashes[next], buckets))
			if next++; next == len(in.hashes) {
				next = 0
			}
		}
		return
	}
	answers := func() []uint64 {
		answers := make([]uint64, len(in.hashes))
		for i, hash := range in.hashes {
			answers[i] = uint64(jump.Hash(hash, buckets))
		}
		return answers
	}
	return lookup{run, answers}
}

func placements() []contender {
	return []contender{
		{"owner_text/serialx_hashring", "nodes", "100,1000", "-",
			"github.com/serialx/hashring", "MIT", serialxHashring},
		{"owner_text/groupcache", "nodes", "100,1000", "-",
			"github.com/golang/groupcache", "Apache-2.0", groupcacheRing},
		{"owner_text/rendezvous/go_rendezvous", "nodes", "100,1000", "-",
			"github.com/dgryski/go-rendezvous", "MIT", rendezvousOfNodes},
		// It keeps every node's permutation of the table: 1000 nodes take it half a gigabyte.
		{"owner_text/maglev/kkdai_maglev", "nodes", "100", "-",
			"github.com/kkdai/maglev", "Apache-2.0", maglevTable},
		{"owner/jump/go_jump", "buckets", "10,1000,100000,1000000", "jump",
			"github.com/dgryski/go-jump", "MIT", jumpHash},
	}
}
