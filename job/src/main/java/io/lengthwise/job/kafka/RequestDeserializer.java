package io.lengthwise.job.kafka;

import io.lengthwise.job.record.InputRecord;
import io.lengthwise.request.Header;
import io.lengthwise.request.Origin;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads records without parsing them. A value that is larger than the job accepts is cut. */
final class RequestDeserializer implements KafkaRecordDeserializationSchema<InputRecord> {

  private final int maxRecordBytes;

  RequestDeserializer(int maxRecordBytes) {
    this.maxRecordBytes = maxRecordBytes;
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<InputRecord> out) {
    List<Header> headers = new ArrayList<>();
    record.headers().forEach(header -> headers.add(new Header(header.key(), header.value())));
    Origin origin =
        new Origin(
            record.topic(),
            record.partition(),
            record.offset(),
            record.key(),
            headers,
            System.currentTimeMillis());
    out.collect(InputRecord.of(origin, record.value(), maxRecordBytes));
  }

  @Override
  public TypeInformation<InputRecord> getProducedType() {
    return TypeInformation.of(InputRecord.class);
  }
}
