package io.lengthwise.cli.models;

import java.io.IOException;
import java.io.InputStream;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The Hugging Face hub, or a mirror of it.
 *
 * <p>A transfer that breaks off continues with a range request, as long as every attempt brings
 * bytes.
 */
final class HubSource implements ModelSource {

  static final String DEFAULT_ENDPOINT = "https://huggingface.co";

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration STALL_TIMEOUT = Duration.ofSeconds(30);

  private final String endpoint;
  private final HttpClient client;

  HubSource(String endpoint, ProxySelector proxies) {
    this.endpoint =
        endpoint.endsWith("/") ? endpoint.substring(0, endpoint.length() - 1) : endpoint;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .proxy(proxies)
            .build();
  }

  /** Creates the hub of this user: {@code HF_ENDPOINT}, through the proxy of the environment. */
  static HubSource of(Map<String, String> environment) {
    String endpoint = environment.getOrDefault("HF_ENDPOINT", "").strip();
    return new HubSource(
        endpoint.isEmpty() ? DEFAULT_ENDPOINT : endpoint, new EnvironmentProxies(environment));
  }

  @Override
  public String describe(CatalogModel model) {
    return "%s/%s/resolve/%s/%s"
        .formatted(endpoint, model.hubRepository(), model.hubRevision(), model.file());
  }

  @Override
  public void fetch(CatalogModel model, PartFile part, FetchProgress progress)
      throws IOException, InterruptedException {
    while (!part.isComplete()) {
      long before = part.length();
      try {
        transfer(model, part, progress);
        return;
      } catch (ModelFetchException e) {
        throw e;
      } catch (IOException e) {
        if (part.length() <= before) {
          throw e;
        }
        progress.note(
            "The transfer broke off after %s; going on from there"
                .formatted(CatalogModel.megabytes(part.length())));
      }
    }
  }

  private void transfer(CatalogModel model, PartFile part, FetchProgress progress)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request(model).timeout(ANSWER_TIMEOUT).header("User-Agent", "lengthwise");
    if (part.length() > 0) {
      request.header("Range", "bytes=" + part.length() + "-");
    }
    HttpResponse<InputStream> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      switch (response.statusCode()) {
        case 200 -> part.restart();
        case 206 -> requireRange(response, part.length());
        default -> throw new ModelFetchException("it answered HTTP " + response.statusCode());
      }
      appendUnlessStalled(body, part, progress);
    }
  }

  private HttpRequest.Builder request(CatalogModel model) throws ModelFetchException {
    try {
      return HttpRequest.newBuilder(URI.create(describe(model)));
    } catch (IllegalArgumentException e) {
      throw new ModelFetchException(
          "HF_ENDPOINT is '%s', which is no address such as %s"
              .formatted(endpoint, DEFAULT_ENDPOINT));
    }
  }

  private static void requireRange(HttpResponse<?> response, long start)
      throws ModelFetchException {
    String range = response.headers().firstValue("Content-Range").orElse("");
    if (!range.startsWith("bytes " + start + "-")) {
      throw new ModelFetchException(
          "asked for the bytes from %d on it sent the range '%s'".formatted(start, range));
    }
  }

  /** The client has no read timeout. A watchdog closes a body that brings no bytes for too long. */
  private static void appendUnlessStalled(InputStream body, PartFile part, FetchProgress progress)
      throws IOException {
    AtomicLong lastArrival = new AtomicLong(System.nanoTime());
    ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor();
    ScheduledFuture<?> watching =
        watchdog.scheduleWithFixedDelay(
            () -> {
              if (System.nanoTime() - lastArrival.get() > STALL_TIMEOUT.toNanos()) {
                closeQuietly(body);
              }
            },
            1,
            1,
            TimeUnit.SECONDS);
    try {
      part.append(
          body,
          new FetchProgress() {
            @Override
            public void note(String message) {
              progress.note(message);
            }

            @Override
            public void received(long bytes, long total) {
              lastArrival.set(System.nanoTime());
              progress.received(bytes, total);
            }
          });
      if (!part.isComplete()) {
        throw new IOException(
            String.format(Locale.ROOT, "the transfer ended after %,d bytes", part.length()));
      }
    } finally {
      watching.cancel(false);
      watchdog.shutdownNow();
    }
  }

  private static void closeQuietly(InputStream body) {
    try {
      body.close();
    } catch (IOException e) {
      // The reader sees that the stream is broken.
    }
  }
}
