package io.lengthwise.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/** Damages files as a bad disk or a bad will does. */
final class Mutation {
  private static final long[] EXTREMES = {
    0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, Integer.MAX_VALUE, 1L << 32, 1L << 62, 100_000_000
  };

  private Mutation() {}

  /** A copy with a few bytes changed among the first ones, or cut off there. */
  static byte[] of(byte[] good, int amongFirst, Random random) {
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

  /** Whether a model opened, all of its tensors were read, and all of its values made sense. */
  static boolean opensOrIsRefused(Path model) {
    try (WeightFiles files = WeightFiles.open(model)) {
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
