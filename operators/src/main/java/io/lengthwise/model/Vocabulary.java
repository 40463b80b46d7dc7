package io.lengthwise.model;

import io.lengthwise.model.text.AnswerText;
import java.util.List;

/** Decodes the tokens of answers. Thread-safe. */
public interface Vocabulary {

  /** Whether a token is one of the end tokens of the model. */
  boolean isEndToken(int token);

  /** Returns the text of the tokens of an answer. */
  String text(int[] tokens);

  /** Creates an empty answer that ends at one of the stop strings. */
  AnswerText beginAnswer(List<String> stop);
}
