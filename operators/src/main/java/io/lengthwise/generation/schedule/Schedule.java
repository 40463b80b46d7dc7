package io.lengthwise.generation.schedule;

import io.lengthwise.generation.accelerator.Accelerator;
import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.device.Row;
import io.lengthwise.generation.device.RowDevice;
import java.util.List;

/** Decides what the device does next. For the engine's thread. */
public interface Schedule {

  /**
   * Allocates the device of the rows, as the options say.
   *
   * @throws IllegalArgumentException if the memory does not hold even one block of tokens
   */
  static RowDevice device(
      Accelerator accelerator, EngineOptions options, EngineStatistics statistics) {
    return new RowDevice(
        accelerator,
        options.memory().bytes(),
        options.prefill().chunk(),
        options.prefill().reuse(),
        statistics);
  }

  /** The schedule of a discipline. */
  static Schedule of(RowDevice device, Tuning tuning, EngineStatistics statistics) {
    return switch (tuning.options().batching().discipline()) {
      case REFILL -> new RefillSchedule(device, tuning, statistics);
      case STATIC -> new StaticSchedule(device, tuning.options(), statistics);
    };
  }

  /** Adds the rows of a micro-batch. */
  void add(List<Row> microBatch);

  /** Drops cancelled rows, and frees their slots. */
  void dropCancelled();

  /** Whether there is nothing to do. */
  boolean isIdle();

  /** Does one cycle of work: at most a chunk of prefill and a segment of decode steps. */
  void advance();
}
