package io.lengthwise.generation.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.generation.TestingGeneration;
import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.device.PendingRequest;
import io.lengthwise.generation.device.Row;
import io.lengthwise.generation.device.Waiting;
import io.lengthwise.model.decoder.Slot;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.request.Sampling;
import org.junit.jupiter.api.Test;

class DisplacementTest {

  private static final int ROWS = 4;

  private final EngineStatistics statistics = new EngineStatistics();
  private final Displacement displacement = new Displacement(statistics);

  DisplacementTest() {
    // A decode step takes 1 ms and a prefilled token 0.05 ms. The work takes 10 s in total.
    statistics.prefilled(20_000, 1_000_000_000L);
    statistics.decoded(9000, ROWS, 9000 * ROWS, 9_000_000_000L);
  }

  @Test
  void placeIsWorthWhatPrefillingAgainCostsAllRowsAndAMargin() {
    // Prefilling 100 tokens again takes 5 ms, which are 5 steps of 4 rows: 20 tokens. The margin is
    // 50.
    Row running = running(100, 300);
    assertThat(displacement.pays(running, waiting(229), ROWS)).isTrue();
    assertThat(displacement.pays(running, waiting(230), ROWS)).isFalse();
    assertThat(displacement.pays(running, waiting(229), ROWS + 1)).isFalse();
  }

  @Test
  void prefillingAgainTakesAHundredthOfTheTimeAtMost() {
    Row running = running(1000, 8000);
    // 100 ms may be spent. Each displacement takes 50 ms.
    for (int i = 0; i < 2; i++) {
      assertThat(displacement.pays(running, waiting(10), ROWS)).isTrue();
      displacement.charge(running);
    }
    assertThat(displacement.pays(running, waiting(10), ROWS)).isFalse();
    statistics.decoded(5000, ROWS, 5000 * ROWS, 5_000_000_000L);
    assertThat(displacement.pays(running, waiting(10), ROWS)).isTrue();
  }

  /** Creates a row with the given number of tokens and of expected remaining tokens. */
  private static Row running(int tokens, int remaining) {
    PredictedRequest request =
        TestingGeneration.request("running", new int[tokens], remaining, Sampling.GREEDY);
    // The row decodes nothing, so it needs no vocabulary.
    Row row = new Row(new PendingRequest(request, 512, 0, new int[0]), null, ended -> {});
    row.admit(new Slot(0, tokens + remaining), 0);
    return row;
  }

  private static Waiting waiting(int remaining) {
    return new TestingWaiting("waiting", remaining, 0);
  }
}
