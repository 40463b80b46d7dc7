package io.lengthwise.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** What Flink's REST interface tells about a cluster; nothing while its JobManager is away. */
final class FlinkRest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient client = HttpClient.newHttpClient();
  private final String address;

  FlinkRest(int port) {
    this.address = "http://127.0.0.1:" + port;
  }

  /** How many TaskManagers are registered; 0 while the JobManager does not answer. */
  int taskManagers() throws InterruptedException {
    return get("/taskmanagers").path("taskmanagers").size();
  }

  /** A job's state, or the empty string while the JobManager does not know it. */
  String state(String job) throws InterruptedException {
    return get("/jobs/" + job).path("state").asText();
  }

  /** Whether all subtasks of a job have opened. */
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
   * How many checkpoints of a job are {@code completed}, {@code failed}, or were {@code restored},
   * since its JobManager leads.
   */
  int checkpoints(String job, String what) throws InterruptedException {
    return get("/jobs/" + job + "/checkpoints").path("counts").path(what).asInt();
  }

  /** Asks for a job's end. */
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
