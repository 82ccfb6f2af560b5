// SPDX-License-Identifier: BSL-1.0

// A program with go-redis as its users write it: counters, a lock that is taken by SETNX
// with a lifetime, and values. Nothing in it knows that it talks to anything but Redis.
//
// It ends with status 0 if: the counter is at least what was acknowledged (more may be found, since
// go-redis sends again by itself what may have been executed); nobody saw somebody else in the locked
// section within the lock's lifetime; values are read back as written.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

var (
	addresses = flag.String("addresses", "127.0.0.1:6379", "servers, with commas")
	seconds   = flag.Int("seconds", 8, "how long")
)

type tally struct {
	acknowledged, unknown, locks, taken, missed atomic.Int64
}

// One client for all servers: the first that can be dialled is taken, as for a list of proxies.
func dialFirst(all []string) func(context.Context, string, string) (net.Conn, error) {
	var next atomic.Int64
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		var failures []error
		for range all {
			address := all[int(next.Load())%len(all)]
			connection, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, network, address)
			if err == nil {
				return connection, nil
			}
			next.Add(1)
			failures = append(failures, err)
		}
		return nil, errors.Join(failures...)
	}
}

// Counts up; an INCR that ends in an error may have been executed, and more than once, since the
// client retries by itself.
func count(ctx context.Context, client *redis.Client, until time.Time, t *tally) error {
	for time.Now().Before(until) {
		_, err := client.Incr(ctx, "go:counter").Result()
		if err == nil {
			t.acknowledged.Add(1)
		} else {
			t.unknown.Add(1)
			time.Sleep(20 * time.Millisecond)
		}
	}
	return nil
}

// Takes the lock and looks whether anybody else is inside. It is given back by its lifetime alone: a DEL
// that is sent again could delete the lock of somebody else.
func lock(ctx context.Context, client *redis.Client, owner string, until time.Time, inside *atomic.Int64,
	t *tally) error {
	const lifetime = 100 * time.Millisecond
	for i := 0; time.Now().Before(until); i++ {
		begin := time.Now()
		token := fmt.Sprintf("%s-%d", owner, i)
		taken, err := client.SetNX(ctx, "go:lock", token, lifetime).Result()
		if err != nil || !taken {
			if err == nil {
				t.taken.Add(1)
			} else {
				t.missed.Add(1)
			}
			time.Sleep(2 * time.Millisecond)
			continue
		}
		t.locks.Add(1)
		// Within half its lifetime since before it was asked for, the lock is surely ours.
		surely := func() bool { return time.Since(begin) < lifetime/2 }
		if !surely() {
			continue
		}
		if others := inside.Add(1); others != 1 {
			return fmt.Errorf("%d owners of one lock", others)
		}
		value, err := client.Get(ctx, "go:lock").Result()
		inside.Add(-1)
		if (err == nil || errors.Is(err, redis.Nil)) && value != token && surely() {
			return fmt.Errorf("the lock of %s is held by %q", token, value)
		}
	}
	return nil
}

// Writes and reads back keys of its own.
func store(ctx context.Context, client *redis.Client, owner string, until time.Time) error {
	for i := 0; time.Now().Before(until); i++ {
		key, value := fmt.Sprintf("go:%s:%d", owner, i%10), fmt.Sprintf("value %d", i)
		if client.Set(ctx, key, value, time.Hour).Err() != nil {
			time.Sleep(20 * time.Millisecond)
			continue
		}
		found, err := client.Get(ctx, key).Result()
		if err == nil && found != value {
			return fmt.Errorf("%s is %q, written was %q", key, found, value)
		}
		if errors.Is(err, redis.Nil) {
			return fmt.Errorf("%s is gone", key)
		}
	}
	return nil
}

func run() error {
	flag.Parse()
	all := strings.Split(*addresses, ",")
	ctx := context.Background()
	anywhere := redis.NewClient(&redis.Options{Addr: all[0], Dialer: dialFirst(all)})
	defer anywhere.Close()
	single := redis.NewClient(&redis.Options{Addr: all[0]})
	defer single.Close()

	until := time.Now().Add(time.Duration(*seconds) * time.Second)
	var t tally
	var inside atomic.Int64
	var group sync.WaitGroup
	failures := make(chan error, 64)
	start := func(work func() error) {
		group.Add(1)
		go func() {
			defer group.Done()
			if err := work(); err != nil {
				failures <- err
			}
		}()
	}
	for i := range 4 {
		owner := fmt.Sprintf("owner-%d", i)
		start(func() error { return lock(ctx, anywhere, owner, until, &inside, &t) })
		start(func() error { return store(ctx, anywhere, owner, until) })
		start(func() error { return count(ctx, anywhere, until, &t) })
		start(func() error { return count(ctx, single, until, &t) })
	}
	group.Wait()
	close(failures)
	for err := range failures {
		return err
	}

	found, err := anywhere.Get(ctx, "go:counter").Int64()
	if err != nil {
		return fmt.Errorf("the counter at the end: %w", err)
	}
	fmt.Printf("counter: %d acknowledged, %d found, %d calls unknown\n", t.acknowledged.Load(), found,
		t.unknown.Load())
	fmt.Printf("lock: taken %d times, found taken %d times, %d calls unknown\n", t.locks.Load(),
		t.taken.Load(), t.missed.Load())
	if found < t.acknowledged.Load() {
		return errors.New("acknowledged increments are lost")
	}
	if t.acknowledged.Load() < 100 || t.locks.Load() < 10 {
		return errors.New("too little happened")
	}
	return nil
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
