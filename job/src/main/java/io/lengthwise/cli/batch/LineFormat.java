package io.lengthwise.cli.batch;

import io.lengthwise.job.record.InputRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.reader.SimpleStreamFormat;
import org.apache.flink.connector.file.src.reader.StreamFormat;
import org.apache.flink.core.fs.FSDataInputStream;

/** Reads each line of a file as a record. The bytes of a line need not be valid UTF-8. */
final class LineFormat extends SimpleStreamFormat<InputRecord> {

  private static final long serialVersionUID = 1L;

  private final String source;
  private final int limit;

  /**
   * @param source the name of the file in the records' origin
   * @param limit the most bytes of a line that are kept
   */
  LineFormat(String source, int limit) {
    this.source = source;
    this.limit = limit;
  }

  @Override
  public StreamFormat.Reader<InputRecord> createReader(
      Configuration configuration, FSDataInputStream stream) {
    return new LineReader(stream, source, limit);
  }

  @Override
  public TypeInformation<InputRecord> getProducedType() {
    return TypeInformation.of(InputRecord.class);
  }
}
