package io.lengthwise.generation.trial;

import io.lengthwise.prediction.LengthDistribution;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.prediction.PromptFeatures;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Requests with given lengths for a trial, each with a predicted length. */
final class RecordedLoad implements TrialLoad {

  static final int CAP = 512;
  private static final int PROMPT_TOKENS = 20;

  private final int[] lengths;
  private final double[] arrivals;
  private final IntUnaryOperator predicted;
  final List<Integer> answered = new ArrayList<>();

  /** Creates a load whose requests arrive at once. */
  RecordedLoad(int[] lengths, IntUnaryOperator predicted) {
    this(lengths, new double[lengths.length], predicted);
  }

  /**
   * Creates a load.
   *
   * @param predicted the predicted length of a request by its number
   */
  RecordedLoad(int[] lengths, double[] arrivals, IntUnaryOperator predicted) {
    this.lengths = lengths;
    this.arrivals = arrivals;
    this.predicted = predicted;
  }

  @Override
  public int size() {
    return lengths.length;
  }

  @Override
  public double arrival(int request) {
    return arrivals[request];
  }

  @Override
  public PredictedRequest predicted(int request) {
    GenerationRequest asked =
        TrialLoad.request(request, (long) arrivals[request], Sampling.GREEDY, CAP);
    return new PredictedRequest(
        ScheduleTrial.recorded(asked, PROMPT_TOKENS, lengths[request]),
        LengthDistribution.point(Math.max(1, predicted.applyAsInt(request))),
        new PromptFeatures(new int[0]),
        0);
  }

  @Override
  public void answered(PredictedRequest request, int tokens, boolean cut) {
    answered.add((int) request.encoded().request().origin().offset());
  }
}
