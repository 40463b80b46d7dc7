package io.lengthwise.request;

import java.util.List;
import java.util.Map;

/**
 * How the next token of an answer is drawn. A null field was not asked for; {@link #orElse} fills
 * it.
 *
 * <p>The logits pass in this order: repetition penalty, logit bias, temperature, top-k, top-p,
 * min-p.
 *
 * @param temperature 0 is greedy decoding
 * @param topK the number of most likely tokens kept, 0 keeps all
 * @param topP the smallest set of most likely tokens whose probability reaches this is kept
 * @param minP tokens below this share of the most likely token's probability are dropped
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens already seen
 * @param seed with the token's position it fixes the draw, whatever the neighbouring rows are
 * @param stop strings that end the answer; they are not part of it
 * @param stopTokenIds tokens that end the answer beside the model's own
 * @param logitBias added to the logit of each token id
 */
public record Sampling(
    Float temperature,
    Integer topK,
    Float topP,
    Float minP,
    Float repetitionPenalty,
    Long seed,
    List<String> stop,
    List<Integer> stopTokenIds,
    Map<Integer, Float> logitBias) {

  /** Nothing asked for. */
  public static final Sampling UNSPECIFIED =
      new Sampling(null, null, null, null, null, null, List.of(), List.of(), Map.of());

  /** OpenAI's defaults: the model's own distribution, untouched. */
  public static final Sampling DEFAULTS =
      new Sampling(1f, 0, 1f, 0f, 1f, null, List.of(), List.of(), Map.of());

  /** Greedy decoding with nothing else changed. */
  public static final Sampling GREEDY =
      new Sampling(0f, 0, 1f, 0f, 1f, 0L, List.of(), List.of(), Map.of());

  /** This, with every number that was not asked for taken from the defaults. */
  public Sampling orElse(Sampling defaults) {
    return new Sampling(
        temperature != null ? temperature : defaults.temperature,
        topK != null ? topK : defaults.topK,
        topP != null ? topP : defaults.topP,
        minP != null ? minP : defaults.minP,
        repetitionPenalty != null ? repetitionPenalty : defaults.repetitionPenalty,
        seed != null ? seed : defaults.seed,
        stop,
        stopTokenIds,
        logitBias);
  }

  /** This, with the seed that draws its tokens. */
  public Sampling withSeed(long value) {
    return new Sampling(
        temperature, topK, topP, minP, repetitionPenalty, value, stop, stopTokenIds, logitBias);
  }
}
