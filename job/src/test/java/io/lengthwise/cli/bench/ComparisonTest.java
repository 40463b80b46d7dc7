package io.lengthwise.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.cli.CapturedConsole;
import io.lengthwise.cli.trial.NamedSchedule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  private static final int REQUESTS = 40;
  private static final List<NamedSchedule> SCHEDULES =
      List.of(new NamedSchedule("fifo"), new NamedSchedule("shortest-first"));

  private final CapturedConsole console = new CapturedConsole();
  private final List<String> runs = new ArrayList<>();

  @Test
  void warmUpRunsFirstAndIsNotCounted() {
    List<BenchResult> results = comparison().run(SCHEDULES, 3, 16);
    assertThat(runs)
        .containsExactly(
            "fifo 16",
            "fifo 40",
            "shortest-first 40",
            "shortest-first 40",
            "fifo 40",
            "fifo 40",
            "shortest-first 40");
    assertThat(results).extracting(BenchResult::schedule).containsExactly("fifo", "shortest-first");
    assertThat(results)
        .allSatisfy(
            result ->
                assertThat(result.json(results.get(0)).get("tokensPerSecondOfPasses")).hasSize(3));
  }

  @Test
  void warmUpTakesNoMoreRequestsThanThereAre() {
    comparison().run(SCHEDULES, 2, 1000);
    assertThat(runs.get(0)).isEqualTo("fifo 40");
  }

  @Test
  void onePassIsCalledNoComparison() {
    comparison().run(SCHEDULES, 2, 16);
    assertThat(console.err()).doesNotContain(Comparison.ONE_PASS);
    comparison().run(SCHEDULES, 1, 16);
    assertThat(console.err()).contains(Comparison.ONE_PASS);
  }

  private Comparison comparison() {
    return new Comparison(
        console.console(false),
        (schedule, requests, progress) -> {
          runs.add(schedule + " " + requests);
          return TestingReports.report(requests, 1000, 0);
        },
        REQUESTS);
  }
}
