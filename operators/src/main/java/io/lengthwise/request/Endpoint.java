package io.lengthwise.request;

/**
 * The OpenAI endpoint of a request. It determines the fields of the request and of the response.
 */
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
