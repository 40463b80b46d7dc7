package io.lengthwise.generation;

import io.lengthwise.batching.MicroBatch;
import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.device.Outcome;
import io.lengthwise.generation.device.PendingRequest;
import io.lengthwise.generation.device.Row;
import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.ModelSpec;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.request.GenerationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Generates the answers of micro-batches, and emits each answer when it is done.
 *
 * <p>Requests without an answer are state, with the tokens generated so far, so that a restored row
 * continues from its tokens. The length of each answer goes to a side output.
 */
final class GenerationOperator
    extends EngineOperator<MicroBatch, GenerationResult, Row, PendingRequest> {

  private static final ListStateDescriptor<PendingRequest> PENDING =
      new ListStateDescriptor<>("pending-requests", PendingRequest.class);

  private final Discipline discipline;
  private final int backlog;

  private CausalLanguageModel model;
  private GenerationMetrics generationMetrics;

  GenerationOperator(
      StreamOperatorParameters<GenerationResult> parameters,
      ModelSpec model,
      EngineOptions options) {
    super(parameters, model, options, EngineUse.ANSWERS, PENDING);
    discipline = options.batching().discipline();
    backlog = options.limits().backlog();
  }

  @Override
  void begin(CausalLanguageModel loaded, EngineStatistics statistics) {
    model = loaded;
    generationMetrics = new GenerationMetrics(getMetricGroup(), statistics);
  }

  @Override
  List<List<PendingRequest>> partsOf(List<PendingRequest> restored) {
    restored.forEach(this::check);
    restored.stream()
        .filter(request -> request.generated().length > 0)
        .forEach(request -> generationMetrics.continued());
    return pieces(restored, discipline == Discipline.REFILL ? 1 : backlog);
  }

  /** Divides requests into pieces of at most {@code most} requests. */
  private static List<List<PendingRequest>> pieces(List<PendingRequest> requests, int most) {
    List<List<PendingRequest>> pieces = new ArrayList<>();
    for (int from = 0; from < requests.size(); from += most) {
      pieces.add(requests.subList(from, Math.min(from + most, requests.size())));
    }
    return pieces;
  }

  private void check(PendingRequest request) {
    IntStream tokens =
        IntStream.concat(
            IntStream.of(request.predicted().encoded().promptTokens()),
            IntStream.of(request.generated()));
    if (tokens.anyMatch(token -> token >= model.vocabularySize())) {
      throw new IllegalStateException(
          "The state holds tokens that %s does not have: restore it with the model it was taken with"
              .formatted(spec().name()));
    }
  }

  @Override
  public void processElement(StreamRecord<MicroBatch> element) throws Exception {
    MicroBatch batch = element.getValue();
    List<PendingRequest> requests = new ArrayList<>();
    for (PredictedRequest request : batch.requests()) {
      requests.add(new PendingRequest(request, batch.bucket(), batch.formedAt(), new int[0]));
    }
    // A static batch or group is submitted as a whole.
    submitAll(pieces(requests, discipline == Discipline.REFILL ? 1 : requests.size()));
  }

  @Override
  void submit(List<PendingRequest> requests) {
    List<Row> rows = requests.stream().map(request -> new Row(request, model, this::done)).toList();
    started(rows);
    session().submit(rows);
  }

  @Override
  void emit(Row row) {
    Outcome outcome = row.outcome();
    GenerationResult result = outcome.result();
    generationMetrics.finished(result);
    output.collect(new StreamRecord<>(result));
    outcome
        .completedLength()
        .ifPresent(
            length ->
                output.collect(GenerationOperatorFactory.LENGTHS, new StreamRecord<>(length)));
  }
}
