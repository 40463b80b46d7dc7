package io.lengthwise.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.lengthwise.model.ModelFiles;
import io.lengthwise.model.file.WeightFiles;
import io.lengthwise.request.Sampling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SamplingTest {

  private static final int SLOT = Decoder.BLOCK;
  private static final int ROWS = 64;

  private Reference reference;
  private Decoder decoder;

  @BeforeEach
  void open() throws IOException {
    reference = Reference.of("smollm");
    try (WeightFiles files = ModelFiles.weights(reference.folder())) {
      decoder = new Decoder(files, Device.cpu(), WeightType.FLOAT32, 1);
      decoder.allocate(ROWS * SLOT);
    }
  }

  @AfterEach
  void close() {
    decoder.close();
  }

  static List<Sampling> everyKnob() {
    Map<Integer, Float> bias = Map.of(7, 4f, 250, 3f, 12, -100f);
    return List.of(
        sampling(1, 0, 1, 0, 1, Map.of()),
        sampling(0.5f, 0, 1, 0, 1, Map.of()),
        sampling(2, 0, 1, 0, 1, Map.of()),
        sampling(1, 5, 1, 0, 1, Map.of()),
        sampling(1.5f, 319, 1, 0, 1, Map.of()),
        sampling(1, 5000, 1, 0, 1, Map.of()),
        sampling(1, 0, 0.4f, 0, 1, Map.of()),
        sampling(1.8f, 0, 0.97f, 0, 1, Map.of()),
        sampling(1, 0, 1, 0.1f, 1, Map.of()),
        sampling(1, 0, 1, 0, 1.8f, Map.of()),
        sampling(1, 0, 1, 0, 0.6f, Map.of()),
        sampling(1, 0, 1, 0, 1, bias),
        sampling(1.2f, 40, 0.8f, 0.05f, 1.3f, bias));
  }

  @ParameterizedTest
  @MethodSource("everyKnob")
  void drawsAreTheReferences(Sampling sampling) {
    int[] prompt = reference.prompts()[3];
    Set<Integer> seen = IntStream.of(prompt).boxed().collect(Collectors.toSet());
    double[] probabilities = ReferenceSampler.probabilities(reference.logits(3, 0), sampling, seen);
    List<Integer> expected = new ArrayList<>();
    List<TestingRow> rows = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      long seed = 1000L * row - 7;
      expected.add(ReferenceSampler.draw(probabilities, seed, 0));
      rows.add(row(row, prompt, sampling.withSeed(seed)));
    }
    assertThat(drawn(rows)).isEqualTo(expected);
  }

  @Test
  void rowsOfOneBatchFollowTheirOwnRules() {
    List<Sampling> rules = everyKnob();
    List<Integer> expected = new ArrayList<>();
    List<TestingRow> rows = new ArrayList<>();
    for (int row = 0; row < rules.size() * 4; row++) {
      int[] prompt = reference.prompts()[row % 2 == 0 ? 0 : 3];
      Sampling sampling = rules.get(row % rules.size()).withSeed(row);
      rows.add(row(row, prompt, sampling));
      Set<Integer> seen = IntStream.of(prompt).boxed().collect(Collectors.toSet());
      float[] logits = reference.logits(row % 2 == 0 ? 0 : 3, 0);
      double[] probabilities = ReferenceSampler.probabilities(logits, sampling, seen);
      expected.add(ReferenceSampler.draw(probabilities, row, 0));
    }
    assertThat(drawn(rows)).isEqualTo(expected);
  }

  @Test
  void drawsDoNotDependOnHowOftenTheHostLooks() {
    List<TestingRow> rows = new ArrayList<>();
    for (Sampling rules : everyKnob()) {
      rows.add(row(rows.size(), reference.prompts()[3], rules.withSeed(rows.size())));
    }
    decoder.prefill(rows.stream().map(TestingRow::prompt).toList());
    int[][] tokens = decoder.decode(rows, 5, true, 1);
    assertThat(decoder.decode(rows, 5, true, 8)).isDeepEqualTo(tokens);
    assertThat(tokens[0]).isNotEmpty();
  }

  @Test
  void greedyRowTakesTheMostLikelyTokenAmongDrawnOnes() {
    Sampling drawn = sampling(2, 0, 1, 0, 1, Map.of()).withSeed(3);
    List<TestingRow> rows =
        List.of(
            row(0, reference.prompts()[0], drawn),
            row(1, reference.prompts()[1], Sampling.GREEDY),
            row(2, reference.prompts()[3], drawn));
    assertThat(drawn(rows).get(1)).isEqualTo(reference.answers()[1][0]);
  }

  @Test
  void everySeedDrawsATokenOfTheVocabulary() {
    // These seeds come from the inverse of the hash. Their first numbers are the smallest and the
    // largest.
    List<Long> seeds = List.of(-761617829288982729L, -0x9E3779B97F4A7C15L, Long.MIN_VALUE, -1L);
    List<TestingRow> rows = new ArrayList<>();
    for (int i = 0; i < seeds.size(); i++) {
      Sampling flat = sampling(2, 0, 1, 0, 1, Map.of()).withSeed(seeds.get(i));
      rows.add(row(i, reference.prompts()[0], flat));
      assertThat(ReferenceSampler.uniform(seeds.get(i), 0)).isBetween(0.0, Math.nextDown(1.0));
    }
    assertThat(drawn(rows)).allMatch(token -> token >= 0 && token < 320);
  }

  @Test
  void infiniteLogitsStayInsideTheVocabulary() {
    Sampling extreme = sampling(0.01f, 3, 0.5f, 0, Float.MIN_VALUE, Map.of()).withSeed(1);
    assertThat(drawn(List.of(row(0, reference.prompts()[2], extreme))))
        .allMatch(token -> token >= 0 && token < 320);
  }

  private List<Integer> drawn(List<TestingRow> rows) {
    decoder.prefill(rows.stream().map(TestingRow::prompt).toList());
    List<Integer> tokens = new ArrayList<>();
    for (int[] row : decoder.decode(rows, 1, false)) {
      tokens.add(row[0]);
    }
    return tokens;
  }

  private static TestingRow row(int number, int[] prompt, Sampling sampling) {
    return new TestingRow(new Slot(number * SLOT, SLOT), prompt, 5, sampling);
  }

  private static Sampling sampling(
      float temperature,
      int topK,
      float topP,
      float minP,
      float repetitionPenalty,
      Map<Integer, Float> bias) {
    return new Sampling(
        temperature, topK, topP, minP, repetitionPenalty, 0L, List.of(), List.of(), bias);
  }
}
