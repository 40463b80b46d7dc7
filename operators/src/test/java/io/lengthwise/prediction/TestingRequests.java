package io.lengthwise.prediction;

import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Message;
import io.lengthwise.request.Origin;
import io.lengthwise.request.Sampling;
import java.util.List;

/** Encoded requests for tests. */
public final class TestingRequests {

  public static final String MODEL = "test-model";

  /** The default {@code max_tokens}. */
  public static final int MAX_TOKENS = 512;

  private TestingRequests() {}

  /** A chat with one user message. */
  public static EncodedRequest asking(String text) {
    return chat(List.of(new Message("user", text)));
  }

  public static EncodedRequest chat(List<Message> messages) {
    return encoded("id", Endpoint.CHAT_COMPLETIONS, messages, null, GenerationRequest.NO_DEADLINE);
  }

  public static EncodedRequest completing(String prompt) {
    return encoded("id", Endpoint.COMPLETIONS, List.of(), prompt, GenerationRequest.NO_DEADLINE);
  }

  /** A request with a certain predicted length. */
  public static PredictedRequest predicted(String id, int length) {
    return predicted(id, length, GenerationRequest.NO_DEADLINE);
  }

  public static PredictedRequest predicted(String id, int length, long deadline) {
    EncodedRequest encoded =
        encoded(id, Endpoint.COMPLETIONS, List.of(), "text", deadline).withoutText();
    return new PredictedRequest(
        encoded, LengthDistribution.point(length), new PromptFeatures(new int[] {1, 2}), 0);
  }

  private static EncodedRequest encoded(
      String id, Endpoint endpoint, List<Message> messages, String prompt, long deadline) {
    Origin origin = new Origin("requests", 0, 0, null, List.of(), 0);
    return new EncodedRequest(
        new GenerationRequest(
            id,
            origin,
            endpoint,
            MODEL,
            messages,
            prompt,
            Sampling.DEFAULTS,
            MAX_TOKENS,
            0,
            deadline),
        new int[] {1, 2, 3});
  }
}
