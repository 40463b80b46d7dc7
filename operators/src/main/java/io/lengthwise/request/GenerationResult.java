package io.lengthwise.request;

/**
 * The result of a request: either a completion or an error.
 *
 * @param id the request's id
 * @param origin the record from which the request was read
 * @param endpoint determines the fields of the response
 * @param model the model that the request names
 * @param created epoch milliseconds of the result
 * @param completion null for an error
 * @param timings null for an error
 * @param error null for a completion
 */
public record GenerationResult(
    String id,
    Origin origin,
    Endpoint endpoint,
    String model,
    long created,
    Completion completion,
    Timings timings,
    RequestError error) {

  public static GenerationResult completed(
      GenerationRequest request, Completion completion, Timings timings, long created) {
    return new GenerationResult(
        request.id(),
        request.origin(),
        request.endpoint(),
        request.model(),
        created,
        completion,
        timings,
        null);
  }

  public static GenerationResult failed(
      GenerationRequest request, RequestError error, long created) {
    return new GenerationResult(
        request.id(),
        request.origin(),
        request.endpoint(),
        request.model(),
        created,
        null,
        null,
        error);
  }

  /** Returns a result of the same request that is an error. */
  public GenerationResult replacedBy(RequestError problem) {
    return new GenerationResult(id, origin, endpoint, model, created, null, null, problem);
  }

  public boolean isError() {
    return error != null;
  }
}
