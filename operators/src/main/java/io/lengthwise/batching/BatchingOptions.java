package io.lengthwise.batching;

import java.time.Duration;

/**
 * How micro-batches are formed.
 *
 * @param mode which requests a micro-batch has
 * @param buckets the length buckets, given or learned; groups have a {@linkplain
 *     LengthBuckets#single single} bucket; without windows the bucket is only reported in the
 *     response
 * @param maxWait the longest time that a request waits for its micro-batch to fill
 * @param parallelism the number of subtasks that form micro-batches, the same as of the generation
 * @param maxParallelism the number of key groups of the windows, which cannot change after a
 *     savepoint
 */
public record BatchingOptions(
    BatchingMode mode, BucketPlan buckets, Duration maxWait, int parallelism, int maxParallelism) {}
