package io.lengthwise.generation;

import io.lengthwise.batching.MicroBatch;
import io.lengthwise.generation.schedule.AdmissionOrder;
import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.generation.schedule.EngineOptions.Batching;
import io.lengthwise.generation.schedule.EngineOptions.Limits;
import io.lengthwise.generation.schedule.EngineOptions.Memory;
import io.lengthwise.generation.schedule.EngineOptions.Prefill;
import io.lengthwise.model.ModelSpec;
import io.lengthwise.model.decoder.Reference;
import io.lengthwise.model.decoder.WeightType;
import io.lengthwise.prediction.CompletedLength;
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
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.state.storage.JobManagerCheckpointStorage;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/** The generation operator on the tiny random model, in Flink's harness. */
@SuppressWarnings("try") // A harness may be interrupted while it closes.
public final class TestingGeneration implements AutoCloseable {

  public static final ModelSpec MODEL =
      new ModelSpec("tiny", Reference.folder("smollm").toString(), "cpu", WeightType.FLOAT32);

  /** Bytes of one token in the cache of the tiny model: 2 layers, 2 heads of size 8, float32. */
  public static final int BYTES_PER_TOKEN = 2 * 2 * 2 * 8 * 4;

  /** The features of all predictions. */
  static final int[] FEATURES = {3, 70};

  static final EngineOptions OPTIONS =
      new EngineOptions(
          new Batching(Discipline.REFILL, null, AdmissionOrder.SHORTEST_FIRST, 16, 16),
          new Memory(16384 * BYTES_PER_TOKEN, 0.9),
          new Prefill(256, true),
          new Limits(1, 1000));

  private static final int LARGEST_STATE = 256 << 20;

  private final OneInputStreamOperatorTestHarness<MicroBatch, GenerationResult> harness;

  TestingGeneration(EngineOptions options) throws Exception {
    this(options, null, 1, 0);
  }

  TestingGeneration(
      EngineOptions options, OperatorSubtaskState restored, int parallelism, int subtask)
      throws Exception {
    harness =
        new OneInputStreamOperatorTestHarness<>(
            new GenerationOperatorFactory(MODEL, options), 128, parallelism, subtask);
    harness.setCheckpointStorage(new JobManagerCheckpointStorage(LARGEST_STATE));
    harness.setup();
    if (restored != null) {
      harness.initializeState(restored);
    }
    harness.open();
  }

  public static EngineOptions options(
      Discipline discipline, AdmissionOrder order, int cells, int rows) {
    return new EngineOptions(
        new Batching(discipline, null, order, rows, 8),
        new Memory((long) cells * BYTES_PER_TOKEN, 0.9),
        new Prefill(64, true),
        new Limits(1, 1000));
  }

  public static PredictedRequest request(
      String id, int[] prompt, int maxTokens, Sampling sampling) {
    return request(id, prompt, maxTokens, sampling, maxTokens, GenerationRequest.NO_DEADLINE);
  }

  public static PredictedRequest request(
      String id, int[] prompt, int maxTokens, Sampling sampling, int predicted, long deadline) {
    GenerationRequest request =
        new GenerationRequest(
            id,
            new Origin("requests", 0, 0, null, List.of(), 0),
            Endpoint.COMPLETIONS,
            MODEL.name(),
            List.of(),
            null,
            sampling,
            maxTokens,
            0,
            deadline);
    return new PredictedRequest(
        new EncodedRequest(request, prompt),
        LengthDistribution.point(predicted),
        new PromptFeatures(FEATURES),
        0);
  }

  void submit(PredictedRequest... requests) throws Exception {
    harness.processElement(new MicroBatch(512, Arrays.asList(requests), 0), 0);
  }

  void submit(List<PredictedRequest> requests) throws Exception {
    submit(requests.toArray(PredictedRequest[]::new));
  }

  OperatorSubtaskState snapshot() throws Exception {
    return harness.snapshot(1, 1);
  }

  /** Returns the savepoint of {@code flink stop}. */
  OperatorSubtaskState snapshotOfStop() throws Exception {
    return harness
        .snapshotWithLocalState(1, 1, SavepointType.suspend(SavepointFormatType.CANONICAL))
        .getJobManagerOwnedState();
  }

  /** Waits until something is emitted. */
  void awaitAnswer() throws Exception {
    while (harness.extractOutputValues().isEmpty()) {
      handleAnswer();
    }
  }

  /** Waits until the engine has done one more request. */
  void handleAnswer() throws Exception {
    harness.getTaskMailbox().take(TaskMailbox.MIN_PRIORITY).run();
  }

  /** Returns the output so far, in the order of emission. */
  List<GenerationResult> emitted() {
    return new ArrayList<>(harness.extractOutputValues());
  }

  /** Returns the side output of lengths so far, in the order of emission. */
  List<CompletedLength> lengths() {
    Queue<StreamRecord<CompletedLength>> lengths =
        harness.getSideOutput(GenerationOperatorFactory.LENGTHS);
    return lengths == null ? List.of() : lengths.stream().map(StreamRecord::getValue).toList();
  }

  /** Ends the input, and returns all results in the order of their ids. */
  List<GenerationResult> finish() throws Exception {
    harness.endInput();
    List<GenerationResult> results = emitted();
    results.sort(Comparator.comparing(GenerationResult::id));
    return results;
  }

  @Override
  public void close() {
    try {
      harness.close();
    } catch (Exception e) {
      throw new IllegalStateException("The test harness cannot be closed", e);
    }
  }
}
