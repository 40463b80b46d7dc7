package io.lengthwise.request;

/**
 * The error of a request that was not answered, with the fields of an OpenAI error.
 *
 * @param status the HTTP status that the OpenAI API sends for such an error
 * @param code a stable code, for example {@code context_length_exceeded}
 * @param param the field of the request that is wrong, or null
 * @param message what was wrong and what to do
 */
public record RequestError(int status, String code, String param, String message) {

  /** The most characters of a message that another library wrote. */
  private static final int MOST_CHARACTERS = 500;

  public static RequestError invalid(String param, String message) {
    return new RequestError(400, "invalid_value", param, message);
  }

  public static RequestError missing(String param, String message) {
    return new RequestError(400, "missing_required_parameter", param, message);
  }

  public static RequestError unsupported(String param, String message) {
    return new RequestError(400, "unsupported_parameter", param, message);
  }

  public static RequestError modelNotFound(String message) {
    return new RequestError(404, "model_not_found", "model", message);
  }

  public static RequestError contextLengthExceeded(String param, String message) {
    return new RequestError(400, "context_length_exceeded", param, message);
  }

  public static RequestError deadlineExceeded(String message) {
    return new RequestError(408, "deadline_exceeded", null, message);
  }

  /** The model threw an exception on the request, and again when the request ran alone. */
  public static RequestError engineFailure(Throwable cause) {
    return new RequestError(
        500,
        "engine_failure",
        null,
        "the model failed on this request twice, the second time alone: " + lastLine(cause));
  }

  /** PyTorch's messages have a stack trace first; the last line says what was wrong. */
  private static String lastLine(Throwable cause) {
    String message = String.valueOf(cause.getMessage()).strip();
    String line = message.substring(message.lastIndexOf('\n') + 1);
    return line.substring(0, Math.min(line.length(), MOST_CHARACTERS));
  }
}
