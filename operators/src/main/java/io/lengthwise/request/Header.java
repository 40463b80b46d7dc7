package io.lengthwise.request;

/** A header of a Kafka record. A record may have several headers with the same name. */
public record Header(String name, byte[] value) {}
