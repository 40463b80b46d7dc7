package io.lengthwise.prediction;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The question that makes a model say how long its answer will be, and the parsing of its reply.
 *
 * <p>The question is from "Response Length Perception and Sequence Scheduling" (arXiv 2305.13144):
 * perception without the answer. A reply without a number means the maximum. One number is the
 * length. If there are more, as in "100-150 tokens", the mean of the first two is the length.
 */
public final class LengthQuestion {

  /** The question, which follows the user's own words and a blank line. */
  public static final String TEXT =
      "Don't output the response for the above instruction. Instead, you need to predict the number"
          + " of tokens in your response. Output one number only.";

  /** The most tokens of the model's reply. */
  public static final int MAX_TOKENS = 8;

  /** A number. A comma belongs to it only as a separator of thousands: "3,4" are two numbers. */
  private static final Pattern NUMBER =
      Pattern.compile("(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\\.[0-9]+)?");

  private LengthQuestion() {}

  /**
   * The probe result of a reply: one number, from 1 to the maximum.
   *
   * @param maximum the most tokens that the answer may have
   */
  public static float[] probeResult(String said, int maximum) {
    Matcher numbers = NUMBER.matcher(said);
    if (!numbers.find()) {
      return maximum(maximum);
    }
    double length = number(numbers, maximum);
    if (numbers.find()) {
      length = (length + number(numbers, maximum)) / 2;
    }
    return new float[] {(float) Math.max(1, length)};
  }

  /** The probe result if the reply contains no number or the model could not be asked. */
  public static float[] maximum(int maximum) {
    return new float[] {maximum};
  }

  private static double number(Matcher numbers, int maximum) {
    return Math.min(maximum, Double.parseDouble(numbers.group().replace(",", "")));
  }
}
