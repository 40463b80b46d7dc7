package io.lengthwise.generation;

import static io.lengthwise.generation.ReferenceRequests.DRAWN;
import static io.lengthwise.generation.ReferenceRequests.runToEnd;
import static io.lengthwise.generation.TestingGeneration.OPTIONS;
import static io.lengthwise.generation.TestingGeneration.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.model.ModelFiles;
import io.lengthwise.model.decoder.Reference;
import io.lengthwise.model.text.Tokenizer;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.request.FinishReason;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.Sampling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Seeds, stop strings and stop tokens of generated answers. */
class GenerationSamplingTest {

  private final ReferenceRequests prompts;
  private final Reference reference;

  GenerationSamplingTest() throws IOException {
    prompts = ReferenceRequests.read();
    reference = prompts.reference();
  }

  @Test
  void seedGivesTheSameTextAloneAndAmongFifteenOthers() throws Exception {
    PredictedRequest row = request("00", reference.prompts()[3], 60, DRAWN);
    List<PredictedRequest> crowd = new ArrayList<>(List.of(row));
    for (int i = 1; i < 16; i++) {
      crowd.add(
          request(
              "%02d".formatted(i),
              reference.prompts()[i % 4],
              20 + 3 * i,
              new Sampling(
                  i % 3 * 0.5f,
                  i,
                  1f - i / 32f,
                  0f,
                  1f + i % 2,
                  (long) i,
                  List.of(),
                  List.of(),
                  Map.of())));
    }
    String alone = runToEnd(OPTIONS, List.of(row)).get(0).completion().text();
    String among = runToEnd(OPTIONS, crowd).get(0).completion().text();
    assertThat(among).isEqualTo(alone).isNotEmpty();
  }

  @Test
  void stopStringEndsAnAnswerAcrossTokens() throws Exception {
    String whole = runToEnd(OPTIONS, List.of(prompts.greedy(24).get(2))).get(0).completion().text();
    String stop = whole.substring(5, 9);
    Sampling stopping =
        new Sampling(0f, 0, 1f, 0f, 1f, 0L, List.of("never", stop), List.of(), Map.of());
    GenerationResult result =
        runToEnd(OPTIONS, List.of(request("a", reference.prompts()[2], 24, stopping))).get(0);
    assertThat(result.completion().text()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
    assertThat(result.completion().finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(result.completion().completionTokens()).isLessThan(24);
  }

  @Test
  void stopTokenIsNotPartOfTheText() throws Exception {
    int stop = reference.answers()[0][6];
    Sampling stopping = new Sampling(0f, 0, 1f, 0f, 1f, 0L, List.of(), List.of(stop), Map.of());
    try (Tokenizer tokenizer = ModelFiles.tokenizer(reference.folder())) {
      GenerationResult result =
          runToEnd(OPTIONS, List.of(request("a", reference.prompts()[0], 24, stopping))).get(0);
      assertThat(result.completion().completionTokens()).isEqualTo(7);
      assertThat(result.completion().text())
          .isEqualTo(tokenizer.decode(Arrays.copyOf(reference.answers()[0], 6)));
    }
  }
}
