package io.lengthwise.batching;

import static org.apache.flink.types.PojoTestUtils.assertSerializedAsPojoWithoutKryo;

import io.lengthwise.prediction.CompletedLength;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.prediction.PredictorWeights;
import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.GenerationResult;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Savepoints must be readable by later versions of the job. No record or field may use Kryo. */
class FlowingRecordsTest {

  @ParameterizedTest
  @ValueSource(
      classes = {
        GenerationRequest.class,
        GenerationResult.class,
        EncodedRequest.class,
        PredictedRequest.class,
        CompletedLength.class,
        PredictorWeights.class,
        BucketKey.class,
        LengthBucket.class,
        BucketedRequest.class,
        MicroBatch.class
      })
  void isSerializedWithoutKryo(Class<?> type) {
    assertSerializedAsPojoWithoutKryo(type);
  }
}
