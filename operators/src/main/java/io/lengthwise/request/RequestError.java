package io.lengthwise.request;

/**
 * Why a request was not answered, in the shape of OpenAI's errors.
 *
 * @param status the HTTP status the OpenAI API would send
 * @param code a stable word, for example {@code context_length_exceeded}
 * @param param the field of the request that is wrong, null where it is none
 * @param message what was wrong and what to do
 */
public record RequestError(int status, String code, String param, String message) {

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
}
