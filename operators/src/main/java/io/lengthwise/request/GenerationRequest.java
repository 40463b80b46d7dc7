package io.lengthwise.request;

import java.util.List;

/**
 * A parsed request: what is asked, of which model, and how the answer is to be drawn.
 *
 * @param id the caller's id, which the response carries; need not be unique
 * @param origin the record it was read from
 * @param endpoint decides whether {@code messages} or {@code prompt} is set
 * @param model the name of the model asked for
 * @param messages the conversation, empty for a plain completion
 * @param prompt the text to complete, null for a chat
 * @param sampling what the request asked for; fields it left out are null
 * @param maxTokens the most tokens the answer may have, 0 where the request names none
 * @param priority a larger one is answered earlier; 0 by default
 * @param deadline epoch milliseconds after which no answer is wanted, {@link #NO_DEADLINE} for none
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

  /** This without its text, which nothing needs once the prompt is tokens. */
  public GenerationRequest withoutText() {
    return new GenerationRequest(
        id, origin, endpoint, model, List.of(), null, sampling, maxTokens, priority, deadline);
  }

  /** This with every open choice of sampling and length settled. */
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
