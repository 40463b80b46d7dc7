/** {@code send} and {@code tail}, the Kafka clients, and the broker in this JVM. */
package io.lengthwise.cli.kafka;
