package io.lengthwise.job.kafka;

import java.io.IOException;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.apache.kafka.clients.admin.Admin;

/**
 * A transactional Kafka sink whose writers close their admin client.
 *
 * <p>When the {@code ExactlyOnceKafkaWriter} of flink-connector-kafka 5.0.0 starts, it opens an
 * admin client to list open transactions, and it never closes this client. So each restart of a job
 * would leak a thread, its connections and the job's class loader in the TaskManager. This class
 * closes the client by reflection. No ticket for this defect was found; FLINK-37613 is about leaked
 * producers. Remove this class when a released connector closes the client.
 */
record TransactionalSink<T>(KafkaSink<T> sink)
    implements TwoPhaseCommittingStatefulSink<T, KafkaWriterState, KafkaCommittable>,
        SupportsPostCommitTopology<KafkaCommittable>,
        LineageVertexProvider {

  @Override
  public PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> createWriter(
      WriterInitContext context) throws IOException {
    return withoutAdmin(sink.createWriter(context));
  }

  @Override
  public PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> restoreWriter(
      WriterInitContext context, Collection<KafkaWriterState> state) {
    return withoutAdmin(sink.restoreWriter(context, state));
  }

  private static <T>
      PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> withoutAdmin(
          PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> writer) {
    try {
      Field field = writer.getClass().getDeclaredField("adminClient");
      field.setAccessible(true);
      Admin admin = (Admin) field.get(writer);
      if (admin != null) {
        // The writer opens another client if this field is null and it needs one.
        field.set(writer, null);
        admin.close(Duration.ZERO);
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "The Kafka writer has no accessible field adminClient. Use flink-connector-kafka 5.0.0,"
              + " or adapt TransactionalSink to this version",
          e);
    }
    return writer;
  }

  @Override
  public Committer<KafkaCommittable> createCommitter(CommitterInitContext context) {
    return sink.createCommitter(context);
  }

  @Override
  public SimpleVersionedSerializer<KafkaCommittable> getCommittableSerializer() {
    return sink.getCommittableSerializer();
  }

  @Override
  public SimpleVersionedSerializer<KafkaWriterState> getWriterStateSerializer() {
    return sink.getWriterStateSerializer();
  }

  @Override
  public void addPostCommitTopology(DataStream<CommittableMessage<KafkaCommittable>> committed) {
    sink.addPostCommitTopology(committed);
  }

  @Override
  public LineageVertex getLineageVertex() {
    return sink.getLineageVertex();
  }
}
