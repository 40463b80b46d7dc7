package io.lengthwise.model.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A read-only file of any size, mapped into memory.
 *
 * <p>A Java buffer has at most 2 GiB. So the file is mapped in windows of 2 GiB, one at every GiB.
 * Any slice of up to 1 GiB lies inside the window that starts at or before it. The mapping takes
 * address space, not memory.
 */
public final class MappedFile {
  /** The longest slice, in bytes. */
  static final int MAX_SLICE = 1 << 30;

  private static final long STRIDE = 1L << 30;
  private static final long MAX_SIZE = 4096 * STRIDE;

  private final Path path;
  private final long size;
  private final ByteBuffer[] windows;

  private MappedFile(Path path, long size, ByteBuffer[] windows) {
    this.path = path;
    this.size = size;
    this.windows = windows;
  }

  public static MappedFile open(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new ModelFileException(path, "no such file");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size == 0 || size > MAX_SIZE) {
        throw new ModelFileException(path, "a file of " + size + " bytes cannot hold a model");
      }
      ByteBuffer[] windows = new ByteBuffer[(int) ((size - 1) / STRIDE) + 1];
      for (int i = 0; i < windows.length; i++) {
        long start = i * STRIDE;
        windows[i] =
            channel.map(
                FileChannel.MapMode.READ_ONLY, start, Math.min(size - start, Integer.MAX_VALUE));
      }
      return new MappedFile(path, size, windows);
    } catch (IOException e) {
      throw new ModelFileException(path, "cannot be read: " + e.getMessage(), e);
    }
  }

  public Path path() {
    return path;
  }

  /** The file's length in bytes when it was opened. */
  public long size() {
    return size;
  }

  /** Reads bytes from an offset until the array is full. */
  public void read(long offset, byte[] into) {
    slice(offset, into.length).get(into);
  }

  /**
   * Returns bytes of the file.
   *
   * @param length from 1 to {@link #MAX_SLICE}
   * @return a direct, read-only, little-endian buffer at position 0
   * @throws IndexOutOfBoundsException if they are not all inside the file
   */
  public ByteBuffer slice(long offset, int length) {
    if (length < 1 || length > MAX_SLICE || offset < 0 || offset > size - length) {
      throw new IndexOutOfBoundsException(
          length + " bytes from " + offset + " of " + path + ", which has " + size);
    }
    int window = (int) (offset / STRIDE);
    return windows[window].slice((int) (offset % STRIDE), length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
