package io.lengthwise.cli.replay;

import io.lengthwise.cli.predictor.RecordedAnswer;
import io.lengthwise.generation.trial.ScheduleTrial;
import io.lengthwise.generation.trial.TrialLoad;
import io.lengthwise.prediction.LengthDistribution;
import io.lengthwise.prediction.LengthPredictor;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.prediction.PredictorName;
import io.lengthwise.prediction.PromptFeatures;
import io.lengthwise.prediction.TextFeatures;
import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Sampling;
import java.util.List;

/** Recorded answers as the requests of a trial, with the lengths that a predictor predicts. */
final class ReplayLoad implements TrialLoad {

  /** A token of English has about four characters. */
  private static final int CHARACTERS_OF_TOKEN = 4;

  private static final int INITIAL_LENGTH = 128;
  private static final PromptFeatures NO_FEATURES = new PromptFeatures(new int[0]);

  private final List<RecordedAnswer> answers;
  private final double[] arrivals;
  private final ReplayPredictor predictor;
  private final LengthPredictor learning;
  private final TextFeatures features = new TextFeatures();

  /**
   * Creates a load.
   *
   * @param arrivals the arrival times of the requests, in milliseconds, ascending
   */
  ReplayLoad(List<RecordedAnswer> answers, double[] arrivals, ReplayPredictor predictor) {
    this.answers = answers;
    this.arrivals = arrivals;
    this.predictor = predictor;
    learning =
        (predictor == ReplayPredictor.ONLINE ? PredictorName.ONLINE : PredictorName.CONSTANT)
            .create(INITIAL_LENGTH);
  }

  /** Learns other answers before the trial. */
  void train(List<RecordedAnswer> others) {
    for (RecordedAnswer answer : others) {
      learning.learn(features(answer), answer.length(), answer.cut());
    }
  }

  @Override
  public int size() {
    return answers.size();
  }

  @Override
  public double arrival(int request) {
    return arrivals[request];
  }

  @Override
  public PredictedRequest predicted(int request) {
    RecordedAnswer answer = answers.get(request);
    PromptFeatures prompt = features(answer);
    return new PredictedRequest(encoded(request, answer), predict(answer, prompt), prompt, 0);
  }

  private PromptFeatures features(RecordedAnswer answer) {
    return predictor == ReplayPredictor.ONLINE
        ? features.of(answer.prompt(), answer.cap())
        : NO_FEATURES;
  }

  private LengthDistribution predict(RecordedAnswer answer, PromptFeatures prompt) {
    return switch (predictor) {
      case CONSTANT, ONLINE -> learning.predict(prompt);
      case MAX_OF_SAMPLES -> LengthDistribution.point(answer.longest());
      case EXACT -> LengthDistribution.point(answer.length());
    };
  }

  private EncodedRequest encoded(int number, RecordedAnswer answer) {
    GenerationRequest request =
        TrialLoad.request(number, (long) arrivals[number], Sampling.GREEDY, answer.cap());
    return ScheduleTrial.recorded(
        request, 1 + answer.prompt().length() / CHARACTERS_OF_TOKEN, answer.length());
  }

  @Override
  public void answered(PredictedRequest request, int tokens, boolean cut) {
    learning.learn(request.features(), tokens, cut);
  }
}
