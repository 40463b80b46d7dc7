package io.lengthwise.job;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * How micro-batches are formed.
 *
 * @param mode by what requests are put together
 * @param buckets upper bounds of the length buckets in tokens, rising
 * @param size requests at which a micro-batch is full
 * @param maxWait the longest a request waits for its micro-batch to fill
 * @param shards keys each bucket is spread over, 0 for one for each subtask of the generation
 */
public record BatchingSettings(
    BatchingMode mode, List<Integer> buckets, int size, Duration maxWait, int shards)
    implements Serializable {}
