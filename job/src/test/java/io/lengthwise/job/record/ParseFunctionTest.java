package io.lengthwise.job.record;

import static io.lengthwise.job.record.TestingRecords.LIMITS;
import static io.lengthwise.job.record.TestingRecords.chat;
import static io.lengthwise.job.record.TestingRecords.line;
import static io.lengthwise.job.record.TestingRecords.record;
import static io.lengthwise.job.record.TestingRecords.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.request.GenerationRequest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class ParseFunctionTest {

  private static final int RECORDS = 10_000;

  /** Records for each of the three outputs, and records without a key. */
  private static final List<byte[]> GARBAGE =
      Arrays.asList(
          null,
          new byte[0],
          utf8("Hello"),
          utf8("[]"),
          utf8("{\"custom_id\": 4}"),
          new byte[] {(byte) 0xff, (byte) 0xfe},
          utf8("{"),
          utf8(line("dup", chat("\"n\": 2"))),
          utf8(line("dup", "{}")),
          utf8(line("dup", "{\"messages\": []}")),
          utf8(line("dup", chat("\"temperature\": -1"))),
          utf8(line("dup", "{\"model\": \"gpt-4\"}")),
          utf8(line("dup", "[]")),
          utf8(chat("\"max_tokens\": 0")),
          utf8(chat("\"temperature\": NaN")));

  @Test
  void everyRecordHasExactlyOneOutcome() throws Exception {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(
            new Configuration().set(PipelineOptions.GENERIC_TYPES, false));
    environment.setParallelism(2);
    SingleOutputStreamOperator<GenerationRequest> parsed =
        environment
            .fromSequence(0, RECORDS - 1)
            .map(ParseFunctionTest::input)
            .returns(TypeInformation.of(InputRecord.class))
            .process(new ParseFunction(LIMITS))
            .returns(TypeInformation.of(GenerationRequest.class));
    DataStream<String> outcomes =
        parsed
            .map(request -> request.origin().offset() + " accepted")
            .returns(Types.STRING)
            .union(
                parsed
                    .getSideOutput(ParseFunction.REFUSALS)
                    .map(result -> result.origin().offset() + " refused")
                    .returns(Types.STRING),
                parsed
                    .getSideOutput(ParseFunction.DEAD_LETTERS)
                    .map(letter -> letter.record().origin().offset() + " dead")
                    .returns(Types.STRING),
                parsed
                    .getSideOutput(ParseFunction.POSITIONS)
                    .map(position -> position.position().replaceAll(".*-", "") + " position")
                    .returns(Types.STRING));

    Set<Long> positions = new HashSet<>();
    Map<Long, String> byOffset = new HashMap<>();
    for (String outcome : outcomes.executeAndCollect(3 * RECORDS)) {
      String[] parts = outcome.split(" ");
      if (parts[1].equals("position")) {
        assertThat(positions.add(Long.valueOf(parts[0]))).isTrue();
        continue;
      }
      assertThat(byOffset.put(Long.valueOf(parts[0]), parts[1])).isNull();
    }

    assertThat(byOffset).hasSize(RECORDS);
    byOffset.forEach(
        (offset, outcome) ->
            assertThat(positions.contains(offset)).isEqualTo(!outcome.equals("dead")));
    assertThat(byOffset.values()).filteredOn("accepted"::equals).hasSize(RECORDS * 7 / 10);
    assertThat(byOffset.values()).filteredOn("refused"::equals).hasSizeGreaterThan(1000);
    assertThat(byOffset.values()).filteredOn("dead"::equals).hasSizeGreaterThan(1000);
  }

  /** Three of ten records are garbage. Ids repeat, and half of the garbage has a key. */
  private static InputRecord input(long offset) {
    if (offset % 10 < 7) {
      return record(offset, null, utf8(line("r-" + offset % 50, chat(""))));
    }
    byte[] value = GARBAGE.get((int) ((offset / 10 * 3 + offset % 10 - 7) % GARBAGE.size()));
    return record(offset, offset % 2 == 0 ? "key" : null, value);
  }
}
