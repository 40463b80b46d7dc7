package io.lengthwise.request;

/** The reason why an answer ended, with its name in OpenAI's API. */
public enum FinishReason {
  /** The model, a stop string or a stop token ended the answer. */
  STOP("stop"),
  /** The answer reached max_tokens. */
  LENGTH("length");

  private final String word;

  FinishReason(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }
}
