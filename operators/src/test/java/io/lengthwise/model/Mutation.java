package io.lengthwise.model;

import io.lengthwise.model.file.ModelFileException;
import io.lengthwise.model.file.WeightFiles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages files randomly, like a broken disk or an attacker. */
public final class Mutation {
  private static final long[] EXTREMES = {
    0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, Integer.MAX_VALUE, 1L << 32, 1L << 62, 100_000_000
  };

  private Mutation() {}

  /** Returns a copy with a few of the first bytes changed, or truncated there. */
  public static byte[] of(byte[] good, int amongFirst, Random random) {
    int bound = Math.min(good.length, amongFirst);
    if (random.nextInt(10) == 0) {
      return Arrays.copyOf(good, random.nextInt(bound));
    }
    byte[] bad = good.clone();
    if (random.nextInt(3) == 0 && bound > Long.BYTES) {
      ByteBuffer.wrap(bad)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putLong(random.nextInt(bound - Long.BYTES), EXTREMES[random.nextInt(EXTREMES.length)]);
      return bad;
    }
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      bad[random.nextInt(bound)] = (byte) random.nextInt(256);
    }
    return bad;
  }

  /**
   * Returns a copy with one or several changes: bytes flipped or set, numbers made extreme, parts
   * left out, doubled or truncated, words inserted.
   */
  public static byte[] of(byte[] good, List<String> words, Random random) {
    byte[] bad = good;
    do {
      bad = changed(bad, words, random);
    } while (bad.length > 0 && random.nextInt(3) > 0);
    return bad;
  }

  private static byte[] changed(byte[] good, List<String> words, Random random) {
    if (good.length == 0) {
      return good;
    }
    int at = random.nextInt(good.length);
    int length = Math.min(1 + random.nextInt(1 << random.nextInt(8)), good.length - at);
    return switch (random.nextInt(8)) {
      case 0 -> replaced(good, at, 1, new byte[] {(byte) (good[at] ^ 1 << random.nextInt(8))});
      case 1 -> replaced(good, at, 1, new byte[] {(byte) random.nextInt(256)});
      case 2 -> replaced(good, at, Math.min(8, good.length - at), extreme(random));
      case 3 -> replaced(good, at, length, new byte[0]);
      case 4 -> replaced(good, at, 0, Arrays.copyOfRange(good, at, at + length));
      case 5 -> replaced(good, at, 0, part(good, random));
      case 6 -> random.nextInt(10) == 0 ? Arrays.copyOf(good, at) : good;
      default -> replaced(good, at, random.nextInt(2) * length, word(words, random));
    };
  }

  private static byte[] part(byte[] good, Random random) {
    int from = random.nextInt(good.length);
    return Arrays.copyOfRange(good, from, Math.min(good.length, from + 1 + random.nextInt(64)));
  }

  private static byte[] word(List<String> words, Random random) {
    return words.get(random.nextInt(words.size())).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] extreme(Random random) {
    return ByteBuffer.allocate(Long.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(EXTREMES[random.nextInt(EXTREMES.length)])
        .array();
  }

  /** Replaces some bytes by others. */
  private static byte[] replaced(byte[] good, int at, int length, byte[] by) {
    return ByteBuffer.allocate(good.length - length + by.length)
        .put(good, 0, at)
        .put(by)
        .put(good, at + length, good.length - at - length)
        .array();
  }

  /**
   * Returns whether a model opened, all of its tensors were read, and all of its values were valid.
   */
  public static boolean opensOrIsRefused(Path model) {
    try (WeightFiles files = ModelFiles.weights(model)) {
      for (String name : files.names()) {
        files.rows(name, 0, (int) files.shape(name)[0]).get(0);
      }
      files.config().inverseFrequencies();
      return true;
    } catch (ModelFileException refused) {
      return false;
    }
  }
}
