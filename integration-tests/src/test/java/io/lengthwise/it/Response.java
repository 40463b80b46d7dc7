package io.lengthwise.it;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A line of the responses, as any consumer reads it. */
record Response(JsonNode line) {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  static Response of(ConsumerRecord<byte[], byte[]> record) {
    return of(new String(record.value(), StandardCharsets.UTF_8));
  }

  static Response of(String line) {
    try {
      return new Response(MAPPER.readTree(line));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  String id() {
    return line.required("custom_id").textValue();
  }

  int status() {
    return line.at("/response/status_code").intValue();
  }

  /** {@code answered}, or the code of the error. */
  String outcome() {
    if (line.hasNonNull("error")) {
      return line.at("/error/code").textValue();
    }
    JsonNode code = line.at("/response/body/error/code");
    return code.isMissingNode() && status() == 200 ? "answered" : code.asText();
  }

  /** The answer's text. */
  String text() {
    JsonNode choice = line.at("/response/body/choices/0");
    return choice.has("text")
        ? choice.required("text").textValue()
        : choice.required("message").required("content").textValue();
  }

  /** The mean of the predicted length. */
  double predictedTokens() {
    return line.at("/response/body/lengthwise/predicted_tokens").doubleValue();
  }

  /** Tokens of the answer. */
  int completionTokens() {
    return line.at("/response/body/usage/completion_tokens").intValue();
  }

  /** The tokens that the answer had before a failure or a restart. */
  int continuedTokens() {
    return line.at("/response/body/lengthwise/continued_tokens").intValue();
  }
}
