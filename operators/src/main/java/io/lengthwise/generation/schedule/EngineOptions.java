package io.lengthwise.generation.schedule;

import io.lengthwise.batching.SequenceOptions;
import java.io.Serializable;
import java.time.Duration;

/**
 * The options of an engine.
 *
 * @param batching how rows share the device
 * @param memory the key-value cache and a row's share of it
 * @param prefill how prompts are computed
 * @param limits the bounds of the engine
 */
public record EngineOptions(Batching batching, Memory memory, Prefill prefill, Limits limits)
    implements Serializable {

  /** The width that the engine chooses by the measured cost of its steps ({@link Tuning}). */
  public static final int AUTO_WIDTH = 0;

  /** A wait without limit. */
  public static final long NO_LIMIT = Long.MAX_VALUE;

  /** Longer than any step that ends. */
  public static final Duration STEP_TIMEOUT = Duration.ofMinutes(5);

  /** Longer than any load that ends, also of a large model from a slow disk. */
  public static final Duration LOAD_TIMEOUT = Duration.ofMinutes(15);

  /**
   * How rows share the device.
   *
   * @param discipline when rows join and leave the running batch
   * @param sequence how {@link Discipline#STATIC} divides micro-batches into batches; null if each
   *     micro-batch is one batch
   * @param order which waiting row is admitted next; {@link Discipline#REFILL} only
   * @param width the most rows that decode together, or {@link #AUTO_WIDTH}
   * @param segmentSteps the most decode steps of a segment
   * @param maxWaitMillis a row that has waited longer goes before the rows of its priority that
   *     have not, {@link #NO_LIMIT} for never; {@link Discipline#REFILL} only
   * @param lookup the most tokens that prompt lookup drafts for a row in a step, 0 for none; {@link
   *     Discipline#REFILL} only
   */
  public record Batching(
      Discipline discipline,
      SequenceOptions sequence,
      AdmissionOrder order,
      int width,
      int segmentSteps,
      long maxWaitMillis,
      int lookup)
      implements Serializable {

    /** Batching without a limit of the wait and without prompt lookup. */
    public Batching(
        Discipline discipline,
        SequenceOptions sequence,
        AdmissionOrder order,
        int width,
        int segmentSteps) {
      this(discipline, sequence, order, width, segmentSteps, NO_LIMIT, 0);
    }
  }

  /**
   * The key-value cache.
   *
   * @param bytes the size of the cache on the device, allocated once
   * @param reserveQuantile a row gets cells for its prompt and this quantile of its predicted
   *     length
   */
  public record Memory(long bytes, double reserveQuantile) implements Serializable {}

  /**
   * How prompts are computed.
   *
   * @param chunk the most prompt tokens that are prefilled before running rows decode again
   * @param reuse whether prefixes that prompts share are computed once
   */
  public record Prefill(int chunk, boolean reuse) implements Serializable {}

  /**
   * The bounds of the engine.
   *
   * @param threads CPU threads of the device, 0 for one a core
   * @param backlog the most requests of a subtask that the engine holds, waiting and running
   * @param stepTimeout the time after which a cycle of the schedule counts as stuck
   * @param loadTimeout the time after which loading the model counts as stuck
   */
  public record Limits(int threads, int backlog, Duration stepTimeout, Duration loadTimeout)
      implements Serializable {

    /** Limits with {@link #STEP_TIMEOUT} and {@link #LOAD_TIMEOUT}. */
    public Limits(int threads, int backlog) {
      this(threads, backlog, STEP_TIMEOUT, LOAD_TIMEOUT);
    }
  }

  /** These options with another schedule. */
  public EngineOptions withSchedule(
      Discipline discipline, SequenceOptions sequence, AdmissionOrder order) {
    return withBatching(
        new Batching(
            discipline,
            sequence,
            order,
            batching.width,
            batching.segmentSteps,
            batching.maxWaitMillis,
            batching.lookup));
  }

  /** These options with another number of rows. */
  public EngineOptions withWidth(int width) {
    return withBatching(
        new Batching(
            batching.discipline,
            batching.sequence,
            batching.order,
            width,
            batching.segmentSteps,
            batching.maxWaitMillis,
            batching.lookup));
  }

  /** These options with prompt lookup. */
  public EngineOptions withLookup(int lookup) {
    return withBatching(
        new Batching(
            batching.discipline,
            batching.sequence,
            batching.order,
            batching.width,
            batching.segmentSteps,
            batching.maxWaitMillis,
            lookup));
  }

  private EngineOptions withBatching(Batching other) {
    return new EngineOptions(other, memory, prefill, limits);
  }

  /** These options with other limits. */
  public EngineOptions withLimits(Limits other) {
    return new EngineOptions(batching, memory, prefill, other);
  }
}
