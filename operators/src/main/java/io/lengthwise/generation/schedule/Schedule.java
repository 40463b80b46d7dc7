package io.lengthwise.generation.schedule;

import io.lengthwise.generation.accelerator.Accelerator;
import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.device.Row;
import io.lengthwise.generation.device.RowDevice;
import java.util.List;

/** Decides what the device does next. For the engine's thread. */
public interface Schedule {

  /**
   * Allocates the rows' device, as the options say.
   *
   * @throws IllegalArgumentException where the memory holds not even one block of tokens
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

  /** Takes the rows of a micro-batch. */
  void add(List<Row> microBatch);

  /** Drops the rows that are cancelled, and frees their slots. */
  void dropCancelled();

  /** Whether there is nothing to do. */
  boolean isIdle();

  /**
   * Keeps the device busy for a moment: at most a chunk of prefill and a segment of decode steps.
   */
  void advance();
}
