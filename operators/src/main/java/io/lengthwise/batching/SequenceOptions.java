package io.lengthwise.batching;

import java.io.Serializable;

/**
 * The switches of the paper's sequence scheduling.
 *
 * @param binning whether predictions are rounded up to multiples of {@link #BIN_WIDTH}
 * @param variableBatchSize whether batches of short answers are wider
 * @param recomputation whether batches have a cap, and what becomes of the rows that reach it
 * @param quantile the quantile of the predicted length, below 1, that counts as the prediction; 0
 *     for its mean
 * @param groupSize the number of requests, in order of arrival, that are scheduled together
 * @param batchSize rows of a batch where the size does not vary, and of those that run again
 * @param sizes rows of a batch by the bound of its answers, where the size varies
 */
public record SequenceOptions(
    boolean binning,
    boolean variableBatchSize,
    Recomputation recomputation,
    double quantile,
    int groupSize,
    int batchSize,
    LengthBuckets sizes)
    implements Serializable {

  /** Tokens of a bin. */
  public static final int BIN_WIDTH = 50;

  /** The paper's full method, but that rows continue from their tokens. */
  public static final SequenceOptions DEFAULT =
      new SequenceOptions(true, true, Recomputation.CONTINUE, 0, 256, 16, LengthBuckets.DEFAULT);

  public SequenceOptions {
    if (groupSize < 1 || batchSize < 1) {
      throw new IllegalArgumentException(
          "a group and a batch need a size of at least 1, not %d and %d"
              .formatted(groupSize, batchSize));
    }
  }

  /** This with other switches. */
  public SequenceOptions with(
      boolean binning, boolean variableBatchSize, Recomputation recomputation) {
    return new SequenceOptions(
        binning, variableBatchSize, recomputation, quantile, groupSize, batchSize, sizes);
  }

  /** This with groups of another size. */
  public SequenceOptions withGroupSize(int size) {
    return new SequenceOptions(
        binning, variableBatchSize, recomputation, quantile, size, batchSize, sizes);
  }
}
