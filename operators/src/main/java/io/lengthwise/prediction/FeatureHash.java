package io.lengthwise.prediction;

/**
 * The hash of features: FNV-1a, spread by the finaliser of MurmurHash3.
 *
 * <p>Savepoints and the lengths topic contain its values. A change of the hash would make all
 * learned weights useless.
 */
final class FeatureHash {

  private static final int OFFSET = 0x811c9dc5;
  private static final int PRIME = 0x01000193;

  private FeatureHash() {}

  /** The hash that features of a kind start from. */
  static int start(char kind) {
    return (OFFSET ^ kind) * PRIME;
  }

  /** The hash continued with the four bytes of a number, low byte first. */
  static int mix(int hash, int value) {
    int result = (hash ^ value & 0xff) * PRIME;
    result = (result ^ value >>> 8 & 0xff) * PRIME;
    result = (result ^ value >>> 16 & 0xff) * PRIME;
    return (result ^ value >>> 24) * PRIME;
  }

  /** The final hash, whose low bits may be used alone. */
  static int finish(int hash) {
    int h = hash;
    h = (h ^ h >>> 16) * 0x85ebca6b;
    h = (h ^ h >>> 13) * 0xc2b2ae35;
    return h ^ h >>> 16;
  }
}
