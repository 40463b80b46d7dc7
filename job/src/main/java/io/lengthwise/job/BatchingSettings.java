package io.lengthwise.job;

import io.lengthwise.batching.BatchingMode;
import io.lengthwise.batching.BatchingOptions;
import io.lengthwise.batching.BucketPlan;
import java.time.Duration;

/**
 * How micro-batches are formed.
 *
 * @param mode by what requests are put together
 * @param buckets the length buckets, given or learned
 * @param maxWait the longest a request waits for its micro-batch to fill
 */
public record BatchingSettings(BatchingMode mode, BucketPlan buckets, Duration maxWait) {

  /** This in a job whose generation has a number of subtasks. */
  BatchingOptions options(int parallelism, int maxParallelism) {
    return new BatchingOptions(mode, buckets, maxWait, parallelism, maxParallelism);
  }
}
