package io.lengthwise.cli.models;

import io.lengthwise.request.Sha256;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The beginning of a model's file. Its bytes are hashed while they are written, so that the
 * complete file need not be read again.
 */
final class PartFile implements Closeable {

  private static final int CHUNK = 1 << 16;

  private final CatalogModel model;
  private final FileChannel channel;
  private MessageDigest digest = Sha256.digest();
  private long length;

  private PartFile(CatalogModel model, FileChannel channel) {
    this.model = model;
    this.channel = channel;
  }

  /** Opens the part of an earlier fetch, or a new one. */
  static PartFile open(Path path, CatalogModel model) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    PartFile part = new PartFile(model, channel);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    while (channel.read(chunk.clear()) > 0) {
      part.digest.update(chunk.flip());
    }
    part.length = channel.position();
    if (part.length >= model.bytes() && !part.isRight()) {
      part.restart();
    }
    return part;
  }

  long length() {
    return length;
  }

  boolean isComplete() {
    return length == model.bytes();
  }

  /** Deletes the bytes of the part. */
  void restart() throws IOException {
    channel.truncate(0);
    channel.position(0);
    digest = Sha256.digest();
    length = 0;
  }

  /**
   * Appends a stream.
   *
   * @throws ModelFetchException if the part grows beyond the model's size
   */
  void append(InputStream stream, FetchProgress progress) throws IOException {
    byte[] chunk = new byte[CHUNK];
    for (int read = stream.read(chunk); read >= 0; read = stream.read(chunk)) {
      if (length + read > model.bytes()) {
        throw new ModelFetchException(
            String.format(
                Locale.ROOT,
                "it sent more than the %,d bytes that %s has",
                model.bytes(),
                model.file()));
      }
      ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, read);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      digest.update(chunk, 0, read);
      length += read;
      progress.received(length, model.bytes());
    }
  }

  /**
   * Checks the size and the hash. A part with a wrong hash is deleted; a part that is too short
   * stays.
   *
   * @throws ModelFetchException if the part is not the model's file
   */
  void verify() throws IOException {
    if (length < model.bytes()) {
      throw new ModelFetchException(
          String.format(
              Locale.ROOT, "it sent %,d bytes of %,d of %s", length, model.bytes(), model.file()));
    }
    String actual = hash();
    if (!actual.equals(model.sha256())) {
      restart();
      throw new ModelFetchException(
          "%s has the wrong content: SHA-256 %s instead of %s"
              .formatted(model.file(), actual, model.sha256()));
    }
  }

  private boolean isRight() {
    return isComplete() && hash().equals(model.sha256());
  }

  private String hash() {
    try {
      return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("SHA-256 of this JVM cannot be cloned", e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
