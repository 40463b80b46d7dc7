package io.lengthwise.request;

import java.util.List;

/**
 * A parsed request.
 *
 * @param id the id that the caller chose; the response has it too; it need not be unique
 * @param origin the record from which the request was read
 * @param endpoint determines whether {@code messages} or {@code prompt} is set
 * @param model the name of the model
 * @param messages the conversation, empty for a plain completion
 * @param prompt the text to complete, null for a chat
 * @param sampling the sampling parameters; fields that the request leaves out are null
 * @param maxTokens the cap of the answer, 0 if the request names none
 * @param priority requests with a larger priority are answered earlier; the default is 0
 * @param deadline epoch milliseconds after which the caller needs no answer, or {@link
 *     #NO_DEADLINE}
 */
public record GenerationRequest(
    String id,
    Origin origin,
    Endpoint endpoint,
    String model,
    List<Message> messages,
    String prompt,
    Sampling sampling,
    int maxTokens,
    int priority,
    long deadline) {

  public static final long NO_DEADLINE = Long.MAX_VALUE;

  /** Whether the deadline had passed at a time in epoch milliseconds. */
  public boolean expiredAt(long now) {
    return now >= deadline;
  }

  /** Returns this request without its text, which is not needed after the length is predicted. */
  public GenerationRequest withoutText() {
    return new GenerationRequest(
        id, origin, endpoint, model, List.of(), null, sampling, maxTokens, priority, deadline);
  }

  /** Returns this request with complete sampling parameters and a cap. */
  public GenerationRequest settled(Sampling settledSampling, int settledMaxTokens) {
    return new GenerationRequest(
        id,
        origin,
        endpoint,
        model,
        messages,
        prompt,
        settledSampling,
        settledMaxTokens,
        priority,
        deadline);
  }
}
