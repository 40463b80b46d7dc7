package io.lengthwise.request;

/** The OpenAI endpoint whose body a request carries; it decides the shape of the response. */
public enum Endpoint {
  CHAT_COMPLETIONS("/v1/chat/completions"),
  COMPLETIONS("/v1/completions");

  private final String url;

  Endpoint(String url) {
    this.url = url;
  }

  public String url() {
    return url;
  }
}
