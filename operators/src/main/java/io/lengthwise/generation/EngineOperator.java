package io.lengthwise.generation;

import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.device.EngineWork;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.ModelSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
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
 * <p>What comes of a piece of work is emitted from a mail of the task's mailbox the moment it is
 * done. What is not done yet is operator state, split evenly when the parallelism changes, and is
 * begun again from there after a failure. When the backlog is full the operator takes no input but
 * still emits; the end of the input waits for all of it.
 *
 * @param <W> a piece of work
 * @param <S> what a checkpoint keeps of one
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
  private ListState<S> state;
  private Engine engine;
  private Engine.Session session;

  /** Whether a savepoint was taken with which the job stops. */
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

  /** Called when the model is on the device, before any work. */
  abstract void begin(CausalLanguageModel model, EngineStatistics statistics) throws Exception;

  /** Begins again what the state holds. */
  abstract void resume(List<S> pending) throws Exception;

  /** Emits what came of a piece of work. */
  abstract void emit(W done) throws Exception;

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    state = context.getOperatorStateStore().getListState(descriptor);
  }

  @Override
  public void open() throws Exception {
    super.open();
    engine = Engines.acquire(spec, options, use, assignedGpus());
    CausalLanguageModel model = engine.model();
    session = engine.openSession(cause -> mail(() -> failWith(cause), "engine failed"));
    begin(model, engine.statistics());
    List<S> restored = new ArrayList<>();
    state.get().forEach(restored::add);
    resume(restored);
  }

  /** What Flink's external resource framework has for this TaskManager, if it is told of GPUs. */
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

  /** Waits, and emits meanwhile, until the backlog has room. */
  final void awaitRoom() throws InterruptedException {
    while (inFlight.size() >= options.limits().backlog()) {
      mailbox.yield();
    }
  }

  /** Waits, and emits meanwhile, until nothing is in flight. */
  final void drain() throws InterruptedException {
    while (!inFlight.isEmpty()) {
      mailbox.yield();
    }
  }

  /** Takes note of work that was handed to the engine. */
  final void started(Collection<W> work) {
    inFlight.addAll(work);
  }

  /** Called by the engine's thread. */
  final void done(W work) {
    mail(
        () -> {
          if (!stopping) {
            inFlight.remove(work);
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
   * What is done after the savepoint of a stop is in it, and is for the job that goes on from
   * there: emitted here as well, it would come out twice. So it stays in flight.
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
    state.update(inFlight.stream().map(EngineWork::pending).toList());
  }

  @Override
  public void close() throws Exception {
    if (session != null) {
      inFlight.forEach(EngineWork::cancel);
      session.dropCancelled();
      session.close();
    }
    if (engine != null) {
      Engines.release(engine, use);
    }
    super.close();
  }
}
