package io.lengthwise.job.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lengthwise.request.Completion;
import io.lengthwise.request.Endpoint;
import io.lengthwise.request.FinishReason;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.Origin;
import io.lengthwise.request.RequestError;
import io.lengthwise.request.Timings;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

public class ResponseFormatTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void chatIsAnsweredByAChatCompletion() throws IOException {
    assertThat(json(answer(Endpoint.CHAT_COMPLETIONS, "Hi \"there\"\n")))
        .isEqualTo(
            MAPPER.readTree(
                """
                {"id": "batch_req_b9f34501f1c2dd92021302e5", "custom_id": "r-1",
                 "response": {"status_code": 200, "request_id": "req_b9f34501f1c2dd92021302e5",
                  "body": {"id": "chatcmpl-b9f34501f1c2dd92021302e5", "object": "chat.completion",
                   "created": 1700000000, "model": "tiny",
                   "choices": [{"index": 0,
                     "message": {"role": "assistant", "content": "Hi \\"there\\"\\n", "refusal": null},
                     "logprobs": null, "finish_reason": "length"}],
                   "usage": {"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 8},
                   "system_fingerprint": null,
                   "lengthwise": {"predicted_tokens": 12.3, "bucket": 50, "continued_tokens": 2,
                     "timings_ms": {"window": 1, "queued": 2, "prefill": 3, "decode": 4}}}},
                 "error": null}"""));
  }

  @Test
  void promptIsAnsweredByATextCompletion() throws IOException {
    JsonNode body = json(answer(Endpoint.COMPLETIONS, " upon")).at("/response/body");

    assertThat(body.at("/object").textValue()).isEqualTo("text_completion");
    assertThat(body.at("/id").textValue()).startsWith("cmpl-");
    assertThat(body.at("/choices/0/text").textValue()).isEqualTo(" upon");
    assertThat(body.at("/choices/0").has("message")).isFalse();
  }

  @Test
  void mistakeOfTheRequestIsAResponseWithAnError() throws IOException {
    JsonNode line = json(error(RequestError.invalid("n", "n must be 1")));

    assertThat(line.at("/response/status_code").intValue()).isEqualTo(400);
    assertThat(line.at("/response/body"))
        .isEqualTo(
            MAPPER.readTree(
                """
                {"error": {"message": "n must be 1", "type": "invalid_request_error",
                 "param": "n", "code": "invalid_value"}}"""));
    assertThat(line.get("error").isNull()).isTrue();
  }

  @Test
  void mistakeOfTheServerHasItsOwnType() throws IOException {
    JsonNode line = json(error(new RequestError(500, "broken", null, "It broke")));

    assertThat(line.at("/response/body/error/type").textValue()).isEqualTo("server_error");
    assertThat(line.at("/response/body/error/param").isNull()).isTrue();
  }

  @Test
  void expiredRequestHasNoResponse() throws IOException {
    JsonNode line = json(error(RequestError.deadlineExceeded("Too late")));

    assertThat(line.get("response").isNull()).isTrue();
    assertThat(line.get("error"))
        .isEqualTo(MAPPER.readTree("{\"code\": \"deadline_exceeded\", \"message\": \"Too late\"}"));
  }

  @Test
  void retryHasTheIdsOfTheFirstTry() throws IOException {
    JsonNode first = json(answer(Endpoint.COMPLETIONS, "a"));
    JsonNode second = json(answer(Endpoint.COMPLETIONS, "b"));

    assertThat(second.get("id")).isEqualTo(first.get("id"));
    assertThat(second.at("/response/request_id")).isEqualTo(first.at("/response/request_id"));
  }

  @Test
  void halfASurrogatePairInAnAnswerIsReplaced() throws IOException {
    JsonNode line = json(answer(Endpoint.COMPLETIONS, "a\ud83d"));

    assertThat(line.at("/response/body/choices/0/text").textValue()).isEqualTo("a\uFFFD");
  }

  public static GenerationResult answer(Endpoint endpoint, String text) {
    return new GenerationResult(
        "r-1",
        new Origin("requests", 3, 7, null, List.of(), 1000),
        endpoint,
        "tiny",
        1700000000123L,
        new Completion(text, FinishReason.LENGTH, 5, 3, 12.34f, 50, 2),
        new Timings(1, 2, 3, 4),
        null);
  }

  static GenerationResult error(RequestError error) {
    GenerationResult answer = answer(Endpoint.CHAT_COMPLETIONS, "");
    return new GenerationResult(
        answer.id(), answer.origin(), answer.endpoint(), "tiny", 1, null, null, error);
  }

  private static JsonNode json(GenerationResult result) throws IOException {
    return MAPPER.readTree(ResponseFormat.line(result));
  }
}
