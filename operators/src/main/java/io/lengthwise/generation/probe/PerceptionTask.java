package io.lengthwise.generation.probe;

import io.lengthwise.generation.device.PendingRequest;
import io.lengthwise.generation.device.Row;
import io.lengthwise.model.Vocabulary;
import io.lengthwise.prediction.LengthDistribution;
import io.lengthwise.prediction.LengthQuestion;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.prediction.PromptFeatures;
import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.GenerationResult;
import java.util.function.Consumer;

/**
 * A request whose model is asked how long the answer will be. The question is a row of the engine.
 */
final class PerceptionTask extends ProbeTask {

  private final Row row;

  /**
   * A task.
   *
   * @param question the prompt of the request with {@link LengthQuestion} appended
   * @param whenProbed called once, by the engine's thread
   */
  PerceptionTask(
      EncodedRequest request,
      EncodedRequest question,
      Vocabulary vocabulary,
      long startedAt,
      Consumer<ProbeTask> whenProbed) {
    super(request, startedAt);
    PredictedRequest predicted =
        new PredictedRequest(
            question.withoutText(),
            LengthDistribution.point(LengthQuestion.MAX_TOKENS),
            new PromptFeatures(new int[0]),
            0);
    row =
        Row.ofQuestion(
            new PendingRequest(predicted, 0, 0, new int[0]),
            vocabulary,
            ended -> whenProbed.accept(this));
  }

  Row row() {
    return row;
  }

  @Override
  public float[] result() {
    GenerationResult result = row.outcome().result();
    int maximum = pending().request().maxTokens();
    return result.isError()
        ? NONE
        : LengthQuestion.probeResult(result.completion().text(), maximum);
  }

  @Override
  public void cancel() {
    row.cancel();
  }
}
