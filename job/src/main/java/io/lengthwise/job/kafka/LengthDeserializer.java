package io.lengthwise.job.kafka;

import io.lengthwise.job.record.CauseCounters;
import io.lengthwise.job.record.LengthFormat;
import io.lengthwise.job.record.UnreadableException;
import io.lengthwise.prediction.CompletedLength;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the lengths of answers of the served model. It skips and counts every other record, since
 * jobs may share a topic and no record may stop a job.
 *
 * <p>The length of another model says nothing about this model, and predictors for all names in the
 * topic could fill the memory.
 */
final class LengthDeserializer implements KafkaRecordDeserializationSchema<CompletedLength> {

  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(LengthDeserializer.class);

  private final String model;

  private transient CauseCounters skipped;

  LengthDeserializer(String model) {
    this.model = model;
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) {
    skipped = new CauseCounters(context.getMetricGroup().addGroup("lengthwise"), "lengthsSkipped");
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<CompletedLength> out) {
    CompletedLength length;
    try {
      length = LengthFormat.read(record.value());
    } catch (UnreadableException e) {
      skip(record, e.word(), e.getMessage());
      return;
    } catch (RuntimeException e) {
      skip(record, "reader_failed", e.toString());
      return;
    }
    if (length.model().equals(model)) {
      out.collect(length);
    } else {
      skip(record, "other_model", "the model is another");
    }
  }

  private void skip(ConsumerRecord<byte[], byte[]> record, String cause, String message) {
    skipped.inc(cause);
    LOG.debug(
        "Skipped the length at {}-{}-{}: {}",
        record.topic(),
        record.partition(),
        record.offset(),
        message);
  }

  @Override
  public TypeInformation<CompletedLength> getProducedType() {
    return TypeInformation.of(CompletedLength.class);
  }
}
