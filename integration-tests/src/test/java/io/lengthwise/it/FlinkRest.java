package io.lengthwise.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** The answers of Flink's REST interface. They are empty while the JobManager is down. */
final class FlinkRest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient client = HttpClient.newHttpClient();
  private final String address;

  FlinkRest(int port) {
    this.address = "http://127.0.0.1:" + port;
  }

  /** The number of registered TaskManagers, or 0 while the JobManager does not answer. */
  int taskManagers() throws InterruptedException {
    return get("/taskmanagers").path("taskmanagers").size();
  }

  /** The state of a job, or the empty string while the JobManager does not know it. */
  String state(String job) throws InterruptedException {
    return get("/jobs/" + job).path("state").asText();
  }

  /** Returns whether all subtasks of a job have opened. */
  boolean isRunning(String job) throws InterruptedException {
    JsonNode vertices = get("/jobs/" + job).path("vertices");
    for (JsonNode vertex : vertices) {
      if (vertex.at("/tasks/RUNNING").asInt() != vertex.path("parallelism").asInt()) {
        return false;
      }
    }
    return !vertices.isEmpty();
  }

  /**
   * The number of checkpoints of a job that are {@code completed}, {@code failed} or {@code
   * restored}, under the current JobManager.
   */
  int checkpoints(String job, String what) throws InterruptedException {
    return get("/jobs/" + job + "/checkpoints").path("counts").path(what).asInt();
  }

  /** Cancels a job without waiting for its end. */
  void cancel(String job) throws IOException, InterruptedException {
    send(
        HttpRequest.newBuilder(URI.create(address + "/jobs/" + job + "?mode=cancel"))
            .method("PATCH", HttpRequest.BodyPublishers.noBody()));
  }

  private JsonNode get(String path) throws InterruptedException {
    try {
      return MAPPER.readTree(send(HttpRequest.newBuilder(URI.create(address + path))));
    } catch (IOException e) {
      return MAPPER.createObjectNode();
    }
  }

  private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client
        .send(request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
