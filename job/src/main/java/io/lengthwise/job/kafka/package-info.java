/** Kafka: source, sinks, serializers and the check of the topics. */
package io.lengthwise.job.kafka;
