package io.lengthwise.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.cli.CapturedConsole;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchTableTest {

  /** 40 answers of 10 tokens each, in 1, 2 and 4 seconds. */
  private static final List<BenchResult> RESULTS =
      List.of(TestingReports.result("fifo", 40, 0, 1000, 2000, 4000));

  private final CapturedConsole console = new CapturedConsole();

  @Test
  void tableShowsTheSpreadBesideTheMedian() {
    BenchTable.print(RESULTS, false, console.console(false).out());
    assertThat(console.out().lines().toList().get(1))
        .matches("fifo +200\\.0 +100\\.0-400\\.0 +1\\.00x .*");
  }

  @Test
  void jsonHasTheSpreadBesideTheMedian() {
    BenchTable.print(RESULTS, true, console.console(false).out());
    assertThat(console.out())
        .contains("\"tokensPerSecond\":200.0")
        .contains("\"leastTokensPerSecond\":100.0")
        .contains("\"mostTokensPerSecond\":400.0");
  }
}
