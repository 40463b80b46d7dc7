package io.lengthwise.request;

/**
 * The time that an answered request took, by phase, in milliseconds.
 *
 * @param window the wait for its micro-batch to fill
 * @param queued the wait in the backlog until its row was admitted
 * @param prefill from the admission to the end of the prefill
 * @param decode from the end of the prefill to the last token
 */
public record Timings(long window, long queued, long prefill, long decode) {}
