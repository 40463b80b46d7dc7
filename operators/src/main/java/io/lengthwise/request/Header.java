package io.lengthwise.request;

/** One header of a Kafka record. Names may repeat, so headers travel as a list. */
public record Header(String name, byte[] value) {}
