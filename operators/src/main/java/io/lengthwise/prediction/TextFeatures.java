package io.lengthwise.prediction;

import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Message;
import io.lengthwise.request.Origin;
import io.lengthwise.request.Sampling;
import java.util.List;

/**
 * The features of prompts of which only the text is known, as in files of recorded lengths.
 *
 * <p>Each text counts as the only turn of a chat. Properties beside the text (source, model, number
 * of prompt tokens) are the same for all texts.
 *
 * <p>An extractor keeps working memory, so it belongs to one thread.
 */
public final class TextFeatures {

  private static final Origin NOWHERE = new Origin("", 0, 0, null, List.of(), 0);
  private static final int[] NO_TOKENS = {};

  private final FeatureExtractor extractor = new FeatureExtractor();

  /**
   * The features of a prompt.
   *
   * @param maxTokens the most tokens that the answer may have
   */
  public PromptFeatures of(String text, int maxTokens) {
    GenerationRequest request =
        new GenerationRequest(
            "",
            NOWHERE,
            Endpoint.CHAT_COMPLETIONS,
            "",
            List.of(new Message("user", text)),
            null,
            Sampling.UNSPECIFIED,
            maxTokens,
            0,
            GenerationRequest.NO_DEADLINE);
    return new PromptFeatures(extractor.of(new EncodedRequest(request, NO_TOKENS)));
  }

  /**
   * The features of a prompt for a predictor that asks the model.
   *
   * @param probeResult the result of the probe of the prompt; empty without a probe
   */
  public PromptFeatures of(String text, int maxTokens, float[] probeResult) {
    return new PromptFeatures(of(text, maxTokens).rows(), probeResult);
  }
}
