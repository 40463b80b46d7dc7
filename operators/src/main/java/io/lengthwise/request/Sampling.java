package io.lengthwise.request;

import java.util.List;
import java.util.Map;

/**
 * The sampling parameters of a request. A null field is one that the request leaves out; {@link
 * #orElse} replaces it by a default.
 *
 * <p>The logits are changed in this order: repetition penalty, logit bias, temperature, top-k,
 * top-p, min-p.
 *
 * @param temperature 0 is greedy decoding
 * @param topK the number of most likely tokens kept, 0 keeps all
 * @param topP the smallest set of most likely tokens whose probability reaches this is kept
 * @param minP tokens below this share of the most likely token's probability are dropped
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens already seen
 * @param seed together with a token's position it determines the random number, independent of
 *     other rows
 * @param stop strings that end the answer; they are not part of it
 * @param stopTokenIds tokens that end the answer, in addition to the model's own end tokens
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

  /** No parameter is set. */
  public static final Sampling UNSPECIFIED =
      new Sampling(null, null, null, null, null, null, List.of(), List.of(), Map.of());

  /** OpenAI's defaults: the model's distribution is not changed. */
  public static final Sampling DEFAULTS =
      new Sampling(1f, 0, 1f, 0f, 1f, null, List.of(), List.of(), Map.of());

  /** Greedy decoding, with no other change of the distribution. */
  public static final Sampling GREEDY =
      new Sampling(0f, 0, 1f, 0f, 1f, 0L, List.of(), List.of(), Map.of());

  /** Returns these parameters, with the defaults for numbers that are not set. */
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

  /** Returns these parameters with a seed. */
  public Sampling withSeed(long value) {
    return new Sampling(
        temperature, topK, topP, minP, repetitionPenalty, value, stop, stopTokenIds, logitBias);
  }
}
