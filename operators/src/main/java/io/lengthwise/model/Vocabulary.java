package io.lengthwise.model;

import io.lengthwise.model.text.AnswerText;
import java.util.List;

/** What the tokens of answers mean. For all threads. */
public interface Vocabulary {

  /** Whether it is one of the model's own tokens that end an answer. */
  boolean isEndToken(int token);

  /** The text of an answer's tokens. */
  String text(int[] tokens);

  /** An answer without tokens that one of these strings will end. */
  AnswerText beginAnswer(List<String> stop);
}
