// SPDX-License-Identifier: BSL-1.0

import com.dynatrace.hash4j.consistent.ConsistentBucketHasher;
import com.dynatrace.hash4j.consistent.ConsistentBucketSetHasher;
import com.dynatrace.hash4j.consistent.ConsistentHashing;
import com.dynatrace.hash4j.random.PseudoRandomGeneratorProvider;
import com.google.common.hash.Hashing;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.spy.memcached.DefaultHashAlgorithm;
import net.spy.memcached.KetamaNodeKeyFormatter.Format;
import net.spy.memcached.KetamaNodeLocator;
import net.spy.memcached.MemcachedNode;
import org.ishugaliy.allgood.consistent.hash.HashRing;
import org.ishugaliy.allgood.consistent.hash.node.SimpleNode;

/**
 * Rings and other placements. Every rival has a class and a loop of its own, so that the compiler
 * sees one callee at each call.
 */
final class Placements {
  private static final int POINTS = 128;

  private static long indexOf(String name) {
    return Long.parseLong(name.substring(name.lastIndexOf('-') + 1));
  }

  static final class GuavaJump implements Peers.Lookup {
    private final long[] hashes;
    private final int buckets;
    private int next = 0;

    GuavaJump(Peers.Input input, int buckets) {
      this.hashes = input.hashes();
      this.buckets = buckets;
    }

    @Override
    public long run(int times) {
      long consumed = 0;
      for (int i = 0; i < times; ++i) {
        consumed += Hashing.consistentHash(hashes[next], buckets);
        if (++next == hashes.length) next = 0;
      }
      return consumed;
    }

    @Override
    public LongStream answers() {
      return Arrays.stream(hashes).map(hash -> Hashing.consistentHash(hash, buckets));
    }
  }

  static final class Hash4jJump implements Peers.Lookup {
    private final ConsistentBucketHasher hasher =
        ConsistentHashing.jumpHash(PseudoRandomGeneratorProvider.splitMix64_V1());
    private final long[] hashes;
    private final int buckets;
    private int next = 0;

    Hash4jJump(Peers.Input input, int buckets) {
      this.hashes = input.hashes();
      this.buckets = buckets;
    }

    @Override
    public long run(int times) {
      long consumed = 0;
      for (int i = 0; i < times; ++i) {
        consumed += hasher.getBucket(hashes[next], buckets);
        if (++next == hashes.length) next = 0;
      }
      return consumed;
    }

    @Override
    public LongStream answers() {
      return Arrays.stream(hashes).map(hash -> hasher.getBucket(hash, buckets));
    }
  }

  static final class Hash4jJumpBack implements Peers.Lookup {
    private final ConsistentBucketHasher hasher = ConsistentHashing.jumpBackHashSplitMix64();
    private final long[] hashes;
    private final int buckets;
    private int next = 0;

    Hash4jJumpBack(Peers.Input input, int buckets) {
      this.hashes = input.hashes();
      this.buckets = buckets;
    }

    @Override
    public long run(int times) {
      long consumed = 0;
      for (int i = 0; i < times; ++i) {
        consumed += hasher.getBucket(hashes[next], buckets);
        if (++next == hashes.length) next = 0;
      }
      return consumed;
    }

    @Override
    public LongStream answers() {
      return Arrays.stream(hashes).map(hash -> hasher.getBucket(hash, buckets));
    }
  }

  /** Its buckets are the nodes; a quarter more were added and removed again, last one first. */
  static final class Hash4jAnchor implements Peers.Lookup {
    private final ConsistentBucketSetHasher hasher =
        ConsistentHashing.jumpBackAnchorHash(PseudoRandomGeneratorProvider.splitMix64_V1());
    private final long[] hashes;
    private int next = 0;

    Hash4jAnchor(Peers.Input input, int nodes) {
      this.hashes = input.hashes();
      int spare = nodes / 4; // as every contender of this name
      for (int i = 0; i < nodes + spare; ++i) hasher.addBucket();
      for (int i = 0; i < spare; ++i) hasher.removeBucket(nodes + spare - 1 - i);
    }

    @Override
    public long run(int times) {
      long consumed = 0;
      for (int i = 0; i < times; ++i) {
        consumed += hasher.getBucket(hashes[next]);
        if (++next == hashes.length) next = 0;
      }
      return consumed;
    }

    @Override
    public LongStream answers() {
      return Arrays.stream(hashes).map(hasher::getBucket);
    }
  }

  static final class Allgood implements Peers.Lookup {
    private final String[] keys;
    private final SimpleNode first;
    private final HashRing<SimpleNode> ring;
    private int next = 0;

    Allgood(Peers.Input input, int nodes) {
      this.keys = input.keys();
      List<SimpleNode> all = Stream.of(input.nodes()).limit(nodes).map(SimpleNode::of).toList();
      this.first = all.get(0);
      this.ring =
          HashRing.<SimpleNode>newBuilder().partitionRate(POINTS).nodes(all).build();
    }

    @Override
    public long run(int times) {
      long consumed = 0;
      for (int i = 0; i < times; ++i) {
        consumed += ring.locate(keys[next]).get() == first ? 1 : 0;
        if (++next == keys.length) next = 0;
      }
      return consumed;
    }

    @Override
    public LongStream answers() {
      return Arrays.stream(keys).mapToLong(key -> indexOf(ring.locate(key).get().getKey()));
    }
  }

  static final class Spymemcached implements Peers.Lookup {
    private final String[] keys;
    private final MemcachedNode first;
    private final KetamaNodeLocator ring;
    private int next = 0;

    Spymemcached(Peers.Input input, int nodes) {
      this.keys = input.keys();
      List<MemcachedNode> all = new ArrayList<>();
      for (int i = 0; i < nodes; ++i) {
        all.add(node(InetSocketAddress.createUnresolved(input.nodes()[i], 11211)));
      }
      this.first = all.get(0);
      this.ring =
          new KetamaNodeLocator(
              all, DefaultHashAlgorithm.KETAMA_HASH, Format.LIBMEMCACHED, Map.of());
    }

    /** A node without a connection: the locator asks for its address alone. */
    private static MemcachedNode node(InetSocketAddress address) {
      return (MemcachedNode)
          Proxy.newProxyInstance(
              MemcachedNode.class.getClassLoader(),
              new Class<?>[] {MemcachedNode.class},
              (self, method, arguments) ->
                  switch (method.getName()) {
                    case "getSocketAddress" -> address;
                    case "hashCode" -> address.hashCode();
                    case "equals" -> self == arguments[0];
                    default -> throw new UnsupportedOperationException(method.getName());
                  });
    }

    @Override
    public long run(int times) {
      long consumed = 0;
      for (int i = 0; i < times; ++i) {
        consumed += ring.getPrimary(keys[next]) == first ? 1 : 0;
        if (++next == keys.length) next = 0;
      }
      return consumed;
    }

    @Override
    public LongStream answers() {
      return Arrays.stream(keys)
          .map(key -> ((InetSocketAddress) ring.getPrimary(key).getSocketAddress()).getHostString())
          .mapToLong(Placements::indexOf);
    }
  }

  static List<Peers.Contender> contenders() {
    var buckets = "10,1000,100000,1000000";
    var both = "100,1000";
    return List.of(
        new Peers.Contender(
            "owner/jump/guava", "buckets", buckets, "jump",
            Hashing.class, "Apache-2.0", GuavaJump::new),
        new Peers.Contender(
            "owner/jump/hash4j", "buckets", buckets, "-",
            ConsistentHashing.class, "Apache-2.0", Hash4jJump::new),
        new Peers.Contender(
            "owner/jump_back/hash4j", "buckets", buckets, "jump_back",
            ConsistentHashing.class, "Apache-2.0", Hash4jJumpBack::new),
        new Peers.Contender(
            "owner/anchor_jump_back/hash4j", "nodes", both, "anchor_jump_back",
            ConsistentHashing.class, "Apache-2.0", Hash4jAnchor::new),
        new Peers.Contender(
            "owner_text/allgood", "nodes", both, "-",
            HashRing.class, "MIT", Allgood::new),
        new Peers.Contender(
            "owner_text/ketama_spymemcached/spymemcached", "nodes", both, "ketama_spymemcached",
            KetamaNodeLocator.class, "MIT", Spymemcached::new));
  }

  private Placements() {}
}
