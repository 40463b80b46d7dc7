package io.lengthwise.generation.device;

import io.lengthwise.prediction.CompletedLength;
import io.lengthwise.request.Completion;
import io.lengthwise.request.FinishReason;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.RequestError;
import io.lengthwise.request.Timings;
import java.util.Optional;

/**
 * The outcome of a row that has ended.
 *
 * @param result the result of the request
 * @param completedLength what predictors learn from the answer; empty if there is no answer
 */
public record Outcome(GenerationResult result, Optional<CompletedLength> completedLength) {

  /** A row that ended with an error. */
  static Outcome failed(GenerationRequest request, RequestError error, long finishedAt) {
    return new Outcome(GenerationResult.failed(request, error, finishedAt), Optional.empty());
  }

  /**
   * A row that ended with an answer.
   *
   * <p>An answer that reached {@code max_tokens} is cut: the model had more to say, and nobody
   * knows how much. An answer that a stop string or a stop token ended is whole: the same request
   * ends it again.
   *
   * @param bucket upper bound of the length bucket in which the row was batched
   * @param continued tokens that the answer had when the row was submitted
   */
  static Outcome answered(
      PendingRequest submitted,
      Answer answer,
      int bucket,
      int continued,
      Timings timings,
      long finishedAt) {
    GenerationRequest request = submitted.predicted().encoded().request();
    double predicted = submitted.predicted().length().mean(request.maxTokens());
    Completion completion =
        new Completion(
            answer.text(),
            answer.finishReason(),
            answer.promptLength(),
            answer.generated(),
            (float) predicted,
            bucket,
            continued);
    CompletedLength length =
        new CompletedLength(
            request.model(),
            submitted.predicted().features(),
            answer.promptLength(),
            answer.generated(),
            answer.finishReason() == FinishReason.LENGTH);
    return new Outcome(
        GenerationResult.completed(request, completion, timings, finishedAt), Optional.of(length));
  }
}
