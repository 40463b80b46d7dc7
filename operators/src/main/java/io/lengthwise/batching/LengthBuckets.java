package io.lengthwise.batching;

import io.lengthwise.prediction.LengthDistribution;
import io.lengthwise.prediction.PredictedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The length buckets in ascending order. Longer requests are in the last bucket.
 *
 * <p>The bucket of a request is determined by the mean of its predicted length. This is the
 * expected number of its decode steps; the admission orders sort by it and the response reports it.
 * An upper quantile would assign most short requests to the buckets of long ones, since their
 * distributions are wide. A prediction that is too short costs little with the refill discipline.
 *
 * @param buckets at least one, bounds strictly ascending
 */
public record LengthBuckets(List<LengthBucket> buckets) implements BucketPlan {

  /** The buckets of the paper: batches of shorter answers are wider. */
  public static final LengthBuckets DEFAULT = parse("50:256,100:128,150:64,200:32,512:16");

  public LengthBuckets {
    buckets = List.copyOf(buckets);
    if (buckets.isEmpty()) {
      throw new IllegalArgumentException("at least one length bucket is needed");
    }
    for (int i = 1; i < buckets.size(); i++) {
      if (buckets.get(i).bound() <= buckets.get(i - 1).bound()) {
        throw new IllegalArgumentException(
            "the bounds of length buckets must ascend: %s follows %s"
                .formatted(buckets.get(i), buckets.get(i - 1)));
      }
    }
  }

  /** Creates a single bucket for all lengths. */
  public static LengthBuckets single(int size) {
    return new LengthBuckets(List.of(new LengthBucket(LengthDistribution.LONGEST, size)));
  }

  /**
   * Parses buckets in the format of {@link #toString}: {@code bound:size}, separated by commas.
   *
   * @throws IllegalArgumentException with a message that says which part is wrong
   */
  public static LengthBuckets parse(String text) {
    List<LengthBucket> buckets = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String[] numbers = part.strip().split(":", -1);
      if (numbers.length != 2) {
        throw malformed(part, text);
      }
      try {
        buckets.add(
            new LengthBucket(
                Integer.parseInt(numbers[0].strip()), Integer.parseInt(numbers[1].strip())));
      } catch (NumberFormatException e) {
        throw malformed(part, text);
      }
    }
    return new LengthBuckets(buckets);
  }

  private static IllegalArgumentException malformed(String part, String text) {
    return new IllegalArgumentException(
        "\"%s\" in length buckets \"%s\" is not of the form bound:size, for example 50:256;"
                .formatted(part.strip(), text)
            + " to have buckets learned, write learned or learned:5");
  }

  /** The length that determines the bucket of a request, in tokens. */
  static double lengthOf(PredictedRequest request) {
    return request.length().mean(request.encoded().request().maxTokens());
  }

  /** The index, from 0, of the bucket of a length. The length is rounded to whole tokens. */
  int indexOf(double length) {
    long tokens = Math.round(length);
    int index = 0;
    while (index < buckets.size() - 1 && tokens > buckets.get(index).bound()) {
      index++;
    }
    return index;
  }

  /** Returns the bucket of a length. */
  LengthBucket of(double length) {
    return buckets.get(indexOf(length));
  }

  /** The number of requests that fill a micro-batch of the bucket of a length. */
  int sizeOf(int length) {
    return of(length).size();
  }

  @Override
  public int most() {
    return buckets.size();
  }

  @Override
  public CurrentBuckets open() {
    return length -> this;
  }

  @Override
  public String toString() {
    return buckets.stream().map(LengthBucket::toString).collect(Collectors.joining(","));
  }
}
