package io.lengthwise.generation;

import io.lengthwise.generation.schedule.AdmissionOrder;
import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.generation.schedule.EngineOptions.Batching;
import io.lengthwise.generation.schedule.EngineOptions.Limits;
import io.lengthwise.generation.schedule.EngineOptions.Memory;
import io.lengthwise.generation.schedule.EngineOptions.Prefill;
import io.lengthwise.prediction.PredictorName;
import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Origin;
import io.lengthwise.request.Sampling;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/** The operator that probes prompts, on the tiny random model, in Flink's harness. */
@SuppressWarnings("try") // A harness may be interrupted while it closes.
final class TestingProbes implements AutoCloseable {

  static final int MAX_TOKENS = 24;

  private final OneInputStreamOperatorTestHarness<EncodedRequest, EncodedRequest> harness;

  TestingProbes(PredictorName predictor, EngineOptions options) throws Exception {
    this(predictor, options, null, 1, 0);
  }

  TestingProbes(
      PredictorName predictor,
      EngineOptions options,
      OperatorSubtaskState restored,
      int parallelism,
      int subtask)
      throws Exception {
    harness =
        new OneInputStreamOperatorTestHarness<>(
            new PromptProbeOperatorFactory(TestingGeneration.MODEL, options, predictor),
            128,
            parallelism,
            subtask);
    harness.setup();
    if (restored != null) {
      harness.initializeState(restored);
    }
    harness.open();
  }

  static EngineOptions options(int prefillChunk, int backlog) {
    return new EngineOptions(
        new Batching(Discipline.REFILL, null, AdmissionOrder.FIFO, 4, 8),
        new Memory(4096 * TestingGeneration.BYTES_PER_TOKEN, 0.9),
        new Prefill(prefillChunk, true),
        new Limits(1, backlog));
  }

  static EncodedRequest request(String id, int[] tokens, String prompt, long deadline) {
    return new EncodedRequest(
        new GenerationRequest(
            id,
            new Origin("requests", 0, 0, null, List.of(), 0),
            Endpoint.COMPLETIONS,
            TestingGeneration.MODEL.name(),
            List.of(),
            prompt,
            Sampling.GREEDY,
            MAX_TOKENS,
            0,
            deadline),
        tokens);
  }

  void submit(EncodedRequest request) throws Exception {
    harness.processElement(request, 0);
  }

  void submit(List<EncodedRequest> requests) throws Exception {
    for (EncodedRequest request : requests) {
      submit(request);
    }
  }

  void setProcessingTime(long millis) throws Exception {
    harness.setProcessingTime(millis);
  }

  OperatorSubtaskState snapshot() throws Exception {
    return harness.snapshot(1, 1);
  }

  /** Waits until something is emitted. */
  void awaitResult() throws Exception {
    while (emitted().isEmpty()) {
      harness.getTaskMailbox().take(TaskMailbox.MIN_PRIORITY).run();
    }
  }

  List<EncodedRequest> emitted() {
    return new ArrayList<>(harness.extractOutputValues());
  }

  /** Sends the final watermark, and returns the output until then. */
  List<Object> endTime() throws Exception {
    harness.processWatermark(Watermark.MAX_WATERMARK);
    return new ArrayList<>(harness.getOutput());
  }

  /** Ends the input, and returns all requests in the order of their ids. */
  List<EncodedRequest> finish() throws Exception {
    harness.endInput();
    List<EncodedRequest> requests = emitted();
    requests.sort(Comparator.comparing(request -> request.request().id()));
    return requests;
  }

  @Override
  public void close() throws Exception {
    harness.close();
  }
}
