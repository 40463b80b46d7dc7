/** {@code demo}: prompts through an embedded Kafka and Flink. */
package io.lengthwise.cli.demo;
