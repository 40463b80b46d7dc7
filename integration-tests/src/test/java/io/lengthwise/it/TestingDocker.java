package io.lengthwise.it;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** The Docker engine, if one answers, and the images of the tests. */
final class TestingDocker {

  /** The image of Flink with the job. */
  static final String LENGTHWISE = System.getProperty("lengthwise.image", "lengthwise:cpu");

  private static final DockerImageName KAFKA =
      DockerImageName.parse(System.getProperty("lengthwise.kafka-image", "apache/kafka:4.1.0"))
          .asCompatibleSubstituteFor("apache/kafka");

  private static final Logger LOG = LoggerFactory.getLogger(TestingDocker.class);

  private TestingDocker() {}

  /** Returns whether an engine answers. If not, says so. */
  static boolean answers() {
    boolean answers = DockerClientFactory.instance().isDockerAvailable();
    if (!answers) {
      LOG.warn("No Docker engine answers: nothing in containers is tried");
    }
    return answers;
  }

  /** Returns whether an engine answers and has our image. If not, says what to do. */
  static boolean hasLengthwise() {
    if (!answers()) {
      return false;
    }
    boolean has =
        !DockerClientFactory.lazyClient()
            .listImagesCmd()
            .withReferenceFilter(LENGTHWISE)
            .exec()
            .isEmpty();
    if (!has) {
      LOG.warn(
          "Docker has no image {}: no cluster in containers is tried. docker/build makes it,"
              + " -Dlengthwise.image=NAME takes another one",
          LENGTHWISE);
    }
    return has;
  }

  /** Creates a broker from the image of Kafka. It is not started. */
  static KafkaContainer kafka() {
    return new KafkaContainer(KAFKA);
  }

  /** {@code kill -9}. */
  static void kill(GenericContainer<?> container) {
    container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
  }
}
