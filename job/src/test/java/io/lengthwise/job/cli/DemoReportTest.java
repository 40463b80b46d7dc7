package io.lengthwise.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DemoReportTest {

  @Test
  void measuresWhatCameBack() {
    List<DemoAnswer> outcomes =
        IntStream.rangeClosed(1, 20)
            .mapToObj(i -> new DemoAnswer("p" + i, "", false, 10, 10 + i, i))
            .toList();

    DemoReport report = DemoReport.of(20, outcomes, 10, 0.25, 0.875);

    assertThat(report.isComplete()).isTrue();
    assertThat(report.requestsPerSecond()).isEqualTo(2);
    assertThat(report.tokensPerSecond()).isEqualTo(41);
    assertThat(report.meanSeconds()).isCloseTo(10.5, within(1e-9));
    assertThat(report.p95Seconds()).isEqualTo(19);
    assertThat(report.lengthError()).isCloseTo(10.5, within(1e-9));
    assertThat(report.text())
        .contains("25.0 % of the decoded slots", "the device worked 87.5 % of the time");
  }

  @Test
  void errorsCountAsErrorsAndNothingElse() {
    DemoReport report =
        DemoReport.of(
            2,
            List.of(
                new DemoAnswer("a", "text", false, 4, 6, 1),
                new DemoAnswer("b", "too long", true, 0, 0, 9)),
            10,
            0,
            1);

    assertThat(report.answered()).isEqualTo(1);
    assertThat(report.errors()).isEqualTo(1);
    assertThat(report.isComplete()).isFalse();
    assertThat(report.meanSeconds()).isEqualTo(1);
  }

  @Test
  void jsonHasEveryKeyAndNullForWhatIsUnknown() throws Exception {
    JsonNode json =
        new ObjectMapper().readTree(DemoReport.of(3, List.of(), 2, Double.NaN, Double.NaN).json());

    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly(
            "requests",
            "answered",
            "errors",
            "seconds",
            "requestsPerSecond",
            "tokensPerSecond",
            "paddingShare",
            "deviceBusyShare",
            "meanSeconds",
            "p95Seconds",
            "lengthError");
    assertThat(json.path("paddingShare").isNull()).isTrue();
    assertThat(json.path("requests").asInt()).isEqualTo(3);
  }

  @Test
  void readsAnAnswer() throws Exception {
    DemoAnswer answer =
        answer(
            """
            {"custom_id": "p7", "error": null, "response": {"status_code": 200, "body": {
              "choices": [{"message": {"role": "assistant", "content": "Paris."}}],
              "usage": {"completion_tokens": 3}, "lengthwise": {"predicted_tokens": 12.4}}}}
            """);

    assertThat(answer).isEqualTo(new DemoAnswer("p7", "Paris.", false, 12.4, 3, 1.5));
    assertThat(answer.describe("What is it?"))
        .contains("[p7] predicted 12 tokens, has 3, after 1.5 s", "> What is it?", "Paris.");
  }

  @Test
  void readsBothShapesOfAnError() throws Exception {
    assertThat(
            answer(
                """
                {"custom_id": "p7", "error": null, "response": {"status_code": 400,
                  "body": {"error": {"message": "too long"}}}}
                """))
        .isEqualTo(new DemoAnswer("p7", "too long", true, 0, 0, 1.5));
    assertThat(
            answer(
                """
                {"custom_id": "p7", "error": {"message": "expired"}, "response": null}
                """))
        .isEqualTo(new DemoAnswer("p7", "expired", true, 0, 0, 1.5));
  }

  private static DemoAnswer answer(String record) throws Exception {
    return DemoAnswer.ofResponse(record.getBytes(StandardCharsets.UTF_8), 1.5);
  }
}
