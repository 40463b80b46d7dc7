package io.lengthwise.job.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.RequestError;
import java.util.List;
import java.util.stream.Stream;

/**
 * Parses a record as a request: a line of the OpenAI Batch API, or the body of a request.
 *
 * <p>A record with one of the fields {@code custom_id}, {@code method}, {@code url} and {@code
 * body} is such a line. Any other object is a body. The id of the request is {@code custom_id}, or
 * the key of the record if that is absent. A record with a usable id is accepted or refused; any
 * other record is unreadable. A {@code custom_id} that has another type, is empty or is too long
 * makes the record unreadable even if the record has a key, because the caller waits for an id that
 * no response can have.
 *
 * <p>The parser has no state, and no record makes it throw.
 */
final class RequestParser {

  private static final List<String> ENVELOPE = List.of("custom_id", "method", "url", "body");

  private static final int MAX_PRIORITY = 1000;

  private RequestParser() {}

  /** Parses a record. */
  static ParsedRecord parse(InputRecord record, RequestLimits limits) {
    try {
      JsonNode object = RecordReader.object(record, limits.maxRecordBytes());
      return request(record, object, RecordReader.id(record, object), limits);
    } catch (UnreadableException e) {
      return new ParsedRecord.Unreadable(new DeadLetter(record, e.word(), e.getMessage()));
    }
  }

  private static ParsedRecord request(
      InputRecord record, JsonNode object, String id, RequestLimits limits) {
    boolean isLine = ENVELOPE.stream().anyMatch(object::has);
    JsonNode body = isLine ? object.path("body") : object;
    Endpoint endpoint =
        body.has("prompt") && !body.has("messages")
            ? Endpoint.COMPLETIONS
            : Endpoint.CHAT_COMPLETIONS;
    try {
      if (isLine) {
        endpoint = endpoint(new RecordJson(object, ""));
      } else if (body.has("prompt") && body.has("messages")) {
        throw new RefusedFieldException(
            RequestError.invalid("prompt", "A body has messages or a prompt, not both"));
      }
      return new ParsedRecord.Accepted(
          read(record, new RecordJson(body, ""), id, endpoint, limits));
    } catch (RefusedFieldException e) {
      return new ParsedRecord.Refused(
          new GenerationResult(
              id,
              record.origin(),
              endpoint,
              limits.model(),
              record.origin().arrival(),
              null,
              null,
              e.error()));
    }
  }

  private static Endpoint endpoint(RecordJson line) {
    if (!line.has("method")) {
      throw line.missing("method", "give POST");
    }
    if (!"POST".equals(line.text("method"))) {
      throw line.invalid("method", line.node("method"), "must be POST");
    }
    if (!line.has("url")) {
      throw line.missing("url", "give /v1/chat/completions or /v1/completions");
    }
    String url = line.text("url");
    Endpoint endpoint =
        Stream.of(Endpoint.values())
            .filter(known -> known.url().equals(url))
            .findFirst()
            .orElseThrow(
                () ->
                    line.invalid(
                        "url",
                        line.node("url"),
                        "must be /v1/chat/completions or /v1/completions"));
    if (!line.has("body")) {
      throw line.missing("body", "give the request");
    }
    if (!line.node("body").isObject()) {
      throw line.invalid("body", line.node("body"), "must be an object");
    }
    return endpoint;
  }

  private static GenerationRequest read(
      InputRecord record, RecordJson body, String id, Endpoint endpoint, RequestLimits limits) {
    checkModel(body, limits.model());
    UnsupportedFields.check(body);
    boolean chat = endpoint == Endpoint.CHAT_COMPLETIONS;
    Long priority =
        body.integer(
            "priority", -MAX_PRIORITY, MAX_PRIORITY, "must be a whole number from -1000 to 1000");
    return new GenerationRequest(
        id,
        record.origin(),
        endpoint,
        limits.model(),
        chat ? PromptFields.messages(body) : List.of(),
        chat ? null : PromptFields.prompt(body),
        SamplingFields.read(body, limits),
        maxTokens(body),
        priority == null ? 0 : priority.intValue(),
        Deadline.read(body, record.origin().headers()));
  }

  /** A body without a model means the served model. */
  private static void checkModel(RecordJson body, String served) {
    String model = body.text("model");
    if (model != null && !model.equals(served)) {
      throw new RefusedFieldException(
          RequestError.modelNotFound(
              "The model %s is not served here: ask for %s"
                  .formatted(RecordJson.quote(body.node("model")), served)));
    }
  }

  /** If a body has both of OpenAI's names, the newer one counts. Both values must be in range. */
  private static int maxTokens(RecordJson body) {
    String rule = "must be a whole number from 1 to " + Integer.MAX_VALUE;
    Long older = body.integer("max_tokens", 1, Integer.MAX_VALUE, rule);
    Long newer = body.integer("max_completion_tokens", 1, Integer.MAX_VALUE, rule);
    Long chosen = newer != null ? newer : older;
    return chosen == null ? 0 : chosen.intValue();
  }
}
