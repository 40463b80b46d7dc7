package io.lengthwise.cli.batch;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Writes lines to one new file of this machine; its parallelism must be 1. */
final class LineFileSink implements Sink<byte[]> {

  private static final long serialVersionUID = 1L;

  private final String file;

  LineFileSink(Path file) {
    this.file = file.toString();
  }

  @Override
  public SinkWriter<byte[]> createWriter(WriterInitContext context) throws IOException {
    return new LineWriter(Files.newOutputStream(Path.of(file)));
  }

  private static final class LineWriter implements SinkWriter<byte[]> {

    private final OutputStream stream;

    LineWriter(OutputStream stream) {
      this.stream = new BufferedOutputStream(stream);
    }

    @Override
    public void write(byte[] line, Context context) throws IOException {
      stream.write(line);
      stream.write('\n');
    }

    @Override
    public void flush(boolean endOfInput) throws IOException {
      stream.flush();
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }
}
