package io.lengthwise.prediction;

import io.lengthwise.request.EncodedRequest;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.util.Collector;

/**
 * The part of the job that predicts the length of each answer and drops the text of the request.
 *
 * <p>With the lengths of finished answers as a second input, it learns, and every subtask reads all
 * of them. Without this input, it predicts from what a savepoint contains. Both forms have the same
 * uid and state, so a job may change between them.
 */
public final class LengthPredictions {

  private static final String NAME = "predict-length";

  private LengthPredictions() {}

  /** Predicts without learning. */
  public static SingleOutputStreamOperator<PredictedRequest> of(
      DataStream<EncodedRequest> requests, PredictionOptions options) {
    return named(requests.process(new Predicting(options)), requests);
  }

  /** Predicts, and learns from the lengths of finished answers. */
  public static SingleOutputStreamOperator<PredictedRequest> of(
      DataStream<EncodedRequest> requests,
      DataStream<CompletedLength> lengths,
      PredictionOptions options) {
    return named(
        requests
            .connect(lengths.broadcast(ModelPredictors.WEIGHTS))
            .process(new PredictingAndLearning(options)),
        requests);
  }

  private static SingleOutputStreamOperator<PredictedRequest> named(
      SingleOutputStreamOperator<PredictedRequest> predicted, DataStream<EncodedRequest> requests) {
    return predicted.name(NAME).uid(NAME).setParallelism(requests.getParallelism());
  }

  /** The form without a second input. */
  static final class Predicting extends ProcessFunction<EncodedRequest, PredictedRequest>
      implements CheckpointedFunction {

    private static final long serialVersionUID = 1;

    private final PredictionOptions options;

    private transient ModelPredictors predictors;

    Predicting(PredictionOptions options) {
      this.options = options;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
      predictors =
          new ModelPredictors(
              options, context.getOperatorStateStore(), getRuntimeContext().getMetricGroup());
    }

    @Override
    public void processElement(
        EncodedRequest request, Context context, Collector<PredictedRequest> out) {
      out.collect(predictors.predict(request, context.timerService().currentProcessingTime()));
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
      predictors.snapshot();
    }
  }

  /** The form that learns. */
  static final class PredictingAndLearning
      extends BroadcastProcessFunction<EncodedRequest, CompletedLength, PredictedRequest>
      implements CheckpointedFunction {

    private static final long serialVersionUID = 1;

    private final PredictionOptions options;

    private transient ModelPredictors predictors;
    private transient Counter learned;
    private transient Counter ignored;

    PredictingAndLearning(PredictionOptions options) {
      this.options = options;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
      predictors =
          new ModelPredictors(
              options, context.getOperatorStateStore(), getRuntimeContext().getMetricGroup());
    }

    @Override
    public void open(OpenContext context) {
      MetricGroup metrics = getRuntimeContext().getMetricGroup().addGroup("lengthwise");
      metrics.gauge("completions", predictors::completions);
      learned = metrics.counter("lengthsLearned");
      ignored = metrics.counter("lengthsIgnored");
    }

    @Override
    public void processElement(
        EncodedRequest request, ReadOnlyContext context, Collector<PredictedRequest> out) {
      out.collect(predictors.predict(request, context.currentProcessingTime()));
    }

    @Override
    public void processBroadcastElement(
        CompletedLength completed, Context context, Collector<PredictedRequest> out) {
      (predictors.learn(completed) ? learned : ignored).inc();
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
      predictors.snapshot();
    }
  }
}
