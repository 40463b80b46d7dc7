package io.lengthwise.generation.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.batching.LengthBuckets;
import io.lengthwise.batching.Recomputation;
import io.lengthwise.batching.SequenceOptions;
import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.accelerator.TestingAccelerator;
import io.lengthwise.generation.device.PendingRequest;
import io.lengthwise.generation.device.Row;
import io.lengthwise.generation.device.RowDevice;
import io.lengthwise.generation.schedule.EngineOptions.Batching;
import io.lengthwise.generation.schedule.EngineOptions.Limits;
import io.lengthwise.generation.schedule.EngineOptions.Memory;
import io.lengthwise.generation.schedule.EngineOptions.Prefill;
import io.lengthwise.prediction.LengthDistribution;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.prediction.PromptFeatures;
import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.Origin;
import io.lengthwise.request.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A static schedule on a device without a model, and requests for it. The id of a request is its
 * predicted length.
 */
abstract class StaticScheduleFixture {

  static final int MAX_TOKENS = 512;
  static final int PROMPT = 3;

  /** Batches of 2 rows, and of 4 rows for answers of at most 50 tokens. */
  static final SequenceOptions PAPER =
      new SequenceOptions(
          true, true, Recomputation.CONTINUE, 0, 8, 2, LengthBuckets.parse("50:4,512:2"));

  final TestingAccelerator accelerator = new TestingAccelerator();
  final EngineStatistics statistics = new EngineStatistics();
  final List<GenerationResult> results = new ArrayList<>();
  RowDevice device;
  StaticSchedule schedule;

  void start(SequenceOptions sequence, int width, int cells) {
    start(sequence, width, cells, 1000);
  }

  void start(SequenceOptions sequence, int width, int cells, int segmentSteps) {
    EngineOptions options =
        new EngineOptions(
            new Batching(Discipline.STATIC, sequence, AdmissionOrder.FIFO, width, segmentSteps),
            new Memory(cells, 0.9),
            new Prefill(1000, false),
            new Limits(1, 1000));
    device = Schedule.device(accelerator, options, statistics);
    schedule = new StaticSchedule(device, options, statistics);
  }

  void run() {
    for (int cycles = 0; !schedule.isIdle(); cycles++) {
      assertThat(cycles).as("cycles").isLessThan(1000);
      schedule.advance();
    }
    assertThat(device.freeCells()).isEqualTo(device.cells());
    assertThat(statistics.rowsWaiting()).isZero();
    assertThat(statistics.rowsRunning()).isZero();
  }

  static List<Row> rows(Row... rows) {
    return List.of(rows);
  }

  Row row(int predicted, int length) {
    return of(pending(request("" + predicted, length, predicted, MAX_TOKENS, 0)));
  }

  Row restored(String predicted, int length, int tokens) {
    PredictedRequest request =
        request(predicted, length, Integer.parseInt(predicted), MAX_TOKENS, 0);
    int[] generated = IntStream.rangeClosed(1, tokens).toArray();
    return of(new PendingRequest(request, 0, 1, generated));
  }

  Row of(PendingRequest request) {
    return new Row(
        request, TestingAccelerator.VOCABULARY, row -> results.add(row.outcome().result()));
  }

  static PendingRequest pending(PredictedRequest request) {
    return new PendingRequest(request, 0, 1, new int[0]);
  }

  static PredictedRequest expiring(String id, int length) {
    return request(id, length, Integer.parseInt(id), MAX_TOKENS, 0, 30);
  }

  static PredictedRequest request(
      String id, int length, int predicted, int maxTokens, int priority) {
    return request(id, length, predicted, maxTokens, priority, GenerationRequest.NO_DEADLINE);
  }

  static PredictedRequest request(
      String id, int length, int predicted, int maxTokens, int priority, long deadline) {
    GenerationRequest request =
        new GenerationRequest(
            id,
            new Origin("requests", 0, 0, null, List.of(), 0),
            Endpoint.COMPLETIONS,
            "none",
            List.of(),
            null,
            Sampling.GREEDY,
            maxTokens,
            priority,
            deadline);
    int[] prompt = new int[PROMPT];
    prompt[0] = length;
    return new PredictedRequest(
        new EncodedRequest(request, prompt),
        LengthDistribution.point(predicted),
        new PromptFeatures(new int[0]),
        0);
  }

  List<String> ids() {
    return results.stream().map(GenerationResult::id).toList();
  }
}
