package io.lengthwise.job.record;

import java.io.Serializable;

/**
 * The limits of a record.
 *
 * @param model the only model that is served
 * @param maxRecordBytes the largest value that is parsed
 * @param maxStopStrings the most stop strings
 * @param maxStopLength the most characters of a stop string
 * @param maxStopTokenIds the most stop token ids
 * @param maxLogitBias the most tokens whose logits are shifted
 */
public record RequestLimits(
    String model,
    int maxRecordBytes,
    int maxStopStrings,
    int maxStopLength,
    int maxStopTokenIds,
    int maxLogitBias)
    implements Serializable {}
