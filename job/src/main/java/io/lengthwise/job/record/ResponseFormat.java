package io.lengthwise.job.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lengthwise.request.Completion;
import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.RequestError;
import io.lengthwise.request.Sha256;
import io.lengthwise.request.Timings;
import io.lengthwise.request.WellFormed;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Writes a result as a line of the output of the OpenAI Batch API.
 *
 * <p>An answer, or an error of a request, is a {@code response} with the body that the endpoint
 * would send. A request that expired has an {@code error} instead, as in OpenAI's expired batches.
 * The ids depend only on the position of the record, so a response that is written again after a
 * failure has the same ids: {@code batch_req_} and 24 hexadecimal digits.
 */
public final class ResponseFormat {

  private static final int REQUEST_TIMEOUT = 408;
  private static final int SERVER_ERROR = 500;
  private static final int ID_BYTES = 12;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ResponseFormat() {}

  /** Returns the line in UTF-8, without a line break. */
  public static byte[] line(GenerationResult result) {
    String hash = hash(result.origin().position());
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("id", "batch_req_" + hash);
    line.put("custom_id", result.id());
    if (result.isError() && result.error().status() == REQUEST_TIMEOUT) {
      line.putNull("response");
      line.putObject("error")
          .put("code", result.error().code())
          .put("message", WellFormed.text(result.error().message()));
    } else {
      ObjectNode response = line.putObject("response");
      response.put("status_code", result.isError() ? result.error().status() : 200);
      response.put("request_id", "req_" + hash);
      response.set("body", result.isError() ? error(result.error()) : body(result, hash));
      line.putNull("error");
    }
    try {
      return MAPPER.writeValueAsBytes(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree of well-formed text cannot be written", e);
    }
  }

  private static ObjectNode body(GenerationResult result, String hash) {
    boolean chat = result.endpoint() == Endpoint.CHAT_COMPLETIONS;
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("id", (chat ? "chatcmpl-" : "cmpl-") + hash);
    body.put("object", chat ? "chat.completion" : "text_completion");
    body.put("created", result.created() / 1000);
    body.put("model", result.model());
    Completion completion = result.completion();
    ObjectNode choice = body.putArray("choices").addObject();
    choice.put("index", 0);
    String text = WellFormed.text(completion.text());
    if (chat) {
      choice.putObject("message").put("role", "assistant").put("content", text).putNull("refusal");
    } else {
      choice.put("text", text);
    }
    choice.putNull("logprobs");
    choice.put("finish_reason", completion.finishReason().word());
    body.putObject("usage")
        .put("prompt_tokens", completion.promptTokens())
        .put("completion_tokens", completion.completionTokens())
        .put("total_tokens", completion.promptTokens() + completion.completionTokens());
    body.putNull("system_fingerprint");
    body.set("lengthwise", scheduling(completion, result.timings()));
    return body;
  }

  /**
   * Writes the prediction, the bucket and the times of a request. {@code timings_ms} is in
   * milliseconds.
   */
  private static ObjectNode scheduling(Completion completion, Timings timings) {
    ObjectNode scheduling = JsonNodeFactory.instance.objectNode();
    scheduling.put("predicted_tokens", Math.round(completion.predictedTokens() * 10) / 10.0);
    scheduling.put("bucket", completion.bucket());
    scheduling.put("continued_tokens", completion.continuedTokens());
    scheduling
        .putObject("timings_ms")
        .put("window", timings.window())
        .put("queued", timings.queued())
        .put("prefill", timings.prefill())
        .put("decode", timings.decode());
    return scheduling;
  }

  private static ObjectNode error(RequestError error) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("error")
        .put("message", WellFormed.text(error.message()))
        .put("type", error.status() >= SERVER_ERROR ? "server_error" : "invalid_request_error")
        .put("param", error.param())
        .put("code", error.code());
    return body;
  }

  private static String hash(String position) {
    byte[] digest = Sha256.of(position.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest, 0, ID_BYTES);
  }
}
