// SPDX-License-Identifier: BSL-1.0

// The rivals that are written in Go, behind the protocol of ../README.md.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// A rival made for one count of nodes, buckets or voters.
type lookup struct {
	// Looks up the next `times` inputs and returns something made of every result.
	run func(times int) uint64
	// The answer for every input.
	answers func() []uint64
}

type contender struct {
	name, argument, counts string
	// Contenders of the same tag answer alike; "-" where none does.
	agreement       string
	module, licence string
	make            func(in *input, count int) lookup
}

// What all rivals are given, read once.
type input struct {
	directory string
	keys      []string
	hashes    []uint64
	nodes     []string
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func number(text string) uint64 {
	value, err := strconv.ParseUint(text, 10, 64)
	check(err)
	return value
}

func numbers(texts []string) []uint64 {
	values := make([]uint64, len(texts))
	for i, text := range texts {
		values[i] = number(text)
	}
	return values
}

func lines(directory, name string) []string {
	text, err := os.ReadFile(directory + "/" + name)
	check(err)
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

// Rows of acknowledged indices, one for each voter.
func (in *input) rows(voters int) [][]uint64 {
	texts := lines(in.directory, fmt.Sprintf("rows-%d", voters))
	rows := make([][]uint64, len(texts))
	for i, text := range texts {
		rows[i] = numbers(strings.Split(text, " "))
	}
	return rows
}

// CPU time of this thread in nanoseconds.
func threadTime() int64 {
	var now unix.Timespec
	check(unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &now))
	return now.Nano()
}

// Versions of the modules as they were built.
func versions() map[string]string {
	built, ok := debug.ReadBuildInfo()
	if !ok {
		panic("no build information")
	}
	found := map[string]string{}
	for _, module := range built.Deps {
		found[module.Path] = module.Version
	}
	return found
}

func main() {
	runtime.LockOSThread()
	directory := os.Args[1]
	in := &input{
		directory: directory,
		keys:      lines(directory, "keys"),
		hashes:    numbers(lines(directory, "hashes")),
		nodes:     lines(directory, "nodes"),
	}
	all := append(placements(), quorums()...)
	out := bufio.NewWriter(os.Stdout)
	version := versions()
	for _, one := range all {
		fmt.Fprintf(out, "%s %s %s %s %s@%s %s\n", one.name, one.argument, one.counts, one.agreement,
			one.module, version[one.module], one.licence)
	}
	fmt.Fprintln(out)
	check(out.Flush())

	made := map[string]lookup{}
	commands := bufio.NewScanner(os.Stdin)
	for commands.Scan() {
		words := strings.Split(commands.Text(), " ")
		of := words[1] + " " + words[2]
		if _, known := made[of]; !known {
			for _, one := range all {
				if one.name == words[1] {
					made[of] = one.make(in, int(number(words[2])))
				}
			}
		}
		if words[0] == "check" {
			fmt.Fprintln(out, strings.Trim(fmt.Sprint(made[of].answers()), "[]"))
		} else {
			times := int(number(words[3]))
			begin := threadTime()
			consumed := made[of].run(times)
			fmt.Fprintln(out, threadTime()-begin, consumed)
		}
		check(out.Flush())
	}
}
