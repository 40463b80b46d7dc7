package io.lengthwise.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentProxiesTest {

  private static final URI HUB = URI.create("https://hub.example/model");
  private static final Proxy PROXY =
      new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("proxy.example", 3128));

  @Test
  void eitherCaseNamesTheProxy() {
    assertThat(select(Map.of("https_proxy", "http://proxy.example:3128"))).containsExactly(PROXY);
    assertThat(select(Map.of("HTTPS_PROXY", "http://proxy.example:3128/"))).containsExactly(PROXY);
    assertThat(select(Map.of("HTTPS_PROXY", "proxy.example:3128"))).containsExactly(PROXY);
  }

  @Test
  void exceptionsAreReachedDirectly() {
    for (String exception : List.of("hub.example", "x, .example", "example", "*")) {
      assertThat(select(Map.of("https_proxy", "proxy.example:3128", "no_proxy", exception)))
          .as(exception)
          .containsExactly(Proxy.NO_PROXY);
    }
    assertThat(select(Map.of("https_proxy", "proxy.example:3128", "NO_PROXY", "b.example")))
        .containsExactly(PROXY);
  }

  @Test
  void whatNamesNoProxyChangesNothing() {
    assertThat(select(Map.of())).containsExactly(Proxy.NO_PROXY);
    assertThat(select(Map.of("https_proxy", " "))).containsExactly(Proxy.NO_PROXY);
    assertThat(select(Map.of("https_proxy", "a b"))).containsExactly(Proxy.NO_PROXY);
    assertThat(select(Map.of("http_proxy", "proxy.example:3128"))).containsExactly(Proxy.NO_PROXY);
  }

  private static List<Proxy> select(Map<String, String> environment) {
    return new EnvironmentProxies(environment).select(HUB);
  }
}
