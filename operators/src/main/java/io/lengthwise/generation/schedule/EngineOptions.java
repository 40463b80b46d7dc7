package io.lengthwise.generation.schedule;

import io.lengthwise.batching.SequenceOptions;
import java.io.Serializable;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How an engine batches.
 *
 * @param discipline how rows share the device
 * @param sequence how {@link Discipline#STATIC} splits micro-batches into batches, null where each
 *     is a batch
 * @param order which waiting row is admitted next; {@link Discipline#STATIC} keeps arrival order
 * @param memoryBytes what the key-value cache takes on the device, allocated once
 * @param width the most rows that decode together, {@link #AUTO_WIDTH} for what suits the device
 * @param segmentSteps the most decode steps between two looks at the queue
 * @param prefillChunk the most prompt tokens prefilled before running rows decode again
 * @param prefillReuse whether what prompts have in common is computed once
 * @param reserveQuantile a row gets room for its prompt and this quantile of its predicted length
 * @param threads CPU threads of the device, 0 for one a core
 * @param backlog the most requests a subtask holds, waiting and running
 * @param maxWaitMillis after which a waiting row goes before those of its priority that have not
 *     waited so long, {@link #NO_LIMIT} for never; {@link Discipline#REFILL} only
 * @param lookup the most tokens that prompt lookup drafts for a row in a step, 0 for none; {@link
 *     Discipline#REFILL} only
 * @param stepTimeout after which a step of the engine, a chunk of prefill and a segment of decode
 *     steps, counts as stuck
 */
public record EngineOptions(
    Discipline discipline,
    SequenceOptions sequence,
    AdmissionOrder order,
    long memoryBytes,
    int width,
    int segmentSteps,
    int prefillChunk,
    boolean prefillReuse,
    double reserveQuantile,
    int threads,
    int backlog,
    long maxWaitMillis,
    int lookup,
    Duration stepTimeout)
    implements Serializable {

  /** The width that is settled by what steps cost on the device ({@link Tuning}). */
  public static final int AUTO_WIDTH = 0;

  /** Of a wait without limit. */
  public static final long NO_LIMIT = Long.MAX_VALUE;

  /** Longer than any step that ends. */
  public static final Duration STEP_TIMEOUT = Duration.ofMinutes(5);

  /** Without prompt lookup, and with {@link #STEP_TIMEOUT}. */
  public EngineOptions(
      Discipline discipline,
      SequenceOptions sequence,
      AdmissionOrder order,
      long memoryBytes,
      int width,
      int segmentSteps,
      int prefillChunk,
      boolean prefillReuse,
      double reserveQuantile,
      int threads,
      int backlog,
      long maxWaitMillis) {
    this(
        discipline,
        sequence,
        order,
        memoryBytes,
        width,
        segmentSteps,
        prefillChunk,
        prefillReuse,
        reserveQuantile,
        threads,
        backlog,
        maxWaitMillis,
        0,
        STEP_TIMEOUT);
  }

  /** These with another schedule. */
  public EngineOptions withSchedule(
      Discipline otherDiscipline, SequenceOptions otherSequence, AdmissionOrder otherOrder) {
    return with(
        copy -> {
          copy.discipline = otherDiscipline;
          copy.sequence = otherSequence;
          copy.order = otherOrder;
        });
  }

  /** These with another number of rows. */
  public EngineOptions withWidth(int rows) {
    return with(copy -> copy.width = rows);
  }

  /** These with prompt lookup. */
  public EngineOptions withLookup(int tokens) {
    return with(copy -> copy.lookup = tokens);
  }

  /** These with another time after which a step counts as stuck. */
  public EngineOptions withStepTimeout(Duration timeout) {
    return with(copy -> copy.stepTimeout = timeout);
  }

  private EngineOptions with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new EngineOptions(
        copy.discipline,
        copy.sequence,
        copy.order,
        copy.memoryBytes,
        copy.width,
        copy.segmentSteps,
        copy.prefillChunk,
        copy.prefillReuse,
        copy.reserveQuantile,
        copy.threads,
        copy.backlog,
        copy.maxWaitMillis,
        copy.lookup,
        copy.stepTimeout);
  }

  /** The options while they are changed. */
  private static final class Copy {

    private Discipline discipline;
    private SequenceOptions sequence;
    private AdmissionOrder order;
    private long memoryBytes;
    private int width;
    private int segmentSteps;
    private int prefillChunk;
    private boolean prefillReuse;
    private double reserveQuantile;
    private int threads;
    private int backlog;
    private long maxWaitMillis;
    private int lookup;
    private Duration stepTimeout;

    private Copy(EngineOptions options) {
      discipline = options.discipline;
      sequence = options.sequence;
      order = options.order;
      memoryBytes = options.memoryBytes;
      width = options.width;
      segmentSteps = options.segmentSteps;
      prefillChunk = options.prefillChunk;
      prefillReuse = options.prefillReuse;
      reserveQuantile = options.reserveQuantile;
      threads = options.threads;
      backlog = options.backlog;
      maxWaitMillis = options.maxWaitMillis;
      lookup = options.lookup;
      stepTimeout = options.stepTimeout;
    }
  }
}
