package io.lengthwise.cli.demo;

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
            .mapToObj(i -> new DemoAnswer("p" + i, "", 20 - i, "", false, 10, 10 + i, i))
            .toList();

    DemoReport report = DemoReport.of(20, outcomes, 10, 0.25, 0.875);

    assertThat(report.isComplete()).isTrue();
    assertThat(report.requestsPerSecond()).isEqualTo(2);
    assertThat(report.tokensPerSecond()).isEqualTo(41);
    assertThat(report.meanSeconds()).isCloseTo(10.5, within(1e-9));
    assertThat(report.p95Seconds()).isEqualTo(19);
    assertThat(report.lengthError()).isCloseTo(10.5, within(1e-9));
    assertThat(report.lengthErrorByQuarter()).containsExactly(18.0, 13.0, 8.0, 3.0);
    assertThat(report.text())
        .contains("off by 11 tokens on average; by quarter of the run: 18, 13, 8, 3")
        .contains("25.0 % of the decoded slots", "the device worked 87.5 % of the time");
  }

  @Test
  void errorsCountAsErrorsAndNothingElse() {
    DemoReport report =
        DemoReport.of(
            2,
            List.of(
                new DemoAnswer("a", "", 0, "text", false, 4, 6, 1),
                new DemoAnswer("b", "", 1, "too long", true, 0, 0, 9)),
            10,
            0,
            1);

    assertThat(report.answered()).isEqualTo(1);
    assertThat(report.errors()).isEqualTo(1);
    assertThat(report.isComplete()).isFalse();
    assertThat(report.meanSeconds()).isEqualTo(1);
    assertThat(report.lengthErrorByQuarter())
        .containsExactly(2.0, Double.NaN, Double.NaN, Double.NaN);
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
            "lengthError",
            "lengthErrorByQuarter");
    assertThat(json.path("paddingShare").isNull()).isTrue();
    assertThat(json.path("requests").asInt()).isEqualTo(3);
    assertThat(json.path("lengthErrorByQuarter")).hasSize(4).allMatch(JsonNode::isNull);
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

    assertThat(answer)
        .isEqualTo(new DemoAnswer("p7", "What is it?", 6, "Paris.", false, 12.4, 3, 1.5));
    assertThat(answer.describe())
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
        .isEqualTo(new DemoAnswer("p7", "What is it?", 6, "too long", true, 0, 0, 1.5));
    assertThat(
            answer(
                """
                {"custom_id": "p7", "error": {"message": "expired"}, "response": null}
                """))
        .isEqualTo(new DemoAnswer("p7", "What is it?", 6, "expired", true, 0, 0, 1.5));
  }

  private static DemoAnswer answer(String record) throws Exception {
    return DemoAnswer.ofResponse(record.getBytes(StandardCharsets.UTF_8)).to("What is it?", 6, 1.5);
  }
}
