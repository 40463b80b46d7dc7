package io.lengthwise.batching;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * Learns length buckets from the predicted lengths of the latest 4,096 requests, again after every
 * 256 requests.
 *
 * <p>The bounds are equally spaced quantiles, so every bucket gets the same number of requests.
 * They are quantiles of predicted lengths, not of answers, because requests are assigned by
 * predicted length, and the predicted means vary less than the answers. For example, answers are
 * uniform from 1 to 1,000 tokens and the predictions uniform from 200 to 400. Then the five bounds
 * are 240, 280, 320, 360 and 400. The quantiles of the answers, 200, 400 and so on, would assign
 * every request to the second bucket.
 *
 * <p>Bounds are rounded up to multiples of 10, so that they change seldom. The metrics have a label
 * for each bound, so this also limits their number. The size of a bucket is 9,600 tokens divided by
 * its bound, but at least 16 and at most 256. For the five buckets of the paper, 9,600 is the
 * median of bound times size.
 *
 * <p>The learned bounds are not stored in checkpoints. For the first 256 requests the buckets are
 * the paper's.
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
