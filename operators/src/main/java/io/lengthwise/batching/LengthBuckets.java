package io.lengthwise.batching;

import io.lengthwise.prediction.LengthDistribution;
import io.lengthwise.prediction.PredictedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The length buckets in ascending order; the last one takes everything longer, too.
 *
 * <p>The mean of the predicted length decides: it is the number of decode steps a request is
 * expected to occupy its row, the same number the admission orders sort by and the response
 * reports. An upper quantile would put most of the short requests, whose distributions are wide,
 * among the long ones; too small a guess costs little where finished rows are refilled.
 *
 * @param buckets at least one, bounds strictly ascending
 */
public record LengthBuckets(List<LengthBucket> buckets) implements BucketPlan {

  /** The paper's: the shorter the answers, the wider the batch. */
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

  /** One bucket of every length. */
  public static LengthBuckets single(int size) {
    return new LengthBuckets(List.of(new LengthBucket(LengthDistribution.LONGEST, size)));
  }

  /**
   * Reads buckets written as {@code bound:size} with commas between, as {@link #toString} writes
   * them.
   *
   * @throws IllegalArgumentException says which part is wrong
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

  /** The length that decides the bucket of a request, in tokens. */
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

  /** The bucket of a length. */
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
