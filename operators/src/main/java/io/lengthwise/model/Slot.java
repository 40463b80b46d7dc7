package io.lengthwise.model;

/**
 * A stretch of the key-value cache that belongs to one row, whole blocks of {@link Decoder#BLOCK}.
 *
 * @param offset its first cell
 * @param size its cells; each holds the key and value of one token in every layer
 */
public record Slot(int offset, int size) {}
