package io.lengthwise.it;

import io.lengthwise.cli.kafka.EmbeddedKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Kafka broker that authenticates its clients: by SCRAM over TLS, or by certificates. Tests look
 * at its topics without authentication.
 */
final class SecureBroker implements BeforeAllCallback, AfterAllCallback {

  static final String SCRAM = "SASL_SSL";
  static final String CERTIFICATES = "SSL";

  static final String USER_PASSWORD = "scram-that-none-may-see";
  static final String STORE_PASSWORD = "stores-that-none-may-see";

  private static final String USER = "lengthwise";
  private static final String MODULE =
      "org.apache.kafka.common.security.scram.ScramLoginModule required";

  private Path folder;
  private TestingCertificates certificates;
  private EmbeddedKafka kafka;

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    folder = Files.createTempDirectory("lengthwise-certificates");
    certificates = new TestingCertificates(folder, STORE_PASSWORD);
    for (String name : List.of("broker", "client", "stranger")) {
      certificates.identity(name);
    }
    Map<String, String> settings = new HashMap<>(keys("broker"));
    settings.putAll(trust("client"));
    settings.put("listener.name.ssl.ssl.client.auth", "required");
    settings.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
    settings.put("listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config", MODULE + ";");
    kafka = EmbeddedKafka.start(List.of(SCRAM, CERTIFICATES), settings);
    addUser();
  }

  private void addUser() throws Exception {
    Map<String, Object> client = Map.of("bootstrap.servers", kafka.bootstrapServers());
    ScramCredentialInfo info = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
    try (Admin admin = Admin.create(client)) {
      admin
          .alterUserScramCredentials(
              List.of(new UserScramCredentialUpsertion(USER, info, USER_PASSWORD)))
          .all()
          .get();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    if (kafka != null) {
      kafka.close();
    }
    certificates.delete();
  }

  /** Creates topics for one test, which reads them without credentials. */
  TestingTopics topics(String prefix) throws Exception {
    return TestingTopics.create(kafka.bootstrapServers(), prefix);
  }

  /** The options of a job that authenticates as the user with a password. */
  Map<String, String> asUser(String password) throws Exception {
    Map<String, String> properties = new HashMap<>(trust("broker"));
    properties.put("sasl.mechanism", "SCRAM-SHA-512");
    properties.put(
        "sasl.jaas.config",
        "%s username=\"%s\" password=\"%s\";".formatted(MODULE, USER, password));
    return options(SCRAM, properties);
  }

  /**
   * The options of a job with a certificate, {@code client} or {@code stranger}. The passwords are
   * in a separate file.
   */
  Map<String, String> withCertificate(String name) throws Exception {
    Path secrets = Files.writeString(folder.resolve("secrets"), "stores=" + STORE_PASSWORD);
    Map<String, String> properties = new HashMap<>(trust("broker"));
    properties.putAll(keys(name));
    properties.replaceAll(
        (key, value) ->
            value.equals(STORE_PASSWORD) ? "${file:%s:stores}".formatted(secrets) : value);
    properties.put("config.providers", "file");
    properties.put(
        "config.providers.file.class",
        "org.apache.kafka.common.config.provider.FileConfigProvider");
    return options(CERTIFICATES, properties);
  }

  private Map<String, String> options(String protocol, Map<String, String> properties) {
    Map<String, String> options = new HashMap<>();
    options.put("kafka.bootstrap-servers", kafka.bootstrapServers(protocol));
    options.put("kafka.properties.security.protocol", protocol);
    properties.forEach((name, value) -> options.put("kafka.properties." + name, value));
    return options;
  }

  private Map<String, String> keys(String name) {
    return Map.of(
        "ssl.keystore.type",
        "PKCS12",
        "ssl.keystore.location",
        folder.resolve(name + ".p12").toString(),
        "ssl.keystore.password",
        STORE_PASSWORD,
        "ssl.key.password",
        STORE_PASSWORD);
  }

  private Map<String, String> trust(String name) throws Exception {
    return Map.of(
        "ssl.truststore.type",
        "PKCS12",
        "ssl.truststore.location",
        certificates.trusting(name).toString(),
        "ssl.truststore.password",
        STORE_PASSWORD);
  }
}
