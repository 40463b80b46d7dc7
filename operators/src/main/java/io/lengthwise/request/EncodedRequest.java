package io.lengthwise.request;

/**
 * A request whose prompt is tokens, whose sampling has no open field and whose {@code maxTokens} is
 * at least 1 and fits the model's context.
 *
 * @param request the request, its text still there for the length predictor
 * @param promptTokens the prompt as the model reads it, at least one token
 */
public record EncodedRequest(GenerationRequest request, int[] promptTokens) {

  /** This without its text. */
  public EncodedRequest withoutText() {
    return new EncodedRequest(request.withoutText(), promptTokens);
  }
}
