package io.lengthwise.request;

/**
 * Where an answered request spent its time, in milliseconds.
 *
 * @param window waiting in a window for its micro-batch to fill
 * @param queued waiting in the backlog for a place on the device
 * @param prefill from admission to the end of its prompt's prefill
 * @param decode from then to its last token
 */
public record Timings(long window, long queued, long prefill, long decode) {}
