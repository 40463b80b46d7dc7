package io.lengthwise.cli.models;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The proxies of {@code https_proxy}, {@code http_proxy} and {@code no_proxy}, in lower or upper
 * case, as curl and pip take them. If the environment names none, Java's own properties count.
 *
 * <p>The name and the password in a proxy's address are not used. A proxy that requires them
 * refuses the connection.
 */
final class EnvironmentProxies extends ProxySelector {

  private static final int DEFAULT_PORT = 1080;

  private final Map<String, String> environment;

  EnvironmentProxies(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public List<Proxy> select(URI target) {
    String proxy = variable(target.getScheme() + "_proxy");
    if (proxy.isEmpty()) {
      return ProxySelector.getDefault().select(target);
    }
    URI address = address(proxy);
    return address == null || isExcepted(target.getHost())
        ? List.of(Proxy.NO_PROXY)
        : List.of(
            new Proxy(
                Proxy.Type.HTTP,
                InetSocketAddress.createUnresolved(
                    address.getHost(), address.getPort() < 0 ? DEFAULT_PORT : address.getPort())));
  }

  /** Returns null if the value names no host. */
  private static URI address(String proxy) {
    try {
      URI address = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
      return address.getHost() == null ? null : address;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private boolean isExcepted(String host) {
    return Stream.of(variable("no_proxy").split(","))
        .map(entry -> entry.strip().replaceFirst("^\\.", ""))
        .filter(entry -> !entry.isEmpty())
        .anyMatch(entry -> entry.equals("*") || host.equals(entry) || host.endsWith("." + entry));
  }

  private String variable(String name) {
    return environment
        .getOrDefault(name, environment.getOrDefault(name.toUpperCase(Locale.ROOT), ""))
        .strip();
  }

  @Override
  public void connectFailed(URI target, SocketAddress proxy, IOException error) {}
}
