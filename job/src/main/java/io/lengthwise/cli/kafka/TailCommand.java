package io.lengthwise.cli.kafka;

import io.lengthwise.cli.console.ConfigurationOptions;
import io.lengthwise.cli.console.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tail}: prints the records of a topic, one a line, until it is interrupted. */
@Command(
    name = "tail",
    description =
        "Prints the records of a topic, one a line, until it is interrupted or nobody reads them.")
public final class TailCommand implements Callable<Integer> {

  private final Console console;
  @Mixin private ConfigurationOptions options;

  @Option(names = "--topic", required = true, paramLabel = "TOPIC", description = "The topic.")
  private String topic;

  @Option(names = "--from-beginning", description = "Begin with the oldest record.")
  private boolean fromBeginning;

  @Option(
      names = "--max",
      paramLabel = "N",
      defaultValue = "9223372036854775807",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description = "End after so many records.")
  private long max;

  TailCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Configuration configuration = options.over(Map.of());
    PrintStream out = console.out();
    try (Consumer<byte[], byte[]> consumer = KafkaClients.consumer(configuration)) {
      KafkaClients.assign(consumer, List.of(topic), fromBeginning);
      long left = max;
      // checkError() finds that the reader has ended, for example "| head".
      while (left > 0 && !out.checkError()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          if (left-- > 0) {
            byte[] value = record.value() == null ? new byte[0] : record.value();
            out.write(value, 0, value.length);
            out.println();
          }
        }
      }
    }
    return 0;
  }
}
