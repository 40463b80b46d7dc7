package io.lengthwise.batching;

/**
 * Length buckets that {@link BucketLearner} learns, so that each gets the same number of requests.
 *
 * @param count the number of buckets; there are fewer if many predictions are equal
 */
public record LearnedBuckets(int count) implements BucketPlan {

  static final String WORD = "learned";

  private static final int DEFAULT_COUNT = 5;
  private static final int MOST = 64;

  public LearnedBuckets {
    if (count < 2 || count > MOST) {
      throw new IllegalArgumentException(
          "the number of learned length buckets must lie between 2 and %d, and is %d"
              .formatted(MOST, count));
    }
  }

  static LearnedBuckets parse(String text) {
    if (text.equals(WORD)) {
      return new LearnedBuckets(DEFAULT_COUNT);
    }
    String number = text.substring(WORD.length());
    if (!number.matches("\\s*:\\s*\\d{1,9}")) {
      throw new IllegalArgumentException(
          "\"%s\" is neither learned nor learned: and a number of buckets, for example learned:5"
              .formatted(text));
    }
    return new LearnedBuckets(Integer.parseInt(number.replaceAll("\\D", "")));
  }

  @Override
  public int most() {
    return Math.max(count, BucketLearner.UNTIL_LEARNED.most());
  }

  @Override
  public CurrentBuckets open() {
    return new BucketLearner(count);
  }

  @Override
  public String toString() {
    return WORD + ":" + count;
  }
}
