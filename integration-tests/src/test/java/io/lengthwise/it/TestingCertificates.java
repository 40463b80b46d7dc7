package io.lengthwise.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import org.apache.flink.util.FileUtils;

/**
 * Key stores with self-signed certificates for 127.0.0.1, and trust stores with the certificates of
 * others.
 *
 * @param folder the folder of the stores
 * @param password of all stores
 */
record TestingCertificates(Path folder, String password) {

  /** Creates a key and its certificate with the JDK's keytool, because Java has no API for it. */
  Path identity(String name) throws IOException, InterruptedException {
    Path store = folder.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:127.0.0.1",
                "-keyalg",
                "EC",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                password)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool: " + said);
    }
    return store;
  }

  /** Creates a trust store with the certificate of a key store. */
  Path trusting(String name) throws IOException, GeneralSecurityException {
    KeyStore identity = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve(name + ".p12"))) {
      identity.load(in, password.toCharArray());
    }
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry(name, identity.getCertificate(name));
    Path store = folder.resolve("trusting-" + name + ".p12");
    try (OutputStream out = Files.newOutputStream(store)) {
      trust.store(out, password.toCharArray());
    }
    return store;
  }

  void delete() throws IOException {
    FileUtils.deleteDirectory(folder.toFile());
  }
}
