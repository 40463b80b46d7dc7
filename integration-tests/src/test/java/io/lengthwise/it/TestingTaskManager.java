package io.lengthwise.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * A TaskManager that is a process.
 *
 * @param metricsPort where it publishes its metrics for Prometheus
 */
record TestingTaskManager(TestingProcess process, int metricsPort) {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Duration TIMEOUT = Duration.ofMillis(500);

  /** All its metrics as text; nothing while it does not answer. */
  String metrics() throws InterruptedException {
    URI address = URI.create("http://127.0.0.1:%d/metrics".formatted(metricsPort));
    HttpRequest request = HttpRequest.newBuilder(address).timeout(TIMEOUT).build();
    try {
      return CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return "";
    }
  }
}
