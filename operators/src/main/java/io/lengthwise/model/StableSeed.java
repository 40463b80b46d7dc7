package io.lengthwise.model;

import io.lengthwise.request.GenerationRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Derives the seed of a request that names none. A record that is read again gives the same seed.
 */
final class StableSeed {

  private StableSeed() {}

  /**
   * Returns the first 63 bits of the SHA-256 of the position of the record and the id of the
   * request.
   */
  static long of(GenerationRequest request) {
    String name = request.origin().position() + "\n" + request.id();
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(hash).getLong() >>> 1;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
