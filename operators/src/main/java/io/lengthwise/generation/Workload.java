package io.lengthwise.generation;

import io.lengthwise.generation.accelerator.Accelerator;
import io.lengthwise.generation.accelerator.Calibrations;
import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.accelerator.ModelAccelerator;
import io.lengthwise.generation.device.Row;
import io.lengthwise.generation.device.RowDevice;
import io.lengthwise.generation.probe.HiddenStateQueue;
import io.lengthwise.generation.probe.HiddenStateTask;
import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.generation.schedule.RefillSchedule;
import io.lengthwise.generation.schedule.Schedule;
import io.lengthwise.generation.schedule.Tuning;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.ModelSpec;
import java.util.List;

/**
 * The work of an engine: rows that answer, rows that probe, and prompts whose hidden states are
 * read. For the engine's thread.
 */
final class Workload {

  private final RowDevice device;
  private final Schedule answers;

  /**
   * The schedule of rows that probe. Under refill it is the schedule of the answers. Under static
   * it is a schedule of its own, because a batch would delay it.
   */
  private final Schedule questions;

  private final HiddenStateQueue hiddenStates;

  private Workload(
      RowDevice device, Schedule answers, Schedule questions, HiddenStateQueue hiddenStates) {
    this.device = device;
    this.answers = answers;
    this.questions = questions;
    this.hiddenStates = hiddenStates;
  }

  /** Allocates the key-value cache of a model, and decides how many rows decode together. */
  static Workload of(
      CausalLanguageModel model,
      ModelSpec spec,
      EngineOptions options,
      Calibrations calibrations,
      EngineStatistics statistics) {
    Accelerator accelerator = new ModelAccelerator(model.decoder(), options.batching().lookup());
    RowDevice device = Schedule.device(accelerator, options, statistics);
    Tuning tuning = Tuning.of(spec, options, accelerator, device.cells(), calibrations);
    statistics.decodesTogether(tuning.options().batching().width());
    Schedule answers = Schedule.of(device, tuning, statistics);
    Schedule questions =
        options.batching().discipline() == Discipline.REFILL
            ? answers
            : new RefillSchedule(device, tuning, statistics);
    return new Workload(
        device,
        answers,
        questions,
        new HiddenStateQueue(
            model.decoder()::meanHiddenStates, options.prefill().chunk(), statistics));
  }

  /** The tokens that the key-value cache holds. */
  int cells() {
    return device.cells();
  }

  /** Adds the rows of a micro-batch. */
  void answer(List<Row> microBatch) {
    answers.add(accepted(microBatch));
  }

  /** Adds a row that probes. */
  void ask(Row question) {
    questions.add(accepted(List.of(question)));
  }

  /** Adds a prompt whose hidden states are read. */
  void probe(HiddenStateTask prompt) {
    hiddenStates.add(prompt);
  }

  private List<Row> accepted(List<Row> rows) {
    return rows.stream().filter(device::accepts).toList();
  }

  void dropCancelled() {
    hiddenStates.dropCancelled();
    questions.dropCancelled();
    answers.dropCancelled();
  }

  boolean isIdle() {
    return answers.isIdle() && questions.isIdle() && hiddenStates.isIdle();
  }

  /**
   * Does one cycle of work. Probes go first, because a request is probed before it waits for a
   * slot.
   */
  void advance() {
    hiddenStates.advance();
    if (questions != answers && !questions.isIdle()) {
      questions.advance();
    }
    if (!answers.isIdle()) {
      answers.advance();
    }
  }
}
