// SPDX-License-Identifier: BSL-1.0

// Closed-loop clients against a cluster that speaks RESP, or against etcd: each writes, waits for the
// answer, and writes again. One loop for both; what differs is the one call. The result is one line of
// JSON.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	clientv3 "go.etcd.io/etcd/client/v3"
)

var (
	kind        = flag.String("kind", "redis", "redis or etcd")
	addresses   = flag.String("addresses", "", "servers, with commas; of etcd the leader is found, of the others the first is taken")
	operation   = flag.String("operation", "set", "set or incr (redis), put (etcd)")
	clients     = flag.Int("clients", 1, "loops at a time")
	connections = flag.Int("connections", 0, "etcd: gRPC connections (0: one a client); redis: always one a client")
	seconds     = flag.Float64("seconds", 2, "measured")
	warmup      = flag.Float64("warmup", 0.3, "before it")
	keys        = flag.Int("keys", 10000, "different keys")
	size        = flag.Int("size", 64, "bytes of a value")
)

type report struct {
	Writes    int     `json:"writes"`
	Seconds   float64 `json:"seconds"`
	PerSecond float64 `json:"per_second"`
	MeanUs    float64 `json:"mean_us"`
	P50Us     float64 `json:"p50_us"`
	P99Us     float64 `json:"p99_us"`
	Errors    int     `json:"errors"`
	Failure   string  `json:"failure,omitempty"`
}

type write func(ctx context.Context, key string) error

func redisWrites() ([]write, func(), error) {
	value := strings.Repeat("v", *size)
	made := make([]write, *clients)
	var open []*redis.Client
	for i := range made {
		client := redis.NewClient(&redis.Options{
			Addr: strings.Split(*addresses, ",")[0], PoolSize: 1, MaxRetries: -1,
			DisableIndentity: true,
		})
		open = append(open, client)
		if *operation == "incr" {
			made[i] = func(ctx context.Context, key string) error { return client.Incr(ctx, "n"+key).Err() }
		} else {
			made[i] = func(ctx context.Context, key string) error { return client.Set(ctx, key, value, 0).Err() }
		}
	}
	return made, func() {
		for _, client := range open {
			client.Close()
		}
	}, nil
}

func etcdLeader(all []string) (string, error) {
	client, err := clientv3.New(clientv3.Config{Endpoints: all, DialTimeout: 5 * time.Second})
	if err != nil {
		return "", err
	}
	defer client.Close()
	for _, address := range all {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		status, err := client.Status(ctx, address)
		cancel()
		if err == nil && status.Leader == status.Header.MemberId {
			return address, nil
		}
	}
	return "", fmt.Errorf("none of %v leads", all)
}

func etcdWrites() ([]write, func(), error) {
	value := strings.Repeat("v", *size)
	leader, err := etcdLeader(strings.Split(*addresses, ","))
	if err != nil {
		return nil, nil, err
	}
	count := *connections
	if count == 0 {
		count = *clients
	}
	var open []*clientv3.Client
	for range count {
		client, err := clientv3.New(clientv3.Config{Endpoints: []string{leader}, DialTimeout: 5 * time.Second})
		if err != nil {
			return nil, nil, err
		}
		open = append(open, client)
	}
	made := make([]write, *clients)
	for i := range made {
		client := open[i%count]
		made[i] = func(ctx context.Context, key string) error {
			_, err := client.Put(ctx, key, value)
			return err
		}
	}
	return made, func() {
		for _, client := range open {
			client.Close()
		}
	}, nil
}

// What one loop saw.
type loop struct {
	taken   []time.Duration
	errors  int
	failure string
}

func run(each write, seed uint64, from, until time.Time, into *loop) {
	ctx := context.Background()
	random := seed*2654435761 + 1
	for {
		random ^= random << 13
		random ^= random >> 7
		random ^= random << 17
		key := fmt.Sprintf("key:%012d", random%uint64(*keys))
		begin := time.Now()
		if begin.After(until) {
			return
		}
		err := each(ctx, key)
		end := time.Now()
		switch {
		case end.Before(from) || end.After(until):
		case err != nil:
			into.errors++
			into.failure = err.Error()
		default:
			into.taken = append(into.taken, end.Sub(begin))
		}
	}
}

func measure() (report, error) {
	prepare := redisWrites
	if *kind == "etcd" {
		prepare = etcdWrites
	}
	writes, end, err := prepare()
	if err != nil {
		return report{}, err
	}
	defer end()
	from := time.Now().Add(time.Duration(*warmup * float64(time.Second)))
	until := from.Add(time.Duration(*seconds * float64(time.Second)))
	loops := make([]loop, len(writes))
	var group sync.WaitGroup
	for i, each := range writes {
		group.Add(1)
		go func() {
			defer group.Done()
			run(each, uint64(i)+uint64(from.UnixNano()), from, until, &loops[i])
		}()
	}
	group.Wait()

	var all []time.Duration
	found := report{Seconds: *seconds}
	for _, one := range loops {
		all = append(all, one.taken...)
		found.Errors += one.errors
		if one.failure != "" {
			found.Failure = one.failure
		}
	}
	if len(all) == 0 {
		return found, fmt.Errorf("nothing was written: %s", found.Failure)
	}
	slices.Sort(all)
	var sum time.Duration
	for _, one := range all {
		sum += one
	}
	us := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }
	found.Writes = len(all)
	found.PerSecond = float64(len(all)) / *seconds
	found.MeanUs = us(sum) / float64(len(all))
	found.P50Us = us(all[len(all)/2])
	found.P99Us = us(all[len(all)*99/100])
	return found, nil
}

func main() {
	flag.Parse()
	found, err := measure()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	json.NewEncoder(os.Stdout).Encode(found)
}
