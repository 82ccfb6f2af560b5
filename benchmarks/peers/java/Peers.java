// SPDX-License-Identifier: BSL-1.0

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** The rivals that are written in Java, behind the protocol of ../README.md. */
public final class Peers {
  /** A rival made for one count of nodes or buckets. */
  interface Lookup {
    /** Looks up the next inputs and returns something made of every result. */
    long run(int times);

    /** The answer for every input. */
    LongStream answers();
  }

  /** Contenders of the same agreement answer alike; "-" where none does. */
  record Contender(
      String name,
      String argument,
      String counts,
      String agreement,
      Class<?> of,
      String licence,
      BiFunction<Input, Integer, Lookup> make) {}

  /** What all rivals are given, read once. */
  record Input(String[] keys, long[] hashes, String[] nodes) {
    static Input read(Path directory) throws IOException {
      return new Input(
          Files.readAllLines(directory.resolve("keys")).toArray(String[]::new),
          Files.readAllLines(directory.resolve("hashes")).stream()
              .mapToLong(Long::parseUnsignedLong)
              .toArray(),
          Files.readAllLines(directory.resolve("nodes")).toArray(String[]::new));
    }
  }

  /** The file that a class came in names package and version. */
  private static String packageOf(Class<?> of) {
    var file = Path.of(of.getProtectionDomain().getCodeSource().getLocation().getPath());
    return file.getFileName().toString().replaceFirst("\\.jar$", "");
  }

  private static final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private static final int BATCH = 1 << 14;
  private static final long WARM_UP = 2_000_000_000L;

  /** Long enough for the compiler to be done with the loop. */
  private static long warmUp(Lookup lookup) {
    long consumed = 0;
    for (long end = System.nanoTime() + WARM_UP; System.nanoTime() < end; ) {
      consumed += lookup.run(BATCH);
    }
    return consumed;
  }

  public static void main(String[] arguments) throws IOException {
    var input = Input.read(Path.of(arguments[0]));
    List<Contender> all = Placements.contenders();
    var out = new PrintStream(System.out, false);
    for (var one : all) {
      out.println(
          String.join(
              " ",
              one.name,
              one.argument,
              one.counts,
              one.agreement,
              packageOf(one.of),
              one.licence));
    }
    out.println();
    out.flush();

    Map<String, Lookup> made = new HashMap<>();
    var commands = new BufferedReader(new InputStreamReader(System.in));
    long consumed = 0;
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      var words = line.split(" ");
      var of = words[1] + " " + words[2];
      if (!made.containsKey(of)) {
        var one = all.stream().filter(each -> each.name.equals(words[1])).findFirst().get();
        made.put(of, one.make.apply(input, Integer.parseInt(words[2])));
        consumed += warmUp(made.get(of));
      }
      var lookup = made.get(of);
      if (words[0].equals("check")) {
        out.println(lookup.answers().mapToObj(Long::toString).collect(Collectors.joining(" ")));
      } else {
        int times = Integer.parseInt(words[3]);
        long begin = threads.getCurrentThreadCpuTime();
        consumed += lookup.run(times);
        long nanoseconds = threads.getCurrentThreadCpuTime() - begin;
        out.println(nanoseconds + " " + consumed);
      }
      out.flush();
    }
  }
}
