package io.lengthwise.model;

import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.RequestError;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encodes the prompts of requests. The side output {@link #REFUSED} has the errors of refused
 * requests.
 *
 * <p>A request whose deadline has passed is refused first. No request can make the job fail: an
 * unexpected exception of the encoder becomes an error of the request.
 *
 * <p>The counters {@code lengthwise.code.CODE.refusals} count the refusals.
 */
public final class PromptEncodingFunction
    extends ProcessFunction<GenerationRequest, EncodedRequest> {

  /** The results of refused requests. */
  public static final OutputTag<GenerationResult> REFUSED =
      new OutputTag<>("refused", TypeInformation.of(GenerationResult.class));

  private static final Logger LOG = LoggerFactory.getLogger(PromptEncodingFunction.class);

  private final Opener opener;
  private transient PromptEncoder encoder;
  private transient MetricGroup metrics;
  private transient Map<String, Counter> refusals;

  /** Opens the encoder on the TaskManager. */
  @FunctionalInterface
  interface Opener extends Serializable {
    PromptEncoder open();
  }

  /**
   * Creates a function for a model.
   *
   * @param defaultMaxTokens the most tokens of an answer whose request names no cap
   */
  public PromptEncodingFunction(ModelSpec model, int defaultMaxTokens) {
    this(() -> PromptEncoder.open(model, defaultMaxTokens));
  }

  PromptEncodingFunction(Opener opener) {
    this.opener = opener;
  }

  @Override
  public void open(OpenContext context) {
    encoder = opener.open();
    metrics = getRuntimeContext().getMetricGroup().addGroup("lengthwise");
    refusals = new HashMap<>();
  }

  @Override
  public void processElement(
      GenerationRequest request, Context context, Collector<EncodedRequest> out) {
    long now = context.timerService().currentProcessingTime();
    if (request.expiredAt(now)) {
      refuse(request, expired(request, now), now, context);
      return;
    }
    EncodedRequest encoded;
    try {
      encoded = encoder.encode(request);
    } catch (PromptRefusedException e) {
      refuse(request, e.error(), now, context);
      return;
    } catch (RuntimeException e) {
      LOG.warn("Request {} of {} not encoded", request.id(), request.origin().position(), e);
      refuse(request, new RequestError(500, "encoding_failed", null, e.toString()), now, context);
      return;
    }
    out.collect(encoded);
  }

  private static RequestError expired(GenerationRequest request, long now) {
    // A deadline may be any number, so the difference of two deadlines may not fit a long.
    return RequestError.deadlineExceeded(
        "The deadline passed %d ms before the request was encoded"
            .formatted(now - Math.max(0, request.deadline())));
  }

  private void refuse(GenerationRequest request, RequestError error, long now, Context context) {
    refusals
        .computeIfAbsent(error.code(), code -> metrics.addGroup("code", code).counter("refusals"))
        .inc();
    context.output(REFUSED, GenerationResult.failed(request, error, now));
  }

  @Override
  public void close() {
    if (encoder != null) {
      encoder.close();
    }
  }
}
