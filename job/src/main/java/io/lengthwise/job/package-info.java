/** The job: its options, the formats of its Kafka records, and the wiring of the operators. */
package io.lengthwise.job;
