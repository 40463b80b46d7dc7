package io.lengthwise.model.file.gguf;

import io.lengthwise.model.file.MappedFile;
import io.lengthwise.model.file.ModelFileException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A cursor over the header of a GGUF file. If the file claims content beyond its end, or beyond the
 * limit of the header, the error names the field.
 */
final class GgufReader {
  /** The largest header. It is more than the largest vocabularies need. */
  static final int MAX_HEADER = 256 << 20;

  private final MappedFile file;
  private final ByteBuffer header;

  GgufReader(MappedFile file) {
    this.file = file;
    this.header = file.slice(0, (int) Math.min(file.size(), MAX_HEADER));
  }

  MappedFile file() {
    return file;
  }

  int position() {
    return header.position();
  }

  /** Another cursor over the same header. */
  GgufReader at(int position) {
    GgufReader reader = new GgufReader(file);
    reader.header.position(position);
    return reader;
  }

  int int32(String field) {
    need(field, Integer.BYTES);
    return header.getInt();
  }

  long int64(String field) {
    need(field, Long.BYTES);
    return header.getLong();
  }

  /** An integer of one to eight bytes. */
  long integer(String field, int bytes, boolean signed) {
    need(field, bytes);
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (header.get() & 0xffL) << (8 * i);
    }
    int unused = Long.SIZE - 8 * bytes;
    return signed ? value << unused >> unused : value;
  }

  /**
   * Reads a count of items, for which memory may then be reserved.
   *
   * @param leastBytes the least bytes of an item in the file
   */
  int count(String field, int leastBytes, int most) {
    long count = int64(field);
    if (count < 0 || count > most) {
      throw wrong(field, "claims " + Long.toUnsignedString(count) + ", at most " + most + " fit");
    }
    need(field, count * leastBytes);
    return (int) count;
  }

  String string(String field, int mostBytes) {
    int length = skipString(field, mostBytes);
    ByteBuffer bytes = header.slice(header.position() - length, length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw wrong(field, "is not UTF-8");
    }
  }

  /** Skips a string, and returns its length. Its bytes end at the new position. */
  int skipString(String field, int mostBytes) {
    int length = count(field, 1, mostBytes);
    header.position(header.position() + length);
    return length;
  }

  void skip(String field, long bytes) {
    need(field, bytes);
    header.position(header.position() + (int) bytes);
  }

  ModelFileException wrong(String field, String problem) {
    return new ModelFileException(file.path(), field + " " + problem);
  }

  private void need(String field, long bytes) {
    if (bytes > header.remaining()) {
      throw wrong(
          field,
          header.limit() < file.size()
              ? "lies beyond the " + MAX_HEADER + " bytes that a header may have"
              : "lies beyond the end of the file: it is cut off or damaged; fetch it again");
    }
  }
}
