package io.lengthwise.batching;

import java.time.Duration;

/**
 * How micro-batches are formed.
 *
 * @param mode by length, in order of arrival, or each request by itself
 * @param buckets the length buckets, given or learned, {@linkplain LengthBuckets#single one} for
 *     groups; without windows they only say what a response reports
 * @param maxWait the longest that a request waits for its micro-batch to fill
 * @param parallelism subtasks that form micro-batches, those of the generation
 * @param maxParallelism key groups of the windows; a savepoint fixes it
 */
public record BatchingOptions(
    BatchingMode mode, BucketPlan buckets, Duration maxWait, int parallelism, int maxParallelism) {}
