package io.lengthwise.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.job.record.DeadLetter;
import io.lengthwise.job.record.InputRecord;
import io.lengthwise.job.record.OutputPosition;
import io.lengthwise.job.record.TestingRecords;
import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.Header;
import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * These types are in state and on the network. Their serializers must support schema evolution, or
 * savepoints break.
 */
class FlowingTypesTest {

  @ParameterizedTest
  @ValueSource(
      classes = {
        InputRecord.class,
        DeadLetter.class,
        OutputPosition.class,
        GenerationRequest.class,
        EncodedRequest.class,
        GenerationResult.class
      })
  void areSerializedWithoutKryo(Class<?> type) {
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(type);
  }

  @Test
  void missingPartsOfARecordStayMissing() throws IOException {
    InputRecord record =
        TestingRecords.record(1, null, null, new Header("h", null), new Header("", new byte[0]));

    InputRecord copy = throughBytes(record);

    assertThat(copy.value()).isNull();
    assertThat(copy.origin().key()).isNull();
    assertThat(copy.origin().headers().get(0).value()).isNull();
    assertThat(copy.origin().headers().get(1).value()).isEmpty();
  }

  private static InputRecord throughBytes(InputRecord record) throws IOException {
    TypeSerializer<InputRecord> serializer =
        TypeInformation.of(InputRecord.class).createSerializer(new SerializerConfigImpl());
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(record, out);
    return serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
  }
}
