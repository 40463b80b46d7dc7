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
 * Splits a stream into lines, numbered from 1, that end with LF or CRLF; the last one may have no
 * end. Of a line longer than the limit only the beginning is kept, so that none is too large for
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
      // One more than the limit, for the CR that may turn out to be the line's end.
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
