package io.lengthwise.cli.demo;

import static java.util.Map.entry;

import io.lengthwise.cli.cluster.LocalCluster;
import io.lengthwise.cli.console.CommandFailure;
import io.lengthwise.cli.console.ConfigurationOptions;
import io.lengthwise.cli.console.Console;
import io.lengthwise.cli.kafka.EmbeddedKafka;
import io.lengthwise.cli.kafka.PromptLine;
import io.lengthwise.cli.kafka.SendCommand;
import io.lengthwise.cli.models.CatalogModel;
import io.lengthwise.cli.models.ConsoleFetchProgress;
import io.lengthwise.cli.models.LocalModel;
import io.lengthwise.cli.models.ModelStore;
import io.lengthwise.job.LengthwiseJob;
import io.lengthwise.job.config.JobSettings;
import io.lengthwise.job.config.KafkaSettings;
import io.lengthwise.job.config.LengthwiseOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code demo}: sends prompts through Kafka and Flink to a model, in one JVM. */
@Command(
    name = "demo",
    description = {
      "Answers 240 prompts through a Kafka broker and a Flink cluster of its own, with a small model"
          + " that it fetches the first time (98 MB).",
      "Shows the answers as they come, and a summary. Ends by itself."
    })
public final class DemoCommand implements Callable<Integer> {

  private static final String REQUESTS = "demo-requests";
  private static final String RESPONSES = "demo-responses";
  private static final String DEAD_LETTERS = "demo-dead-letters";
  private static final String LENGTHS = "demo-lengths";
  private static final Duration REFRESH = Duration.ofMillis(250);

  private final Console console;
  @Spec private CommandSpec spec;
  @Mixin private ConfigurationOptions options;

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description = "Other prompts: lines of the OpenAI Batch API, or one prompt a line.")
  private Path promptsFile;

  @Option(
      names = "--outstanding",
      paramLabel = "N",
      defaultValue = "24",
      description =
          "The most prompts that wait for an answer at any time, by default ${DEFAULT-VALUE}: the"
              + " next is sent when one is answered.")
  private int outstanding;

  @Option(
      names = "--json",
      description =
          "Print the summary as one JSON object, the last line of stdout; all else goes to stderr.")
  private boolean json;

  @Option(
      names = "--keep",
      description = "Leave the broker and Flink's web interface up until interrupted.")
  private boolean keep;

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (outstanding < 1) {
      throw new ParameterException(
          spec.commandLine(), "--outstanding must be at least 1, not " + outstanding);
    }
    Console notes = json ? console.withOutToErr() : console;
    Configuration configuration = options.over(defaults());
    LocalModel model = LocalModel.locate(configuration, ModelStore.ofUser(System.getenv()));
    List<PromptLine> prompts = prompts(check(configuration));
    model.fetch(new ConsoleFetchProgress(notes));
    notes.err().println("Starting a Kafka broker and a Flink cluster");
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      configuration.set(LengthwiseOptions.KAFKA_BOOTSTRAP_SERVERS, kafka.bootstrapServers());
      JobSettings settings = JobSettings.of(configuration);
      kafka.createTopics(1, topics(settings.kafka()));
      StreamExecutionEnvironment environment = LocalCluster.environment(configuration);
      LengthwiseJob.define(environment, settings);
      try (LocalCluster cluster =
          LocalCluster.start(configuration, LocalCluster.slots(environment, settings))) {
        LocalCluster.RunningJob job = cluster.submit(environment, settings.name());
        awaitOpen(job, notes);
        DemoReport report =
            new DemoRun(configuration, settings.kafka(), job, notes).answer(prompts, outstanding);
        notes.out().println(report.text());
        if (json) {
          console.out().println(report.json());
        }
        if (keep) {
          keep(cluster, job, settings, notes);
        }
        return report.isComplete() ? 0 : ExitCode.SOFTWARE;
      }
    }
  }

  private static Map<String, String> defaults() {
    return Map.ofEntries(
        entry("restart-strategy.type", "none"),
        entry("execution.checkpointing.interval", "10 s"),
        entry(LengthwiseOptions.JOB_NAME.key(), "lengthwise-demo"),
        entry(LengthwiseOptions.MODEL_PATH.key(), CatalogModel.SMOLLM2_135M_INSTRUCT.name()),
        // Answers are short, so that the predictor learns from the first ones while prompts are
        // still sent.
        entry(LengthwiseOptions.DEFAULTS_MAX_TOKENS.key(), "128"),
        entry(LengthwiseOptions.REQUESTS_TOPICS.key(), REQUESTS),
        entry(LengthwiseOptions.REQUESTS_STARTING_OFFSETS.key(), "earliest"),
        entry(LengthwiseOptions.RESPONSES_TOPIC.key(), RESPONSES),
        entry(LengthwiseOptions.DEAD_LETTERS_TOPIC.key(), DEAD_LETTERS),
        entry(LengthwiseOptions.LENGTHS_TOPIC.key(), LENGTHS));
  }

  /**
   * Runs before anything is fetched or started. The broker's address is known only when it runs.
   */
  private static JobSettings check(Configuration configuration) {
    Configuration complete = new Configuration(configuration);
    complete.set(LengthwiseOptions.KAFKA_BOOTSTRAP_SERVERS, "127.0.0.1:9092");
    JobSettings settings = JobSettings.of(complete);
    LengthwiseJob.define(LocalCluster.environment(complete), settings);
    return settings;
  }

  private List<PromptLine> prompts(JobSettings settings) throws IOException {
    String model = settings.model().name();
    if (promptsFile != null) {
      return SendCommand.read(promptsFile, model, settings.defaultMaxTokens());
    }
    try (InputStream stream = DemoCommand.class.getResourceAsStream("prompts.txt")) {
      return PromptLine.read(stream, model, settings.defaultMaxTokens());
    }
  }

  private static void awaitOpen(LocalCluster.RunningJob job, Console console)
      throws InterruptedException {
    console.err().println("Loading the model");
    while (!job.hasOpened()) {
      if (job.endsWithin(REFRESH)) {
        job.await();
        throw new CommandFailure("The job ended before it began");
      }
    }
  }

  private static List<String> topics(KafkaSettings kafka) {
    List<String> topics = new ArrayList<>(kafka.topics());
    topics.add(kafka.responsesTopic());
    topics.add(kafka.deadLettersTopic());
    if (kafka.lengths() != null) {
      topics.addAll(kafka.lengths().read());
    }
    return topics;
  }

  private static void keep(
      LocalCluster cluster, LocalCluster.RunningJob job, JobSettings settings, Console console)
      throws InterruptedException {
    KafkaSettings kafka = settings.kafka();
    String servers = kafka.consumer().getProperty("bootstrap.servers");
    console
        .err()
        .printf(
            """
            Everything stays up until you press Ctrl-C.
            Flink's web interface: %s
            Kafka: %s, topics %s
            More requests: ./lengthwise send FILE --topic %s -D kafka.bootstrap-servers=%s
            Their answers: ./lengthwise tail --topic %s -D kafka.bootstrap-servers=%s
            """,
            cluster.webAddress(),
            servers,
            String.join(", ", topics(kafka)),
            kafka.topics().get(0),
            servers,
            kafka.responsesTopic(),
            servers);
    job.await();
  }
}
