package io.lengthwise.generation.device;

import io.lengthwise.model.Vocabulary;
import io.lengthwise.model.text.AnswerText;
import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.FinishReason;
import io.lengthwise.request.GenerationRequest;
import java.util.Arrays;
import java.util.List;

/**
 * The tokens of a prompt and of its answer so far, and the reason that ends the answer.
 *
 * <p>The engine's thread appends tokens. Any thread may take a copy with {@link
 * #generatedTokens()}.
 */
final class Answer {

  private final GenerationRequest request;
  private final Vocabulary vocabulary;
  private final int promptLength;

  /** Null without stop strings: then nothing is decoded before the end. */
  private AnswerText text;

  private int[] tokens;
  private int length;
  private FinishReason finishReason;

  /** An answer that continues from generated tokens. */
  Answer(EncodedRequest prompt, int[] generated, Vocabulary vocabulary) {
    this.request = prompt.request();
    this.vocabulary = vocabulary;
    promptLength = prompt.promptTokens().length;
    tokens = Arrays.copyOf(prompt.promptTokens(), promptLength + generated.length);
    length = promptLength;
    text = begin();
    append(generated);
  }

  private AnswerText begin() {
    List<String> stop = request.sampling().stop();
    return stop.isEmpty() ? null : vocabulary.beginAnswer(stop);
  }

  /** Drops the generated tokens. */
  synchronized void restart() {
    length = promptLength;
    finishReason = null;
    text = begin();
  }

  /**
   * Appends new tokens, up to the token that ends the answer.
   *
   * @return how many were appended
   */
  synchronized int append(int[] newTokens) {
    int taken = 0;
    for (; taken < newTokens.length && finishReason == null; taken++) {
      if (length == tokens.length) {
        tokens = Arrays.copyOf(tokens, Math.max(16, 2 * length));
      }
      tokens[length++] = newTokens[taken];
      finishReason = reasonToEnd(newTokens[taken]);
    }
    return taken;
  }

  private FinishReason reasonToEnd(int token) {
    if (isEndToken(token) || (text != null && text.append(token))) {
      return FinishReason.STOP;
    }
    return generated() == request.maxTokens() ? FinishReason.LENGTH : null;
  }

  private boolean isEndToken(int token) {
    return vocabulary.isEndToken(token) || request.sampling().stopTokenIds().contains(token);
  }

  /** Null while the answer continues. */
  FinishReason finishReason() {
    return finishReason;
  }

  /** The text of a finished answer, without the stop string or token that ended it. */
  String text() {
    if (text != null && text.stoppedAt() >= 0) {
      return text.text();
    }
    int end = isEndToken(tokens[length - 1]) ? length - 1 : length;
    return vocabulary.text(Arrays.copyOfRange(tokens, promptLength, end));
  }

  /** A copy of the tokens generated so far. */
  synchronized int[] generatedTokens() {
    return Arrays.copyOfRange(tokens, promptLength, length);
  }

  int promptLength() {
    return promptLength;
  }

  /** The number of tokens of the prompt and of the answer. */
  int length() {
    return length;
  }

  /** The number of generated tokens. */
  int generated() {
    return length - promptLength;
  }

  /** The token at a position from 0 to {@link #length()} - 1, prompt included. */
  int token(int position) {
    return tokens[position];
  }

  /**
   * The array that the answer itself uses, which nobody else may change: the tokens of the prompt
   * and of the answer, and perhaps more elements after them.
   */
  int[] liveTokens() {
    return tokens;
  }
}
