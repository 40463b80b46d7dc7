package io.lengthwise.generation;

import static io.lengthwise.generation.TestingGeneration.MODEL;
import static io.lengthwise.generation.TestingGeneration.OPTIONS;
import static io.lengthwise.generation.TestingGeneration.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lengthwise.generation.accelerator.Calibrations;
import io.lengthwise.generation.device.PendingRequest;
import io.lengthwise.generation.device.Row;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.generation.schedule.EngineOptions.Limits;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.decoder.Reference;
import io.lengthwise.request.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The width that an engine of the tiny model chooses, and the end of an engine. */
class EngineTest {

  private static final EngineOptions AUTO = OPTIONS.withWidth(EngineOptions.AUTO_WIDTH);

  private static final Consumer<Throwable> NEVER =
      cause -> {
        throw new AssertionError(cause);
      };

  @TempDir private Path folder;

  private final Reference reference = Reference.of("smollm");

  /** The notifications of a session. */
  private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

  /** The reasons for which the process would have ended. */
  private final BlockingQueue<Throwable> ends = new LinkedBlockingQueue<>();

  EngineTest() throws IOException {}

  @Test
  void measuredEngineAnswersAsTheReference() throws Exception {
    Engine engine = new Engine(MODEL, AUTO, new Calibrations(folder), NEVER);
    try {
      CausalLanguageModel model = engine.model();
      assertThat(engine.statistics().width()).isPositive();
      assertThat(engine.statistics().decodeSteps()).isZero();
      BlockingQueue<Row> finished = new LinkedBlockingQueue<>();
      List<Row> rows = new ArrayList<>();
      for (int[] prompt : reference.prompts()) {
        rows.add(new Row(pending(prompt), model, finished::add));
      }
      engine.openSession(failure -> {}).submit(rows);
      for (int i = 0; i < rows.size(); i++) {
        next(finished);
      }
      for (int i = 0; i < rows.size(); i++) {
        assertThat(rows.get(i).outcome().result().completion().text())
            .isEqualTo(model.tokenizer().decode(reference.answers()[i]));
      }
    } finally {
      engine.close();
    }
  }

  @Test
  void nextEngineTakesWhatWasMeasured() throws Exception {
    widthOf(AUTO);
    Path file = onlyFile();
    // Pretends that three rows had the highest throughput by far.
    String measured = Files.readString(file);
    Files.writeString(
        file,
        measured.replaceAll(
            "(?s)\"step\" : \\{.*?\\}",
            "\"step\" : {\"1\": 2, \"3\": 2, \"4\": 900, \"8\": 9000}"));
    assertThat(widthOf(AUTO)).isEqualTo(3);
  }

  @Test
  void givenWidthIsTakenAndNothingIsMeasured() throws Exception {
    assertThat(widthOf(OPTIONS.withWidth(5))).isEqualTo(5);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void engineWhoseStepDoesNotEndIsGivenUpWithTheProcess() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    EngineOptions options =
        OPTIONS.withLimits(new Limits(1, 1000, Duration.ofMillis(50), EngineOptions.LOAD_TIMEOUT));
    Engine engine = new Engine(MODEL, options, new Calibrations(folder), ends::add);
    CausalLanguageModel model = engine.model();
    Engine.Session session = engine.openSession(failures::add);
    session.submit(
        List.of(
            new Row(
                pending(reference.prompts()[0]),
                model,
                row -> assertThatCode(stuck::await).doesNotThrowAnyException())));
    Throwable failure = next(failures);
    assertThat(failure)
        .hasMessage(
            "A step of tiny on cpu has not ended within PT0.05S (engine.step-timeout). The process"
                + " ends, since nothing else frees the device");
    assertThat(next(ends)).isSameAs(failure);
    assertThat(engine.hasFailed()).isTrue();
    // Releasing the engine does not wait for it.
    engine.close();
    stuck.countDown();
    model.tokenizer().close();
  }

  @Test
  void engineWhoseModelIsNotLoadedInTimeIsGivenUpWithTheProcess() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    EngineOptions options =
        OPTIONS.withLimits(new Limits(1, 1000, EngineOptions.STEP_TIMEOUT, Duration.ofMillis(50)));
    Engine engine =
        new Engine(
            MODEL,
            options,
            new Calibrations(folder),
            ends::add,
            (spec, threads) -> {
              assertThatCode(stuck::await).doesNotThrowAnyException();
              return CausalLanguageModel.open(spec, threads);
            });
    engine.openSession(failures::add);
    Throwable failure = next(failures);
    assertThat(failure)
        .hasMessage(
            "tiny has not been loaded from %s onto cpu within PT0.05S (engine.load-timeout). The"
                    .formatted(MODEL.path())
                + " process ends, since nothing else frees the device");
    assertThat(failure.getStackTrace())
        .anyMatch(frame -> frame.getClassName().equals(CountDownLatch.class.getName()));
    assertThat(next(ends)).isSameAs(failure);
    assertThatThrownBy(engine::model).hasRootCause(failure);
    // Releasing the engine does not wait for it.
    engine.close();
    stuck.countDown();
  }

  @Test
  void engineWhoseDeviceComputesNothingAnyMoreIsGivenUpWithTheProcess() throws Exception {
    Engine engine = new Engine(MODEL, OPTIONS, new Calibrations(folder), ends::add);
    CausalLanguageModel model = engine.model();
    // Every call throws from then on, like a CUDA error that persists.
    Row last = new Row(pending(reference.prompts()[0], 4), model, row -> model.decoder().close());
    Row next = new Row(pending(reference.prompts()[1], 24), model, row -> {});
    engine.openSession(failures::add).submit(List.of(last, next));
    assertThat(next(failures))
        .hasMessageContaining("The device fails for every row, also for a made-up one");
    assertThat(next(ends))
        .hasMessage(
            "cpu computes nothing for tiny any more. The process ends, since an engine in another"
                + " one may");
    assertThat(next.isFinished()).isFalse();
    // Releasing the engine does not wait for it.
    engine.close();
    model.tokenizer().close();
  }

  @Test
  void engineThatFailsOnADeviceThatComputesLeavesTheProcessAlone() throws Exception {
    AssertionError error = new AssertionError("of the engine's own");
    Engine engine = new Engine(MODEL, OPTIONS, new Calibrations(folder), ends::add);
    Row row =
        new Row(
            pending(reference.prompts()[0], 4),
            engine.model(),
            ended -> {
              throw error;
            });
    engine.openSession(failures::add).submit(List.of(row));
    assertThat(next(failures)).isSameAs(error);
    engine.close();
    assertThat(ends).isEmpty();
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(60, TimeUnit.SECONDS);
    assertThat(next).as("something within a minute").isNotNull();
    return next;
  }

  private static PendingRequest pending(int[] prompt) {
    return pending(prompt, 24);
  }

  private static PendingRequest pending(int[] prompt, int tokens) {
    return new PendingRequest(request("r", prompt, tokens, Sampling.GREEDY), 512, 0, new int[0]);
  }

  private int widthOf(EngineOptions options) throws Exception {
    Engine engine = new Engine(MODEL, options, new Calibrations(folder), NEVER);
    try {
      engine.model();
      return engine.statistics().width();
    } finally {
      engine.close();
    }
  }

  private Path onlyFile() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.reduce((one, other) -> null).orElseThrow();
    }
  }
}
