package io.lengthwise.job.config;

import static io.lengthwise.job.config.LengthwiseOptions.BATCHING_BUCKETS;
import static io.lengthwise.job.config.LengthwiseOptions.BATCHING_GROUP_BATCH_SIZE;
import static io.lengthwise.job.config.LengthwiseOptions.BATCHING_GROUP_BINNING;
import static io.lengthwise.job.config.LengthwiseOptions.BATCHING_GROUP_MAX_WAIT;
import static io.lengthwise.job.config.LengthwiseOptions.BATCHING_GROUP_QUANTILE;
import static io.lengthwise.job.config.LengthwiseOptions.BATCHING_GROUP_RECOMPUTATION;
import static io.lengthwise.job.config.LengthwiseOptions.BATCHING_GROUP_SIZE;
import static io.lengthwise.job.config.LengthwiseOptions.BATCHING_GROUP_VARIABLE_BATCH_SIZE;
import static io.lengthwise.job.config.LengthwiseOptions.BATCHING_MAX_WAIT;
import static io.lengthwise.job.config.LengthwiseOptions.BATCHING_MODE;

import io.lengthwise.batching.BatchingMode;
import io.lengthwise.batching.BatchingOptions;
import io.lengthwise.batching.BucketPlan;
import io.lengthwise.batching.LengthBuckets;
import io.lengthwise.batching.SequenceOptions;
import io.lengthwise.generation.schedule.Discipline;
import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;

/**
 * How micro-batches are formed.
 *
 * @param mode by what requests are put together
 * @param buckets the length buckets, given or learned
 * @param maxWait the longest a request waits for its micro-batch, or its group, to fill
 * @param sequence how the engine splits groups, null in other modes
 */
public record BatchingSettings(
    BatchingMode mode, BucketPlan buckets, Duration maxWait, SequenceOptions sequence) {

  /** Under refill, the engine takes a micro-batch apart: to wait for a fuller one gains nothing. */
  private static final Duration WAIT = Duration.ofMillis(5);

  /** A micro-batch is a batch, whose rows share each step. */
  private static final Duration WAIT_OF_STATIC = Duration.ofMillis(50);

  static BatchingSettings read(SettingsReader reader, Discipline discipline) {
    BatchingMode mode = reader.oneOf(BATCHING_MODE);
    BucketPlan buckets = reader.parse(BATCHING_BUCKETS, BucketPlan::parse);
    Duration maxWait = maxWait(reader, discipline);
    Duration groupWait = wait(reader, BATCHING_GROUP_MAX_WAIT);
    if (mode == BatchingMode.GROUP) {
      SequenceOptions sequence = sequence(reader, given(reader, buckets));
      return new BatchingSettings(mode, buckets, groupWait, sequence);
    }
    sequence(reader, LengthBuckets.DEFAULT); // Reports errors in every mode.
    return new BatchingSettings(mode, buckets, maxWait, null);
  }

  private static Duration maxWait(SettingsReader reader, Discipline discipline) {
    if (reader.isSet(BATCHING_MAX_WAIT)) {
      return wait(reader, BATCHING_MAX_WAIT);
    }
    return discipline == Discipline.STATIC ? WAIT_OF_STATIC : WAIT;
  }

  private static Duration wait(SettingsReader reader, ConfigOption<Duration> option) {
    return reader.get(option, v -> !v.isNegative(), "must not be negative");
  }

  private static LengthBuckets given(SettingsReader reader, BucketPlan buckets) {
    if (buckets instanceof LengthBuckets given) {
      return given;
    }
    if (buckets != null) {
      reader.problem(
          BATCHING_BUCKETS,
          "batching.mode is group, whose batches have sizes that are given: write bound:size");
    }
    return LengthBuckets.DEFAULT;
  }

  private static SequenceOptions sequence(SettingsReader reader, LengthBuckets sizes) {
    return new SequenceOptions(
        reader.get(BATCHING_GROUP_BINNING),
        reader.get(BATCHING_GROUP_VARIABLE_BATCH_SIZE),
        reader.oneOf(BATCHING_GROUP_RECOMPUTATION),
        reader.get(
            BATCHING_GROUP_QUANTILE, v -> v >= 0 && v < 1, "must be at least 0 and less than 1"),
        reader.atLeast(1, BATCHING_GROUP_SIZE),
        reader.atLeast(1, BATCHING_GROUP_BATCH_SIZE),
        sizes);
  }

  /** Returns the options for a number of subtasks of the generation. */
  public BatchingOptions options(int parallelism, int maxParallelism) {
    BucketPlan windows = sequence == null ? buckets : LengthBuckets.single(sequence.groupSize());
    return new BatchingOptions(mode, windows, maxWait, parallelism, maxParallelism);
  }
}
