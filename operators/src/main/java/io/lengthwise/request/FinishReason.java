package io.lengthwise.request;

/** Why an answer ended, in OpenAI's words. */
public enum FinishReason {
  /** The model ended it, or a stop string or stop token did. */
  STOP("stop"),
  /** It reached max_tokens. */
  LENGTH("length");

  private final String word;

  FinishReason(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }
}
