package io.lengthwise.job.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.Origin;
import io.lengthwise.request.RequestError;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // Flink declares that closing may throw any exception.
class InputOrderFunctionTest {

  private static final int MAX_PARALLELISM = 128;

  private static final class Harness
      extends KeyedTwoInputStreamOperatorTestHarness<
          String, OutputPosition, GenerationResult, GenerationResult> {

    Harness(int parallelism, int subtask) throws Exception {
      super(
          new KeyedCoProcessOperator<>(new InputOrderFunction()),
          OutputPosition::key,
          response -> OutputPosition.of(response.origin()).key(),
          Types.STRING,
          MAX_PARALLELISM,
          parallelism,
          subtask);
    }

    /** Reads records of a key. */
    void read(String key, int... offsets) throws Exception {
      for (int offset : offsets) {
        processElement1(OutputPosition.of(origin(key, offset)), 0);
      }
    }

    /** Completes responses. */
    void done(String key, int... offsets) throws Exception {
      for (int offset : offsets) {
        processElement2(response(origin(key, offset)), 0);
      }
    }

    /** Returns the outputs, for example {@code a1}. */
    List<String> passed() {
      return extractOutputValues().stream()
          .map(response -> new String(response.origin().key()) + response.origin().offset())
          .toList();
    }

    void holdsNothing() {
      assertThat(numKeyedStateEntries()).isZero();
    }
  }

  @Test
  void responsesOfAKeyPassInTheOrderInWhichTheirRecordsWereRead() throws Exception {
    try (Harness harness = opened()) {
      harness.read("a", 1, 2, 3, 4);
      harness.done("a", 3, 2);
      assertThat(harness.passed()).isEmpty();
      harness.done("a", 1);
      assertThat(harness.passed()).containsExactly("a1", "a2", "a3");
      harness.done("a", 4);
      assertThat(harness.passed()).containsExactly("a1", "a2", "a3", "a4");
      harness.holdsNothing();
    }
  }

  @Test
  void keysDoNotWaitForOneAnother() throws Exception {
    try (Harness harness = opened()) {
      harness.read("a", 1, 3);
      harness.read("b", 2, 4);
      harness.done("b", 4);
      harness.done("a", 3);
      harness.done("b", 2);
      assertThat(harness.passed()).containsExactly("b2", "b4");
    }
  }

  @Test
  void aResponseMayBeHereBeforeItsTurn() throws Exception {
    try (Harness harness = opened()) {
      harness.done("a", 2);
      harness.read("a", 1);
      assertThat(harness.passed()).isEmpty();
      harness.done("a", 1);
      assertThat(harness.passed()).containsExactly("a1");
      harness.read("a", 2);
      assertThat(harness.passed()).containsExactly("a1", "a2");
      harness.holdsNothing();
    }
  }

  @Test
  void whatAKeyHoldsSurvivesARestore() throws Exception {
    OperatorSubtaskState state;
    try (Harness harness = opened()) {
      harness.read("a", 1, 2, 3);
      harness.done("a", 1, 3, 5);
      assertThat(harness.passed()).containsExactly("a1");
      state = harness.snapshot(1, 1);
    }
    try (Harness harness = new Harness(1, 0)) {
      harness.initializeState(state);
      harness.open();
      harness.read("a", 4, 5);
      harness.done("a", 4, 2);
      assertThat(harness.passed()).containsExactly("a2", "a3", "a4", "a5");
      harness.holdsNothing();
    }
  }

  @Test
  void whatKeysHoldIsSplitOverMoreSubtasks() throws Exception {
    List<String> keys = IntStream.range(0, 20).mapToObj(i -> "key" + i).toList();
    OperatorSubtaskState state;
    try (Harness harness = opened()) {
      for (String key : keys) {
        harness.read(key, 1, 2);
        harness.done(key, 2);
      }
      state = harness.snapshot(1, 1);
    }
    List<String> passed = new ArrayList<>();
    for (int subtask = 0; subtask < 2; subtask++) {
      try (Harness harness = new Harness(2, subtask)) {
        harness.initializeState(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(
                state, MAX_PARALLELISM, 1, 2, subtask));
        harness.open();
        for (String key : keys) {
          if (subtaskOf(key) == subtask) {
            harness.done(key, 1);
          }
        }
        assertThat(harness.passed()).isNotEmpty();
        passed.addAll(harness.passed());
        harness.holdsNothing();
      }
    }
    assertThat(passed).hasSize(40);
    for (String key : keys) {
      assertThat(passed).containsSubsequence(key + 1, key + 2);
    }
  }

  @Test
  void whateverTheOrderOfTurnsAndResponsesEachPassesOnceAndInItsTurn() throws Exception {
    Random random = new Random(1);
    for (int run = 0; run < 50; run++) {
      try (Harness harness = opened()) {
        int read = 0;
        List<Integer> toBeDone = new ArrayList<>(IntStream.range(0, 20).boxed().toList());
        while (read < 20 || !toBeDone.isEmpty()) {
          if (toBeDone.isEmpty() || (read < 20 && random.nextBoolean())) {
            harness.read("a", read++);
          } else {
            harness.done("a", toBeDone.remove(random.nextInt(toBeDone.size())));
          }
        }
        assertThat(harness.passed())
            .containsExactlyElementsOf(IntStream.range(0, 20).mapToObj(i -> "a" + i).toList());
        harness.holdsNothing();
      }
    }
  }

  private static Harness opened() throws Exception {
    Harness harness = new Harness(1, 0);
    harness.open();
    return harness;
  }

  private static int subtaskOf(String key) {
    return KeyGroupRangeAssignment.assignKeyToParallelOperator(
        OutputPosition.of(origin(key, 0)).key(), MAX_PARALLELISM, 2);
  }

  private static Origin origin(String key, int offset) {
    return TestingRecords.record(offset, key, new byte[0]).origin();
  }

  private static GenerationResult response(Origin origin) {
    return new GenerationResult(
        "id",
        origin,
        Endpoint.CHAT_COMPLETIONS,
        "tiny",
        0,
        null,
        null,
        RequestError.invalid("n", "refused"));
  }
}
