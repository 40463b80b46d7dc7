package io.lengthwise.job.record;

import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.GenerationResult;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parses records. Accepted requests are the output. Side outputs have the refusals, the dead
 * letters, and the output position of every record that gets a response, in the order of the
 * records.
 */
public final class ParseFunction extends ProcessFunction<InputRecord, GenerationRequest> {

  public static final OutputTag<GenerationResult> REFUSALS =
      new OutputTag<>("refusals", TypeInformation.of(GenerationResult.class));

  public static final OutputTag<DeadLetter> DEAD_LETTERS =
      new OutputTag<>("dead-letters", TypeInformation.of(DeadLetter.class));

  public static final OutputTag<OutputPosition> POSITIONS =
      new OutputTag<>("positions", TypeInformation.of(OutputPosition.class));

  private static final Logger LOG = LoggerFactory.getLogger(ParseFunction.class);

  private final RequestLimits limits;

  private transient Counter records;
  private transient CauseCounters refusals;
  private transient CauseCounters deadLetters;

  public ParseFunction(RequestLimits limits) {
    this.limits = limits;
  }

  @Override
  public void open(OpenContext context) {
    var group = getRuntimeContext().getMetricGroup().addGroup("lengthwise");
    records = group.counter("records");
    refusals = new CauseCounters(group, "refusals");
    deadLetters = new CauseCounters(group, "deadLetters");
  }

  @Override
  public void processElement(
      InputRecord record, Context context, Collector<GenerationRequest> out) {
    records.inc();
    ParsedRecord parsed = parse(record);
    if (!(parsed instanceof ParsedRecord.Unreadable)) {
      context.output(POSITIONS, OutputPosition.of(record.origin()));
    }
    if (parsed instanceof ParsedRecord.Accepted accepted) {
      out.collect(accepted.request());
    } else if (parsed instanceof ParsedRecord.Refused refused) {
      refusals.inc(refused.result().error().code());
      context.output(REFUSALS, refused.result());
    } else if (parsed instanceof ParsedRecord.Unreadable unreadable) {
      deadLetters.inc(unreadable.deadLetter().cause());
      context.output(DEAD_LETTERS, unreadable.deadLetter());
    }
  }

  /** A record that makes the parser fail must not make the job fail with it, again and again. */
  private ParsedRecord parse(InputRecord record) {
    try {
      return RequestParser.parse(record, limits);
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error(
          "Cannot parse the record at {}; it is a dead letter", record.origin().position(), e);
      return new ParsedRecord.Unreadable(
          new DeadLetter(record, "parser_failed", "The parser failed on the record: " + e));
    }
  }
}
