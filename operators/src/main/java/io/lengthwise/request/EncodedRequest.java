package io.lengthwise.request;

/**
 * A request whose prompt is tokens, whose sampling has no open field and whose {@code maxTokens} is
 * at least 1 and fits the model's context.
 *
 * @param request the request, its text still there for the length predictor
 * @param promptTokens the prompt as the model reads it, at least one token
 * @param probeResult what the model said about the prompt to the predictor that asks it; empty
 *     where it was not asked
 */
public record EncodedRequest(GenerationRequest request, int[] promptTokens, float[] probeResult) {

  private static final float[] NO_READING = {};

  /** A request that the model was not asked about. */
  public EncodedRequest(GenerationRequest request, int[] promptTokens) {
    this(request, promptTokens, NO_READING);
  }

  /** This with what the model said about its prompt. */
  public EncodedRequest withProbeResult(float[] answer) {
    return new EncodedRequest(request, promptTokens, answer);
  }

  /**
   * This without its text and its probe result, which nothing needs once the length is predicted.
   */
  public EncodedRequest withoutText() {
    return new EncodedRequest(request.withoutText(), promptTokens);
  }
}
