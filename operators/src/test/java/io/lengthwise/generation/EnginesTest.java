package io.lengthwise.generation;

import static io.lengthwise.generation.TestingGeneration.MODEL;
import static io.lengthwise.generation.TestingGeneration.OPTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.generation.accelerator.Calibrations;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The engines of a JVM. One of them takes long to close. */
@Timeout(120)
class EnginesTest {

  private static final ModelSpec SLOW =
      new ModelSpec("slow", MODEL.path(), MODEL.device(), MODEL.weights());

  @TempDir private Path folder;

  private final CountDownLatch mayLoad = new CountDownLatch(1);
  private final AtomicInteger slowLoads = new AtomicInteger();

  private final Engines engines =
      new Engines(
          (spec, options) ->
              new Engine(spec, options, new Calibrations(folder), cause -> {}, this::load));

  @Test
  void engineThatLeavesHoldsUpNoOtherModel() throws Exception {
    CompletableFuture<Void> release = releaseInAnotherThread(acquire(SLOW));
    awaitThatItLeaves();
    Engine other = acquire(MODEL);
    assertThat(other.model()).isNotNull();
    assertThat(release).isNotDone();
    mayLoad.countDown();
    release.get();
    engines.release(other, EngineUse.ANSWERS);
  }

  @Test
  void nextEngineOfTheSameModelWaitsUntilTheDeviceIsFree() throws Exception {
    CompletableFuture<Void> release = releaseInAnotherThread(acquire(SLOW));
    awaitThatItLeaves();
    CompletableFuture<Engine> next = new CompletableFuture<>();
    Thread acquiring = inAnotherThread(() -> next.complete(acquire(SLOW)));
    while (acquiring.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThat(slowLoads).hasValue(1);
    mayLoad.countDown();
    Engine second = next.get();
    assertThat(release).succeedsWithin(60, TimeUnit.SECONDS);
    assertThat(second.model()).isNotNull();
    assertThat(slowLoads).hasValue(2);
    engines.release(second, EngineUse.ANSWERS);
  }

  private CausalLanguageModel load(ModelSpec spec, int threads) throws IOException {
    if (spec.equals(SLOW)) {
      slowLoads.incrementAndGet();
      try {
        mayLoad.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
    return CausalLanguageModel.open(spec, threads);
  }

  private Engine acquire(ModelSpec spec) throws InterruptedException {
    return engines.acquire(spec, OPTIONS, EngineUse.ANSWERS, List.of());
  }

  private Thread releasing;

  private CompletableFuture<Void> releaseInAnotherThread(Engine engine) {
    CompletableFuture<Void> released = new CompletableFuture<>();
    releasing =
        inAnotherThread(
            () -> {
              engines.release(engine, EngineUse.ANSWERS);
              released.complete(null);
            });
    return released;
  }

  /** Waits until the last user of the engine waits for it to close. */
  private void awaitThatItLeaves() {
    while (releasing.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  private interface Action {
    void run() throws Exception;
  }

  private static Thread inAnotherThread(Action action) {
    Thread thread =
        new Thread(
            () -> {
              try {
                action.run();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    thread.start();
    return thread;
  }
}
