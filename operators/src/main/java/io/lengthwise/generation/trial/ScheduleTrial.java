package io.lengthwise.generation.trial;

import io.lengthwise.batching.SequenceOptions;
import io.lengthwise.generation.accelerator.Accelerator;
import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.accelerator.ModelAccelerator;
import io.lengthwise.generation.accelerator.StepCost;
import io.lengthwise.generation.device.PendingRequest;
import io.lengthwise.generation.device.Row;
import io.lengthwise.generation.device.RowDevice;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.generation.schedule.Schedule;
import io.lengthwise.generation.schedule.Tuning;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.Vocabulary;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.GenerationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * Runs requests through a schedule of the job, and reports the result: on a model in real time, or
 * on recorded lengths under simulated time.
 *
 * <p>A trial replaces the source and the operator around the engine. A request is read when it has
 * arrived and the backlog has room. For one thread.
 */
public final class ScheduleTrial {

  private static final double NANOS = 1e6;

  private final Accelerator accelerator;
  private final Vocabulary vocabulary;
  private final DoubleConsumer waitUntil;
  private final Tuning tuning;
  private final TrialLoad load;
  private final TrialListener listener;
  private final EngineStatistics statistics = new EngineStatistics();
  private final long start;
  private final long startMillis;

  private final double[] arrival;
  private final double[] admitted;
  private final double[] finished;
  private final float[] predicted;
  private final int[] tokens;
  private int read;
  private int answered;

  /**
   * Runs on a model.
   *
   * @param model a model that this thread has opened; its key-value cache is allocated again
   * @param load a load whose requests all arrive at the start
   */
  public static TrialReport run(
      CausalLanguageModel model, EngineOptions options, TrialLoad load, TrialListener listener) {
    return new ScheduleTrial(
            new ModelAccelerator(model.decoder(), options.batching().lookup()),
            model,
            moment -> {
              throw new IllegalArgumentException("in real time all requests arrive at the start");
            },
            new Tuning(options, StepCost.GUESS),
            load,
            listener)
        .run();
  }

  /**
   * Runs on recorded lengths.
   *
   * @param options options without reuse: recorded prompts have no tokens that could be equal
   * @param load a load whose requests are made by {@link #recorded}
   */
  public static TrialReport replay(
      StepCost cost, EngineOptions options, TrialLoad load, TrialListener listener) {
    if (options.prefill().reuse()) {
      throw new IllegalArgumentException("recorded prompts have nothing in common to be reused");
    }
    RecordedAccelerator accelerator = new RecordedAccelerator(cost);
    return new ScheduleTrial(
            accelerator,
            accelerator,
            accelerator::waitUntil,
            new Tuning(options, cost),
            load,
            listener)
        .run();
  }

  /**
   * A request whose answer was recorded.
   *
   * @param promptTokens at least 1
   * @param answerTokens at least 1; an answer beyond the request's {@code maxTokens} is cut
   */
  public static EncodedRequest recorded(
      GenerationRequest request, int promptTokens, int answerTokens) {
    return new EncodedRequest(request, RecordedAccelerator.prompt(promptTokens, answerTokens));
  }

  private ScheduleTrial(
      Accelerator accelerator,
      Vocabulary vocabulary,
      DoubleConsumer waitUntil,
      Tuning tuning,
      TrialLoad load,
      TrialListener listener) {
    this.accelerator = accelerator;
    this.vocabulary = vocabulary;
    this.waitUntil = waitUntil;
    this.tuning = tuning;
    this.load = load;
    this.listener = listener;
    start = accelerator.nanos();
    startMillis = accelerator.millis();
    arrival = new double[load.size()];
    admitted = new double[load.size()];
    finished = new double[load.size()];
    predicted = new float[load.size()];
    tokens = new int[load.size()];
  }

  private TrialReport run() {
    RowDevice device = Schedule.device(accelerator, tuning.options(), statistics);
    Schedule schedule = Schedule.of(device, tuning, statistics);
    while (answered < load.size()) {
      take(schedule);
      if (schedule.isIdle()) {
        waitUntil.accept(load.arrival(endOfNext() - 1));
      } else {
        advance(schedule);
      }
    }
    return report();
  }

  /** Reads the requests that have arrived, in the micro-batches that the schedule takes. */
  private void take(Schedule schedule) {
    while (read < load.size()) {
      int end = endOfNext();
      if (read - answered >= tuning.options().limits().backlog()
          || load.arrival(end - 1) > millis()) {
        return;
      }
      List<Row> microBatch = new ArrayList<>();
      for (; read < end; read++) {
        microBatch.add(row(read));
      }
      schedule.add(microBatch);
    }
  }

  /** The number after the last request of the next micro-batch. */
  private int endOfNext() {
    SequenceOptions sequence = tuning.options().batching().sequence();
    int size = sequence == null ? 1 : sequence.groupSize();
    return Math.min(load.size(), read + size);
  }

  private Row row(int number) {
    PredictedRequest request = load.predicted(number);
    arrival[number] = load.arrival(number);
    predicted[number] = (float) request.length().mean(request.encoded().request().maxTokens());
    PendingRequest pending = new PendingRequest(request, 0, accelerator.millis(), new int[0]);
    return new Row(pending, vocabulary, row -> finish(number, request, row));
  }

  private void finish(int number, PredictedRequest request, Row row) {
    answered++;
    admitted[number] = row.stay().firstBegin(accelerator.millis()) - startMillis;
    finished[number] = millis();
    tokens[number] = row.generated();
    load.answered(request, row.generated(), row.isCut());
  }

  private void advance(Schedule schedule) {
    long tokensBefore = undraftedTokens();
    long stepsBefore = statistics.decodeSteps();
    schedule.advance();
    long steps = statistics.decodeSteps() - stepsBefore;
    if (steps > 0) {
      listener.cycleEnded(millis(), answered, (double) (undraftedTokens() - tokensBefore) / steps);
    }
  }

  /** Decoded tokens without drafts. A row makes at most one of them in a step. */
  private long undraftedTokens() {
    return statistics.decodeTokens() - statistics.acceptedTokens();
  }

  private double millis() {
    return (accelerator.nanos() - start) / NANOS;
  }

  private TrialReport report() {
    return new TrialReport(
        arrival,
        admitted,
        finished,
        predicted,
        tokens,
        statistics.decodeSlots(),
        statistics.cappedSlots(),
        statistics.decodeTokens(),
        statistics.batches(),
        statistics.cappedRows(),
        statistics.preemptions(),
        statistics.prefillTokens(),
        statistics.prefillNanos() / NANOS,
        statistics.longestGapNanos() / NANOS,
        statistics.busyNanos() / NANOS,
        millis());
  }
}
