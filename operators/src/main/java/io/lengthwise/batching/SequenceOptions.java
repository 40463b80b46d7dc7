package io.lengthwise.batching;

import java.io.Serializable;

/**
 * The options of the paper's sequence scheduling.
 *
 * @param binning whether predictions are rounded up to multiples of {@link #BIN_WIDTH}
 * @param variableBatchSize whether batches of short answers are wider
 * @param recomputation whether batches have a cap, and what happens to capped rows
 * @param quantile the quantile of the predicted length that is the prediction, less than 1; 0 for
 *     the mean
 * @param groupSize the number of requests, in order of arrival, that are scheduled together
 * @param batchSize the rows of a batch if the size does not vary, and of a batch of capped rows
 * @param sizes the rows of a batch by the bound of its answers, if the size varies
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

  /** The width of a bin, in tokens. */
  public static final int BIN_WIDTH = 50;

  /** The paper's full method, except that capped rows continue with their tokens. */
  public static final SequenceOptions DEFAULT =
      new SequenceOptions(true, true, Recomputation.CONTINUE, 0, 256, 16, LengthBuckets.DEFAULT);

  public SequenceOptions {
    if (groupSize < 1 || batchSize < 1) {
      throw new IllegalArgumentException(
          "a group and a batch need a size of at least 1, not %d and %d"
              .formatted(groupSize, batchSize));
    }
  }

  /** Returns these options with other switches. */
  public SequenceOptions with(
      boolean binning, boolean variableBatchSize, Recomputation recomputation) {
    return new SequenceOptions(
        binning, variableBatchSize, recomputation, quantile, groupSize, batchSize, sizes);
  }

  /** Returns these options with another size of groups. */
  public SequenceOptions withGroupSize(int size) {
    return new SequenceOptions(
        binning, variableBatchSize, recomputation, quantile, size, batchSize, sizes);
  }
}
