package io.lengthwise.cli.models;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** A hub that gives the configured responses in order, and records the requested ranges. */
final class TestingHub implements AutoCloseable {

  /** The response to one request. */
  @FunctionalInterface
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  /** The Range header of each request, or "none". */
  final List<String> ranges = Collections.synchronizedList(new ArrayList<>());

  private final Deque<Answer> answers = new ArrayDeque<>();
  private final HttpServer server;

  TestingHub(Answer... answers) throws IOException {
    this.answers.addAll(List.of(answers));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String range = exchange.getRequestHeaders().getFirst("Range");
          ranges.add(range == null ? "none" : range);
          try (exchange) {
            this.answers.remove().to(exchange);
          }
        });
    server.start();
  }

  HubSource source() {
    return HubSource.of(Map.of("HF_ENDPOINT", "http://127.0.0.1:" + port()));
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** The whole content, whatever the requested range. */
  static Answer whole(byte[] content) {
    return exchange -> {
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content);
    };
  }

  /** The requested range. */
  static Answer range(byte[] content) {
    return exchange -> {
      String range = exchange.getRequestHeaders().getFirst("Range");
      int start = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              "bytes %d-%d/%d".formatted(start, content.length - 1, content.length));
      exchange.sendResponseHeaders(206, content.length - start);
      exchange.getResponseBody().write(Arrays.copyOfRange(content, start, content.length));
    };
  }

  /** Promises the whole content and breaks off after the given number of bytes. */
  static Answer cut(byte[] content, int bytes) {
    return exchange -> {
      exchange.sendResponseHeaders(200, content.length);
      OutputStream body = exchange.getResponseBody();
      body.write(content, 0, bytes);
      body.flush();
    };
  }

  static Answer status(int status) {
    return exchange -> exchange.sendResponseHeaders(status, -1);
  }

  static Answer redirect(String path) {
    return exchange -> {
      exchange.getResponseHeaders().set("Location", path);
      exchange.sendResponseHeaders(302, -1);
    };
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
