package io.lengthwise.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.model.text.TestingTokenizers;
import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.Origin;
import io.lengthwise.request.Sampling;
import java.util.List;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PromptEncodingFunctionTest {

  private OneInputStreamOperatorTestHarness<GenerationRequest, EncodedRequest> harness;

  @BeforeEach
  void open() throws Exception {
    harness =
        ProcessFunctionTestHarnesses.forProcessFunction(
            new PromptEncodingFunction(PromptEncodingFunctionTest::encoder));
    harness.setProcessingTime(1_000);
  }

  private static PromptEncoder encoder() {
    return PromptEncoderFixture.encoder(TestingTokenizers.open("smollm"), true);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void requestLeavesEncoded() throws Exception {
    harness.processElement(request("tiny", "The river", 1_001), 0);
    assertThat(harness.extractOutputValues())
        .singleElement()
        .satisfies(encoded -> assertThat(encoded.promptTokens()).isNotEmpty());
    assertThat(harness.getSideOutput(PromptEncodingFunction.REFUSED)).isNull();
  }

  @Test
  void refusedRequestLeavesAsAnError() throws Exception {
    harness.processElement(request("other", "The river", GenerationRequest.NO_DEADLINE), 0);
    assertThat(harness.extractOutputValues()).isEmpty();
    GenerationResult result = refused();
    assertThat(result.id()).isEqualTo("id");
    assertThat(result.error().code()).isEqualTo("model_not_found");
    assertThat(result.created()).isEqualTo(1_000);
  }

  @Test
  void expiredRequestIsRefusedBeforeAnythingElse() throws Exception {
    harness.processElement(request("other", "The river", 1_000), 0);
    assertThat(refused().error().code()).isEqualTo("deadline_exceeded");
  }

  @Test
  void deadlineOfAnyNumberMakesAMessage() throws Exception {
    harness.processElement(request("tiny", "The river", Long.MIN_VALUE), 0);
    assertThat(refused().error().message())
        .isEqualTo("The deadline passed 1000 ms before the request was encoded");
  }

  @Test
  void whatTheEncoderDoesNotForeseeIsAnErrorOfTheRequest() throws Exception {
    GenerationRequest broken =
        new GenerationRequest(
            "id",
            origin(),
            Endpoint.COMPLETIONS,
            "tiny",
            List.of(),
            "a",
            null,
            0,
            0,
            GenerationRequest.NO_DEADLINE);
    harness.processElement(broken, 0);
    assertThat(refused().error().status()).isEqualTo(500);
  }

  private GenerationResult refused() {
    var refused = harness.getSideOutput(PromptEncodingFunction.REFUSED);
    assertThat(refused).hasSize(1);
    return refused.peek().getValue();
  }

  private static Origin origin() {
    return new Origin("requests", 0, 7, null, List.of(), 0);
  }

  private static GenerationRequest request(String model, String prompt, long deadline) {
    return new GenerationRequest(
        "id",
        origin(),
        Endpoint.COMPLETIONS,
        model,
        List.of(),
        prompt,
        Sampling.UNSPECIFIED,
        0,
        0,
        deadline);
  }
}
