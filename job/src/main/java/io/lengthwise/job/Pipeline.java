package io.lengthwise.job;

import io.lengthwise.request.GenerationResult;
import org.apache.flink.streaming.api.datastream.DataStream;

/** The operators from a record as it was read to its response or dead letter. */
public final class Pipeline {

  private Pipeline() {}

  /**
   * What becomes of records: each of them one element of one of the two streams.
   *
   * @param responses answers, and errors of requests whose id is known
   * @param deadLetters records that no response can be addressed for
   */
  public record Streams(
      DataStream<GenerationResult> responses, DataStream<DeadLetter> deadLetters) {}

  /**
   * Adds the operators to the job that a stream of records belongs to.
   *
   * <p>Their uids stand in savepoints and never change: {@code parse}, {@code encode}, {@code
   * predict}, {@code batch}, {@code generate}.
   */
  public static Streams build(DataStream<InputRecord> records, JobSettings settings) {
    throw new UnsupportedOperationException();
  }
}
