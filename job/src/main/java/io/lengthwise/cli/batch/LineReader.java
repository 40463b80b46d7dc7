package io.lengthwise.cli.batch;

import io.lengthwise.job.record.InputRecord;
import io.lengthwise.request.Origin;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.connector.file.src.reader.StreamFormat;

/**
 * Splits a stream into lines, numbered from 1. A line ends with LF, CRLF, or the end of the stream.
 * Only the beginning of a line that is longer than the limit is kept, so that every line fits into
 * the memory.
 */
final class LineReader implements StreamFormat.Reader<InputRecord> {

  private final InputStream stream;
  private final String source;
  private final int limit;
  private long number;

  LineReader(InputStream stream, String source, int limit) {
    this.stream = new BufferedInputStream(stream, 1 << 16);
    this.source = source;
    this.limit = limit;
  }

  @Override
  public InputRecord read() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long size = 0;
    int previous = -1;
    int next = stream.read();
    if (next < 0) {
      return null;
    }
    while (next >= 0 && next != '\n') {
      size++;
      // One byte more than the limit, because a CR at the end may belong to the line's end.
      if (size <= limit + 1L) {
        line.write(next);
      }
      previous = next;
      next = stream.read();
    }
    if (next == '\n' && previous == '\r') {
      size--;
    }
    number++;
    return record(line.toByteArray(), size);
  }

  private InputRecord record(byte[] bytes, long size) {
    int kept = (int) Math.min(Math.min(size, limit), bytes.length);
    Origin origin = new Origin(source, 0, number, null, List.of(), System.currentTimeMillis());
    return new InputRecord(
        origin, Arrays.copyOf(bytes, kept), (int) Math.min(size, Integer.MAX_VALUE));
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
