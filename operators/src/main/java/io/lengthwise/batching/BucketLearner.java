package io.lengthwise.batching;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * Learns length buckets from the predicted lengths of the latest 4,096 requests, anew every 256.
 *
 * <p>The bounds are quantiles at equal distances, so that every bucket gets equally many requests.
 * They are taken of the predictions and not of the answers, since predictions are what is put into
 * buckets, and their means shrink towards the middle: with answers of 1 to 1,000 tokens, evenly,
 * and predictions of 200 to 400 the five bounds are 240, 280, 320, 360 and 400, where those of the
 * answers, 200, 400 and so on, would put every request into the second bucket.
 *
 * <p>Bounds are rounded up to tens, which keeps them from moving with every 256 requests and the
 * metrics that are named after them few. A bucket's size follows from its bound: bound times size
 * is 9,600 tokens, the median of the five buckets of the paper, and the size lies between 16 and
 * 256 as there.
 *
 * <p>What is learned is no state. Until the first 256 requests the buckets are the paper's.
 */
final class BucketLearner implements CurrentBuckets {

  static final LengthBuckets UNTIL_LEARNED = LengthBuckets.DEFAULT;

  private static final int WINDOW = 4096;
  private static final int INTERVAL = 256;
  private static final int GRAIN = 10;

  private static final int TOKENS = 9600;
  private static final int SMALLEST = 16;
  private static final int LARGEST = 256;

  private final int count;
  private final double[] lengths = new double[WINDOW];
  private LengthBuckets buckets = UNTIL_LEARNED;
  private long seen;

  BucketLearner(int count) {
    this.count = count;
  }

  @Override
  public LengthBuckets forNext(double length) {
    lengths[(int) (seen % WINDOW)] = length;
    seen++;
    if (seen % INTERVAL == 0) {
      buckets = learned();
    }
    return buckets;
  }

  private LengthBuckets learned() {
    double[] ascending = Arrays.copyOf(lengths, (int) Math.min(seen, WINDOW));
    Arrays.sort(ascending);
    TreeSet<Integer> bounds = new TreeSet<>();
    for (int bucket = 1; bucket <= count; bucket++) {
      int rank = (bucket * ascending.length + count - 1) / count;
      bounds.add(roundUp(ascending[rank - 1]));
    }
    List<LengthBucket> learned =
        bounds.stream().map(bound -> new LengthBucket(bound, size(bound))).toList();
    return new LengthBuckets(learned);
  }

  private static int roundUp(double length) {
    return GRAIN * (int) Math.ceil(Math.max(1, length) / GRAIN);
  }

  private static int size(int bound) {
    return Math.max(SMALLEST, Math.min(LARGEST, TOKENS / bound));
  }
}
