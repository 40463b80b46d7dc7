package io.lengthwise.generation;

import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.device.EngineWork;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.ModelSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/**
 * An operator whose work is done by the engine, which has its own thread.
 *
 * <p>The operator emits the result of a piece of work from a mail of the task's mailbox, as soon as
 * the work is done. Work that is not done is operator state. Flink splits the state evenly when the
 * parallelism changes, and the operator submits the state again after a failure.
 *
 * <p>The engine never holds more of the operator's work than the backlog allows, restored work
 * included. Only a part that is submitted whole may exceed the backlog, when the engine holds
 * nothing else of this operator. While the backlog is full, the operator takes no input but still
 * emits. The end of the input waits for all work.
 *
 * @param <W> a piece of work
 * @param <S> what a checkpoint keeps of a piece of work
 */
abstract class EngineOperator<I, O, W extends EngineWork<S>, S> extends AbstractStreamOperator<O>
    implements OneInputStreamOperator<I, O>, BoundedOneInput {

  /** The name of the external resource, as in Flink's documentation of its GPU plugin. */
  private static final String GPUS = "gpu";

  private final ModelSpec spec;
  private final EngineOptions options;
  private final EngineUse use;
  private final ListStateDescriptor<S> descriptor;
  private final MailboxExecutor mailbox;

  private final Set<W> inFlight = new LinkedHashSet<>();

  /** Work that waits for room in the backlog. */
  private final Deque<List<S>> waiting = new ArrayDeque<>();

  private ListState<S> state;
  private Engine engine;
  private Engine.Session session;

  /** Whether the savepoint of a stop was taken. */
  private boolean stopping;

  EngineOperator(
      StreamOperatorParameters<O> parameters,
      ModelSpec spec,
      EngineOptions options,
      EngineUse use,
      ListStateDescriptor<S> descriptor) {
    super(parameters);
    this.spec = spec;
    this.options = options;
    this.use = use;
    this.descriptor = descriptor;
    this.mailbox = parameters.getMailboxExecutor();
  }

  /** Called when the model is on the device, before any work is submitted. */
  abstract void begin(CausalLanguageModel model, EngineStatistics statistics) throws Exception;

  /** Divides restored work into parts. Each part is submitted as a whole. */
  abstract List<List<S>> partsOf(List<S> restored) throws Exception;

  /** Submits work to the engine, and takes note of it with {@link #started}. */
  abstract void submit(List<S> part) throws Exception;

  /** Emits the result of a piece of work. */
  abstract void emit(W done) throws Exception;

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    state = context.getOperatorStateStore().getListState(descriptor);
  }

  @Override
  public void open() throws Exception {
    super.open();
    engine = Engines.shared().acquire(spec, options, use, assignedGpus());
    CausalLanguageModel model = engine.model();
    session = engine.openSession(cause -> mail(() -> failWith(cause), "engine failed"));
    begin(model, engine.statistics());
    List<S> restored = new ArrayList<>();
    state.get().forEach(restored::add);
    waiting.addAll(partsOf(restored));
    submitWaiting();
  }

  /**
   * The numbers of the GPUs that Flink's external resource framework assigns to this TaskManager;
   * empty without the framework.
   */
  private List<Integer> assignedGpus() {
    return getRuntimeContext().getExternalResourceInfos(GPUS).stream()
        .flatMap(gpu -> gpu.getProperty("index").stream())
        .map(Integer::valueOf)
        .sorted()
        .toList();
  }

  final ModelSpec spec() {
    return spec;
  }

  final Engine.Session session() {
    return session;
  }

  /**
   * Submits parts, each as a whole, and returns when the engine has all of them. Emits results
   * meanwhile.
   */
  final void submitAll(List<List<S>> parts) throws Exception {
    waiting.addAll(parts);
    submitWaiting();
    while (!waiting.isEmpty()) {
      mailbox.yield();
    }
  }

  private void submitWaiting() throws Exception {
    while (!waiting.isEmpty() && hasRoomFor(waiting.peek())) {
      submit(waiting.remove());
    }
  }

  private boolean hasRoomFor(List<S> part) {
    return inFlight.isEmpty() || inFlight.size() + part.size() <= options.limits().backlog();
  }

  /** Waits until no work is left. Emits results meanwhile. */
  final void drain() throws InterruptedException {
    while (!inFlight.isEmpty() || !waiting.isEmpty()) {
      mailbox.yield();
    }
  }

  /** Takes note of work that the engine has. */
  final void started(Collection<W> work) {
    inFlight.addAll(work);
  }

  /** Called by the engine's thread when a piece of work is done. */
  final void done(W work) {
    mail(
        () -> {
          if (!stopping) {
            inFlight.remove(work);
            submitWaiting();
            emit(work);
          }
        },
        "emit what the engine has done");
  }

  private interface Mail {
    void run() throws Exception;
  }

  private void mail(Mail mail, String description) {
    try {
      mailbox.execute(mail::run, description);
    } catch (RejectedExecutionException e) {
      LOG.debug("The task has ended; dropped: {}", description);
    }
  }

  private void failWith(Throwable cause) {
    throw new IllegalStateException("The engine of " + spec.name() + " has failed", cause);
  }

  @Override
  public void endInput() throws Exception {
    drain();
  }

  /**
   * Takes the snapshot of a checkpoint.
   *
   * <p>The savepoint of a stop contains all work that is not emitted yet, and the next job emits
   * its results. If this operator emitted them too, they would appear twice. Therefore it emits
   * nothing after such a savepoint.
   */
  @Override
  public OperatorSnapshotFutures snapshotState(
      long checkpoint, long timestamp, CheckpointOptions options, CheckpointStreamFactory storage)
      throws Exception {
    stopping |=
        options.getCheckpointType() instanceof SavepointType savepoint && savepoint.isSynchronous();
    return super.snapshotState(checkpoint, timestamp, options, storage);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    state.update(
        Stream.concat(
                inFlight.stream().map(EngineWork::pending), waiting.stream().flatMap(List::stream))
            .toList());
  }

  @Override
  public void close() throws Exception {
    if (session != null) {
      inFlight.forEach(EngineWork::cancel);
      session.dropCancelled();
      session.close();
    }
    if (engine != null) {
      Engines.shared().release(engine, use);
    }
    super.close();
  }
}
