package io.lengthwise.cli.demo;

import io.lengthwise.cli.cluster.GenerationStatus;
import io.lengthwise.cli.cluster.LiveMetrics;
import io.lengthwise.cli.cluster.LocalCluster;
import io.lengthwise.cli.console.CommandFailure;
import io.lengthwise.cli.console.Console;
import io.lengthwise.cli.console.StatusLine;
import io.lengthwise.cli.kafka.KafkaClients;
import io.lengthwise.cli.kafka.PromptLine;
import io.lengthwise.cli.kafka.RequestSender;
import io.lengthwise.job.config.KafkaSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Sends prompts to a running job and shows the answers when they arrive. */
final class DemoRun {

  private static final Duration REFRESH = Duration.ofMillis(250);
  private static final double NANOS = 1e9;
  private static final String BUSY = "busyMilliseconds";

  private final Configuration configuration;
  private final KafkaSettings kafka;
  private final LocalCluster.RunningJob job;
  private final Console console;

  DemoRun(
      Configuration configuration,
      KafkaSettings kafka,
      LocalCluster.RunningJob job,
      Console console) {
    this.configuration = configuration;
    this.kafka = kafka;
    this.job = job;
    this.console = console;
  }

  /**
   * Sends the prompts and waits until each has its answer or error.
   *
   * @param outstanding the most prompts that wait for an answer at any time
   * @throws CommandFailure if the job ends before all prompts are answered
   */
  DemoReport answer(List<PromptLine> prompts, int outstanding)
      throws IOException, InterruptedException {
    SentPrompts sent = new SentPrompts(prompts, outstanding, System::nanoTime);
    List<DemoAnswer> outcomes = new ArrayList<>();
    StatusLine line = new StatusLine(console);
    GenerationStatus status = new GenerationStatus();
    double busyAtStart = LiveMetrics.max(BUSY).orElse(0);
    long start = System.nanoTime();
    try (Consumer<byte[], byte[]> consumer = KafkaClients.consumer(configuration);
        RequestSender sender = new RequestSender(configuration, kafka.topics().get(0))) {
      KafkaClients.assign(
          consumer, List.of(kafka.responsesTopic(), kafka.deadLettersTopic()), true);
      while (!sent.isComplete()) {
        sender.send(sent.next());
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(REFRESH)) {
          DemoAnswer answer = sent.answered(outcome(record));
          outcomes.add(answer);
          line.end();
          console.out().println(answer.describe());
        }
        line.show(status.line("%d of %d answered".formatted(sent.answered(), prompts.size())));
        if (job.endsWithin(Duration.ZERO)) {
          line.end();
          job.await();
          throw new CommandFailure("The job ended before every prompt was answered");
        }
      }
    }
    line.end();
    double seconds = (System.nanoTime() - start) / NANOS;
    double busySeconds = (LiveMetrics.max(BUSY).orElse(Double.NaN) - busyAtStart) / 1000;
    return DemoReport.of(
        prompts.size(),
        outcomes,
        seconds,
        LiveMetrics.max("paddingShare").orElse(Double.NaN),
        busySeconds / seconds);
  }

  private DemoAnswer outcome(ConsumerRecord<byte[], byte[]> record) throws IOException {
    if (record.topic().equals(kafka.responsesTopic())) {
      return DemoAnswer.ofResponse(record.value());
    }
    Header message = record.headers().lastHeader("lengthwise-error-message");
    return DemoAnswer.ofError(text(record.key()), message == null ? "" : text(message.value()));
  }

  private static String text(byte[] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }
}
