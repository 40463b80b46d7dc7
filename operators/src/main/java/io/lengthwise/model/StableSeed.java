package io.lengthwise.model;

import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

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
    byte[] hash = Sha256.of(name.getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(hash).getLong() >>> 1;
  }
}
