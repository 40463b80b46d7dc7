package io.lengthwise.request;

/**
 * A request that is ready for the model: its prompt is encoded as tokens, every field of its
 * sampling is set, and its {@code maxTokens} is at least 1 and fits into the model's context.
 *
 * @param request the request with its text, which the length predictor needs
 * @param promptTokens the tokens of the prompt, at least one
 * @param probeResult the result of probing the model about the prompt, empty if it was not probed
 */
public record EncodedRequest(GenerationRequest request, int[] promptTokens, float[] probeResult) {

  private static final float[] NOT_PROBED = {};

  /** Creates a request whose prompt was not probed. */
  public EncodedRequest(GenerationRequest request, int[] promptTokens) {
    this(request, promptTokens, NOT_PROBED);
  }

  /** Returns this request with the result of a probe. */
  public EncodedRequest withProbeResult(float[] answer) {
    return new EncodedRequest(request, promptTokens, answer);
  }

  /**
   * Returns this request without its text and its probe result. They are not needed after the
   * length is predicted.
   */
  public EncodedRequest withoutText() {
    return new EncodedRequest(request.withoutText(), promptTokens);
  }
}
