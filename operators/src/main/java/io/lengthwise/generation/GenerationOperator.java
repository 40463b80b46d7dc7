package io.lengthwise.generation;

import io.lengthwise.batching.MicroBatch;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.ModelSpec;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.request.GenerationResult;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Generates the answers of micro-batches.
 *
 * <p>The engine works on its own thread; an answer is emitted from a mail of the task's mailbox the
 * moment it is done. What has no answer yet is operator state, with the tokens generated so far, so
 * after a failure or a change of parallelism a row goes on from its tokens. When the backlog is
 * full the operator takes no input but still emits; the end of the input waits for the last answer.
 * The length of each answer leaves by a side output.
 */
final class GenerationOperator extends AbstractStreamOperator<GenerationResult>
    implements OneInputStreamOperator<MicroBatch, GenerationResult>, BoundedOneInput {

  private static final ListStateDescriptor<PendingRequest> PENDING =
      new ListStateDescriptor<>("pending-requests", PendingRequest.class);

  private final ModelSpec spec;
  private final EngineOptions options;
  private final MailboxExecutor mailbox;

  private final Set<Row> inFlight = new LinkedHashSet<>();
  private ListState<PendingRequest> pending;
  private Engine engine;
  private Engine.Session session;
  private CausalLanguageModel model;
  private GenerationMetrics metrics;

  GenerationOperator(
      StreamOperatorParameters<GenerationResult> parameters,
      ModelSpec model,
      EngineOptions options) {
    super(parameters);
    this.spec = model;
    this.options = options;
    this.mailbox = parameters.getMailboxExecutor();
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    pending = context.getOperatorStateStore().getListState(PENDING);
  }

  @Override
  public void open() throws Exception {
    super.open();
    engine = Engines.acquire(spec, options);
    model = engine.model();
    session = engine.openSession(cause -> mail(() -> failWith(cause), "engine failed"));
    metrics = new GenerationMetrics(getMetricGroup(), engine.statistics());
    resume();
  }

  private void resume() throws Exception {
    List<PendingRequest> restored = new ArrayList<>();
    for (PendingRequest request : pending.get()) {
      check(request);
      restored.add(request);
    }
    submit(restored);
    restored.stream()
        .filter(request -> request.generated().length > 0)
        .forEach(request -> metrics.continued());
  }

  private void check(PendingRequest request) {
    IntStream tokens =
        IntStream.concat(
            IntStream.of(request.predicted().encoded().promptTokens()),
            IntStream.of(request.generated()));
    if (tokens.anyMatch(token -> token >= model.vocabularySize())) {
      throw new IllegalStateException(
          "The state holds tokens that %s does not have: restore it with the model it was taken with"
              .formatted(spec.name()));
    }
  }

  @Override
  public void processElement(StreamRecord<MicroBatch> element) throws Exception {
    while (inFlight.size() >= options.backlog()) {
      mailbox.yield();
    }
    MicroBatch batch = element.getValue();
    List<PendingRequest> requests = new ArrayList<>();
    for (PredictedRequest request : batch.requests()) {
      requests.add(new PendingRequest(request, batch.bucket(), batch.formedAt(), new int[0]));
    }
    submit(requests);
  }

  private void submit(List<PendingRequest> requests) {
    List<Row> rows =
        requests.stream().map(request -> new Row(request, model, this::finished)).toList();
    inFlight.addAll(rows);
    session.submit(rows);
  }

  /** Called by the engine's thread. */
  private void finished(Row row) {
    mail(() -> emit(row), "emit answer");
  }

  private void emit(Row row) {
    inFlight.remove(row);
    GenerationResult result = row.result();
    metrics.finished(result);
    output.collect(new StreamRecord<>(result));
    row.completedLength()
        .ifPresent(
            length ->
                output.collect(GenerationOperatorFactory.LENGTHS, new StreamRecord<>(length)));
  }

  private void failWith(Throwable cause) {
    throw new IllegalStateException("The engine of " + spec.name() + " has failed", cause);
  }

  private void mail(Runnable work, String description) {
    try {
      mailbox.execute(work::run, description);
    } catch (RejectedExecutionException e) {
      LOG.debug("The task has ended; dropped: {}", description);
    }
  }

  @Override
  public void endInput() throws Exception {
    while (!inFlight.isEmpty()) {
      mailbox.yield();
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    pending.update(inFlight.stream().map(Row::pending).toList());
  }

  @Override
  public void close() throws Exception {
    if (session != null) {
      session.cancel(List.copyOf(inFlight));
      session.close();
    }
    if (engine != null) {
      Engines.release(engine);
    }
    super.close();
  }
}
